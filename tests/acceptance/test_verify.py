"""`seatrial verify`: what the release is, against what the target has; the target is only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

if TYPE_CHECKING:
    from typing import LiteralString

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW
V1, V2 = "20250301000000", "20250301000100"
FLEET = {
    FIRST: """\
CREATE TABLE public.boats (id integer PRIMARY KEY, owner uuid NOT NULL, name text NOT NULL DEFAULT 'nameless');
ALTER TABLE public.boats ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.boats TO authenticated USING (owner = auth.uid());
CREATE INDEX boat_owner ON public.boats (owner);
REVOKE ALL ON public.boats FROM anon, authenticated;
GRANT SELECT, INSERT, DELETE ON public.boats TO authenticated;
"""
}
ADA = "00000000-0000-0000-0000-00000000000a"
EXPECT = """\
[[expect]]
name = "row-level security is on"
sql = "SELECT relrowsecurity FROM pg_class WHERE oid = 'public.boats'::regclass"
equals = true

[[expect]]
name = "one policy"
sql = "SELECT count(*) FROM pg_policies WHERE tablename = 'boats'"
equals = 1

[[expect]]
name = "what a boat is called"
sql = "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'public.boats'::regclass"
equals = "'nameless'::text"
"""
FUNCTIONAL = f"""\
[[functional]]
name = "Ada takes a boat"
claims = {{ sub = "{ADA}" }}
sql = "INSERT INTO public.boats (id, owner) VALUES (1, '{ADA}')"
expect = {{ rows = 1 }}

[[functional]]
name = "Ada sees hers"
claims = {{ sub = "{ADA}" }}
sql = "SELECT name FROM public.boats"
expect = {{ value = "nameless" }}

[[functional]]
name = "Bea sees none"
claims = {{ sub = "00000000-0000-0000-0000-00000000000b" }}
sql = "SELECT * FROM public.boats"
expect = {{ rows = 0 }}

[[functional]]
name = "Bea takes none for Ada"
claims = {{ sub = "00000000-0000-0000-0000-00000000000b" }}
sql = "INSERT INTO public.boats (id, owner) VALUES (2, '{ADA}')"
expect = {{ error = "42501" }}

[[functional]]
name = "a visitor may not look"
role = "anon"
sql = "SELECT * FROM public.boats"
expect = {{ error = "42501" }}
"""


@pytest.fixture
def fleet(release: Release, seatrial: Console, target: Target) -> Target:
    release.add(FLEET)
    release.write("seatrial.toml", EXPECT + FUNCTIONAL)
    seatrial("deploy", *target.unrehearsed, code=0)
    return target


def test_what_was_deployed_is_verified_and_nothing_is_written(seatrial: Console, fleet: Target) -> None:
    with fleet.untouched():
        answer = seatrial("verify", "--target", fleet.dsn, code=0)
    assert answer.lines[-1].startswith("✓ Verified: ")
    assert "8 answers on the given DSN are as rehearsed" in answer.lines[-1]
    assert len(answer.lines) == 1

    found = seatrial("verify", "--target", fleet.dsn, "--format", "json", code=0).json["result"]
    assert found["differences"] == []
    assert [answer["observed"] for answer in found["answers"] if answer["kind"] == "expect"] == [
        "true",
        "1",
        "'nameless'::text",
    ]
    assert fleet.value("SELECT count(*) FROM public.boats") == 0, "the round trips ran on the scratch"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param("DROP POLICY own ON public.boats", ("policy own on public.boats", "missing"), id="policy dropped"),
        pytest.param(
            "ALTER POLICY own ON public.boats USING (true)", ("policy own on public.boats", "using"), id="policy opened"
        ),
        pytest.param("ALTER TABLE public.boats DISABLE ROW LEVEL SECURITY", ("public.boats", "row"), id="security off"),
        pytest.param("DROP INDEX public.boat_owner", ("index public.boat_owner", "missing"), id="index dropped"),
        pytest.param("GRANT SELECT ON public.boats TO anon", ("public.boats", "anon"), id="grant added"),
        pytest.param(
            "ALTER TABLE public.boats ALTER name DROP NOT NULL", ("name of public.boats", "not null"), id="null allowed"
        ),
        pytest.param(
            "CREATE POLICY everybody ON public.boats USING (true)",
            ("policy everybody on public.boats", "unexpected"),
            id="policy added",
        ),
        pytest.param("DROP TABLE public.boats", ("table public.boats", "missing"), id="table dropped"),
    ],
)
def test_what_was_altered_since_is_named(
    spoil: LiteralString, words: tuple[str, ...], release: Release, seatrial: Console, fleet: Target
) -> None:
    release.write("seatrial.toml", "")
    fleet.execute(spoil)
    with fleet.untouched():
        answer = seatrial("verify", "--target", fleet.dsn, code=1)
    named = [line for line in answer.lines if line.startswith("✗ ") and all(word in line for word in words)]
    assert named, answer.out
    assert answer.lines[-1].startswith("✗ Not as released: 1 difference on the given DSN")


def test_what_is_pending_is_not_verified(release: Release, seatrial: Console, fleet: Target) -> None:
    release.add({SECOND: "CREATE TABLE public.crew ();", "20250101000000_late.sql": "SELECT 1;"})
    with fleet.untouched():
        answer = seatrial("verify", "--target", fleet.dsn, code=1)
    assert [line.strip() for line in answer.lines] == [
        "out of order: 20250101000000_late",
        f"pending: {V2}_crew",
        # A deployment would be refused as it is.
        'next: seatrial status --target "$DSN"',
        "✗ Not verified: the given DSN lacks 2 migrations of this folder.",
    ]
    release.remove("20250101000000_late.sql")
    answer = seatrial("verify", "--target", fleet.dsn, code=1)
    assert answer.lines[-2:] == [
        'next: seatrial deploy --target "$DSN"',
        "✗ Not verified: the given DSN lacks 1 migration of this folder.",
    ]


def test_what_is_unfinished_is_not_verified(release: Release, seatrial: Console, target: Target) -> None:
    release.add({FIRST: "CREATE TABLE public.boats ();\nCOMMIT;\nSELECT 1 / 0;\n"})
    seatrial("deploy", *target.unrehearsed, code=3)
    assert f"unfinished: {V1}_boats" in seatrial("verify", "--target", target.dsn, code=1).out


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(
            EXPECT.replace("equals = 1", "equals = 2"), "✗ one policy: expected 2, observed 1", id="another value"
        ),
        pytest.param(
            '[[expect]]\nname = "gone"\nsql = "SELECT 1 FROM public.ships"\nequals = 1\n',
            '✗ gone: expected 1, observed error 42P01: relation "public.ships" does not exist',
            id="a question that fails",
        ),
        pytest.param(
            '[[expect]]\nname = "writes"\nsql = "DELETE FROM public.boats"\nequals = 0\n',
            "✗ writes: expected 0, observed error: not one SELECT",
            id="a statement that is no question",
        ),
        pytest.param(
            '[[expect]]\nname = "writes"\nsql = "SELECT lo_create(0)"\nequals = 0\n',
            "✗ writes: expected 0, observed error 25006: cannot execute lo_create() in a read-only transaction",
            id="a question that writes",
        ),
        pytest.param(
            '[[expect]]\nname = "nothing"\nsql = "SELECT 1 WHERE false"\nequals = 1\n',
            "✗ nothing: expected 1, observed ",
            id="no row",
        ),
        pytest.param(
            FUNCTIONAL.replace("rows = 0", "rows = 1"), "✗ Bea sees none: expected rows 1, observed rows 0", id="rows"
        ),
        pytest.param(
            FUNCTIONAL.replace('value = "nameless"', 'value = "Ark"'),
            "✗ Ada sees hers: expected value Ark, observed value nameless",
            id="value",
        ),
        pytest.param(
            FUNCTIONAL.replace("rows = 1", 'error = "23505"'),
            "✗ Ada takes a boat: expected error 23505, observed rows 1",
            id="an error that does not come",
        ),
        pytest.param(
            FUNCTIONAL.replace('role = "anon"', 'role = "nobody"'),
            '✗ a visitor may not look: expected error 42501, observed error 22023: role "nobody" does not exist',
            id="a role that is not there",
        ),
    ],
)
def test_an_expectation_that_does_not_hold_is_named(
    text: str, line: str, release: Release, seatrial: Console, fleet: Target
) -> None:
    release.write("seatrial.toml", text)
    with fleet.untouched():
        answer = seatrial("verify", "--target", fleet.dsn, code=1)
    assert any(shown.rstrip() == line.rstrip() for shown in answer.lines), answer.out
    assert answer.lines[-1].startswith("✗ Not as released: ")
    assert "wrong answer" in answer.lines[-1]


def test_the_round_trips_see_the_seed_and_a_seed_that_fails_is_named(
    release: Release, seatrial: Console, fleet: Target
) -> None:
    release.write(
        "seatrial.toml",
        '[[functional]]\nname = "all boats"\nrole = "service_role"\nsql = "SELECT * FROM public.boats"\n'
        "expect = { rows = 2 }\n",
    )
    release.write("supabase/seed.sql", f"INSERT INTO public.boats (id, owner) VALUES (7, '{ADA}'), (8, '{ADA}');\n")
    seatrial("verify", "--target", fleet.dsn, code=0)
    assert fleet.value("SELECT count(*) FROM public.boats") == 0

    release.write("supabase/seed.sql", "INSERT INTO public.ships VALUES (1);\n")
    answer = seatrial("verify", "--target", fleet.dsn, code=2)
    assert answer.error["code"] == "verify.seed"
    assert answer.error["where"].startswith("supabase/seed.sql")
    assert 'relation "public.ships" does not exist' in answer.error["why"]


def test_a_folder_that_does_not_rehearse_gives_nothing_to_compare_with(
    release: Release, seatrial: Console, target: Target
) -> None:
    """The file was applied once, by somebody with more rights, and would not apply again."""
    release.add({FIRST: "CREATE TABLE auth.boats ();\n"})
    seatrial("repair", V1, "--status", "applied", *target.agreed, code=0)
    with target.untouched():
        answer = seatrial("verify", "--target", target.dsn, code=2)
    assert answer.error["code"] == "verify.no-expectation"
    assert f"{V1}_boats" in answer.error["what"]
    assert answer.error["where"] == f"supabase/migrations/{FIRST}:1:14"
    assert "permission denied for schema auth" in answer.error["why"]
    assert "seatrial rehearse" in answer.error["fix"]
