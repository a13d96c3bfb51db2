"""`seatrial deploy`: one file in one transaction, with its row in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.release import BOATS, CREW

from seatrial import __version__
from seatrial.sql.parse import content_digest

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW
V1, V2 = "20250301000000", "20250301000100"


def test_what_is_pending_is_applied_and_recorded(release: Release, seatrial: Console, target: Target) -> None:
    text = "-- why; with a semicolon\nCREATE TABLE public.boats (id integer); -- tail\n\n/* and */ SELECT 1;\n"
    release.add({FIRST: text})
    answer = seatrial("deploy", *target.unrehearsed, code=0)
    assert answer.lines[-1].startswith("✓ Deployed: 1 migration applied to the given DSN in ")
    assert answer.lines[-3:-1] == ['next: seatrial verify --target "$DSN"', 'next: seatrial watch --target "$DSN"']
    assert f"{V1}_boats ... ok" in answer.err

    evidence = target.evidence()
    [shared] = evidence.ledger["supabase_migrations.schema_migrations"]
    assert shared.keys() == {"version", "name", "statements"}
    assert (shared["version"], shared["name"]) == (V1, "boats")
    assert shared["statements"] == [
        "-- why; with a semicolon\nCREATE TABLE public.boats (id integer)",
        "-- tail\n\n/* and */ SELECT 1",
    ]
    assert content_digest(";\n".join(shared["statements"])) == content_digest(text)
    [own] = evidence.ledger["seatrial.migrations"]
    assert (own["version"], own["name"], own["content_digest"]) == (V1, "boats", content_digest(text))
    assert (own["applied_by"], own["tool"]) == ("postgres", f"seatrial {__version__}")
    assert evidence.ledger["seatrial.steps"] == []

    with target.untouched():
        again = seatrial("deploy", *target.unrehearsed, code=0)
    assert again.lines == ["✓ the given DSN is up to date: 1 migration, nothing to deploy."]


def test_files_are_applied_in_the_text_order_of_their_versions(
    release: Release, seatrial: Console, target: Target
) -> None:
    """Each inserts what it sees; the names are in another order than the versions."""
    release.add({
        "20250301000000_z.sql": "CREATE TABLE public.seen (at serial, what text);",
        "20250301000001_y.sql": "INSERT INTO public.seen (what) VALUES ('y');",
        "20250301000010_a.sql": "INSERT INTO public.seen (what) VALUES ('a');",
        "20250301000002_b.sql": "INSERT INTO public.seen (what) VALUES ('b');",
    })  # fmt: skip
    seatrial("deploy", *target.unrehearsed, code=0)
    assert target.value("SELECT string_agg(what, '' ORDER BY at) FROM public.seen") == "yba"


def test_a_dry_run_shows_the_statements_and_does_nothing(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add({SECOND: "CREATE INDEX CONCURRENTLY boat_name ON public.boats (name);\nSELECT 1;\n"})
    with target.untouched():
        answer = seatrial("deploy", "--target", target.dsn, "--dry-run", code=0)
        document = seatrial("deploy", "--target", target.dsn, "--dry-run", "--format", "json", code=0).json
    assert answer.lines == [
        f"-- {V1}_boats",
        "CREATE TABLE public.boats (id integer PRIMARY KEY, name text);",
        f"-- {V2}_crew (step 1 of 2)",
        "CREATE INDEX CONCURRENTLY boat_name ON public.boats (name);",
        f"-- {V2}_crew (step 2 of 2)",
        "SELECT 1;",
        "✓ Dry run: 2 migrations would be applied to the given DSN; nothing was.",
    ]
    assert document["result"]["migrations"][1] == [
        f"{V2}_crew",
        [["CREATE INDEX CONCURRENTLY boat_name ON public.boats (name)"], ["SELECT 1"]],
    ]


def test_a_file_that_fails_leaves_nothing_and_the_ones_before_it_stay(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add({FIRST: "CREATE TABLE public.half ();\nSELECT 1 / 0;\n"})
    with target.untouched_but_for_the_ledger():
        alone = seatrial("deploy", *target.unrehearsed, code=1)
    assert alone.lines[-1] == f"✗ Failed in {V1}_boats: nothing of this run remains on the given DSN."
    assert alone.lines[-2] == 'next: seatrial deploy --unrehearsed --target "$DSN"'

    release.add(BOATS)
    release.add({SECOND: "CREATE TABLE public.half ();\nSELECT 1 / 0;\n"})
    answer = seatrial("deploy", *target.unrehearsed, code=3)
    assert "✗ 22012 division by zero" in answer.out
    assert f"--> supabase/migrations/{SECOND}:2:1" in answer.out
    assert answer.lines[-1] == (
        f"✗ Failed in {V2}_crew: 1 migration kept on the given DSN, consistent; mend the cause and run again."
    )
    assert answer.lines[-2] == 'next: seatrial deploy --unrehearsed --target "$DSN"'
    assert target.versions() == [V1]
    assert not target.has("public.half")

    release.add(CREW)
    again = seatrial("deploy", *target.unrehearsed, code=0)
    assert "1 migration applied" in again.lines[-1]
    assert target.versions() == [V1, V2]


def test_what_only_fails_at_commit_is_placed_in_the_file_and_under_no_statement(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add({
        FIRST: "CREATE TABLE public.a (id int PRIMARY KEY, b int REFERENCES public.a DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO public.a VALUES (1, 2);\n"
    })  # fmt: skip
    answer = seatrial("deploy", *target.unrehearsed, code=1)
    assert "✗ 23503" in answer.out
    assert "(after the last statement, before or at COMMIT)" in answer.out
    assert f"  --> supabase/migrations/{FIRST}" in answer.lines
    assert "^" not in answer.out, "no statement is to blame"
    assert "DETAIL: Key (b)=(2) is not present" in answer.out
    assert not target.has("public.a")
    assert target.versions() == []


def test_an_outer_transaction_of_the_author_is_the_one_of_the_file(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add({FIRST: "BEGIN;\nCREATE TABLE public.half ();\nSELECT 1 / 0;\nCOMMIT;\n"})
    with target.untouched_but_for_the_ledger():
        seatrial("deploy", *target.unrehearsed, code=1)

    release.add({FIRST: "START TRANSACTION;\nCREATE TABLE public.whole AS SELECT txid_current() AS tx;\nCOMMIT;\n"})
    seatrial("deploy", *target.unrehearsed, code=0)
    # The ledger's row is of the very same transaction.
    assert target.value("SELECT tx FROM public.whole") == target.value(
        "SELECT xmin::text::bigint FROM supabase_migrations.schema_migrations"
    )
    assert target.steps() == []


def test_a_late_file_is_refused_and_applied_when_asked_for(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    seatrial("deploy", *target.unrehearsed, code=0)
    late = "20250301000050_late.sql"
    release.add({late: "CREATE TABLE public.late ();"})
    with target.untouched():
        refused = seatrial("deploy", *target.unrehearsed, code=1)
    assert refused.error["code"] == "deploy.out-of-order"
    assert refused.error["where"] == f"supabase/migrations/{late}"
    assert 'seatrial deploy --include-all --target "$DSN"' in refused.error["fix"]

    seatrial("deploy", *target.unrehearsed, "--include-all", code=0)
    assert target.versions() == [V1, "20250301000050", V2]
    assert target.has("public.late")


def test_a_file_that_was_edited_or_renamed_after_it_was_applied_is_refused_by_name(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    release.add(CREW)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add({FIRST: BOATS[FIRST].replace("text", "text NOT NULL")})
    release.remove(SECOND)
    release.add({f"{V2}_sailors.sql": CREW[SECOND]})
    with target.untouched():
        answer = seatrial("deploy", *target.unrehearsed, code=1)
    assert answer.error["code"] == "deploy.edited"
    assert answer.error["what"] == "2 applied files changed since."
    assert answer.error["where"] == (
        f"supabase/migrations/{FIRST} (edited), supabase/migrations/{V2}_sailors.sql (renamed)"
    )

    # Layout and comments are no edit.
    release.remove(f"{V2}_sailors.sql")
    release.add(CREW)
    release.add({FIRST: "-- words\n" + BOATS[FIRST].replace("(", "(\n  ")})
    assert "up to date" in seatrial("deploy", *target.unrehearsed, code=0).out


def test_an_applied_file_that_went_away_is_refused_by_name(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.remove(SECOND)
    with target.untouched():
        answer = seatrial("deploy", *target.unrehearsed, code=1)
    assert answer.error["code"] == "deploy.missing-locally"
    assert answer.error["where"] == f"{V2}_crew"


def test_a_finding_in_a_file_that_is_applied_does_not_stop_what_comes_after(
    release: Release, seatrial: Console, target: Target
) -> None:
    """It cannot be mended any more: an edit would be a disagreement."""
    release.add(BOATS)
    release.add({SECOND: "BEGIN;\nCREATE TABLE public.gone ();\nROLLBACK;\n"})
    assert seatrial("deploy", *target.unrehearsed, code=1).error["code"] == "TXN002"
    seatrial("repair", V1, V2, "--status", "applied", *target.agreed, code=0)
    release.add({"20250301000200_more.sql": "CREATE TABLE public.more ();"})
    seatrial("check", code=1)
    seatrial("deploy", *target.unrehearsed, code=0)
    assert target.has("public.more")


def test_nobody_is_asked_without_a_terminal(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    with target.untouched():
        answer = seatrial("deploy", "--target", target.dsn, code=2)
    assert answer.error["code"] == "ask.no-terminal"
    assert "--yes" in answer.error["fix"]


def test_a_folder_that_is_not_the_current_one(release: Release, seatrial: Console, target: Target) -> None:
    elsewhere = type(release)(root=release.root / "else where")
    elsewhere.add(BOATS)
    seatrial("check", "else where", code=0)
    seatrial("deploy", "else where", *target.unrehearsed, code=0)
    assert target.versions() == [V1]


def test_statements_that_read_like_parameters_are_sent_as_they_are(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add({
        FIRST: "CREATE TABLE public.odd AS SELECT '100 %'::text AS a,\n"
        "'%s %(x)s %%'::text AS b, E'\\\\' AS c, '🚢' AS d;\n"
    })  # fmt: skip
    seatrial("deploy", *target.unrehearsed, code=0)
    assert target.ask("SELECT * FROM public.odd") == [{"a": "100 %", "b": "%s %(x)s %%", "c": "\\", "d": "🚢"}]
