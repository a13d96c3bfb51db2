"""The text of a deployment script, and the constants in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.deploy_script import DeployScript, LedgerQueries, Look, Site
from seatrial.model.migration import Migration, Step, StepKind, migration_of
from seatrial.model.source import Encoding, Source
from seatrial.report.deploy_script.existence import MISSING, THERE, look_after, looks_before
from seatrial.report.deploy_script.quoting import comment, dollars, filled, literal
from seatrial.report.deploy_script.script import FIRST, deploy_script
from seatrial.sql.parse import parse

TEXTS = st.text(
    alphabet=st.sampled_from("ab$'\\\"q;-\n\r%(é🚢") | st.characters(exclude_characters="\0", codec="utf-8"),
    max_size=30,
)

CREATE = "CREATE TABLE IF NOT EXISTS ledger ();\n"


def migration(text: str, version: str = "20260101000000", path: str = "m.sql") -> Migration:
    """One file."""
    return migration_of(parse(Source(path=path, version=version, name="x", encoding=Encoding.UTF8, text=text)))


def script(*migrations: Migration, **facts: object) -> str:
    """With little in it."""
    site = Site(
        database="app", role="postgres", system="4711", major=18, applied=(), ledger="", makes_ledger=True
    )  # fmt: skip
    usual = {
        "release": "boats", "target": "production", "made_at": "now", "tool": "seatrial 1", "plan": "", "content": "",
        "forecast": None, "site": site, "before": (), "after": (), "locks": (1, 2), "standard_strings": False,
        "stored": {one.version: tuple(s.text for s in one.script.statements) for one in migrations},
        "ledger": LedgerQueries(create=CREATE, record="SELECT %(version)s;", digest="SELECT 1"),
    }  # fmt: skip
    return deploy_script(DeployScript(migrations=migrations, **{**usual, **facts}))  # type: ignore[arg-type]


def statements(text: str) -> list[str]:
    """As the grammar reads them."""
    parsed = parse(Source(path="s.sql", version="1", name="", encoding=Encoding.UTF8, text=text))
    assert parsed.fault is None, parsed.fault
    return [one.text for one in parsed.statements]


@given(TEXTS)
def test_a_constant_is_one_token_without_a_dollar(text: str) -> None:
    quoted = literal(text)
    assert "$" not in quoted
    assert "\r" not in quoted
    assert statements(f"SELECT {quoted}; SELECT 2") == [f"SELECT {quoted}", "SELECT 2"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("it's", "'it''s'"), ("a\\b", "E'a\\\\b'"), ("$$", "E'\\x24\\x24'"), ("a\r\nb", "E'a\\r\nb'"), ("", "''")],
)
def test_only_what_needs_it_is_escaped(text: str, quoted: str) -> None:
    assert literal(text) == quoted


@given(TEXTS)
def test_a_text_between_dollars_ends_where_it_ends(text: str) -> None:
    assert statements(f"SELECT {dollars(text)}; SELECT 2") == [f"SELECT {dollars(text)}", "SELECT 2"]
    assert f"${text}$" in dollars(text)


@pytest.mark.parametrize("text", ["$q$", "$q", "a $q1$ $q$ $q2"])
def test_the_dollars_are_others_than_those_of_the_text(text: str) -> None:
    assert dollars(text).removesuffix(dollars(text).split(text)[-1]).endswith(text)
    assert dollars(text).partition("$")[2].partition("$")[0] not in re.findall(r"\$(q\d*)", text)


@given(TEXTS)
def test_no_line_of_a_comment_is_sql(text: str) -> None:
    assert statements(comment(text)) == []


def test_a_parameter_is_filled_once() -> None:
    assert filled("%(a)s %(b)s 100%%", a="%(b)s", b="2") == "%(b)s 2 100%"


def test_it_begins_with_what_it_is() -> None:
    lines = script(migration("select 1"), plan="abc", forecast=(1.0, 90.0)).splitlines()
    assert lines[:4] == [
        f"-- {FIRST}: 1 migration of boats to production",
        "-- Made now by seatrial 1, of the plan abc.",
        "-- For the database app, the role postgres and PostgreSQL 18; it refuses any other.",
        "-- Forecast: 1.0 s to 1 min 30 s.",
    ]
    assert "-- Made now by seatrial 1, without a rehearsal." in script(migration("select 1"))


def test_names_that_end_their_line_stay_in_the_comment() -> None:
    text = script(migration("select 1", path="a\ndrop table b;"), target="x\r\ndrop table c;")
    assert not [one for one in statements(text) if one.startswith("drop")]


def test_there_is_one_transaction_and_the_last_statement_is_the_result() -> None:
    found = statements(script(migration("select 1"), migration("select 2 -- two", "20260102000000")))
    assert [one for one in found if one in {"BEGIN", "COMMIT", "BEGIN READ ONLY"}] == [
        "BEGIN", "COMMIT", "BEGIN READ ONLY", "COMMIT",
    ]  # fmt: skip
    # What the result reads must not be taken back with the transaction.
    assert (found[0], found.index("BEGIN")) == ("SET seatrial.script_done = 'no'", 1)
    assert found.index("select 1") < found.index("SELECT '20260101000000'") < found.index("select 2 -- two")
    assert found.index("SELECT '20260102000000'") < found.index("COMMIT")
    assert "✓" in found[-1]


def test_the_ledger_is_made_only_where_it_has_to_be() -> None:
    here = Site(database="a", role="r", system="", major=18, applied=("1",), ledger="d", makes_ledger=False)
    assert CREATE in script(migration("select 1"))
    assert CREATE not in script(migration("select 1"), site=here)


def test_a_step_has_the_time_limit_of_the_plan() -> None:
    text = script(migration("select 1"), limits={("20260101000000", 1): 60_000})
    assert "SET LOCAL statement_timeout = 60000;" in text
    assert "statement_timeout" not in script(migration("select 1"))


def test_an_index_that_is_built_ahead_stays_in_its_file_with_a_word_about_it() -> None:
    file = migration("create index if not exists a on b (c);")
    [statement] = file.script.statements
    ahead = Step(number=0, statements=(statement,), kind=StepKind.AHEAD)
    text = script(Migration(version=file.version, name="x", script=file.script, steps=(ahead, *file.steps)))
    assert statements(text).count("create index if not exists a on b (c)") == 1
    assert "-- create index if not exists a on b (c);\n" in text
    assert "Whoever writes to the table waits" in text


def test_an_update_in_batches_is_one_with_a_word_about_it() -> None:
    text = script(migration("-- seatrial: batch key=id size=10\nupdate a set b = 1;"))
    assert statements(text).count("update a set b = 1") == 1
    assert "seatrial deploy does it in batches" in text
    assert "triggers" not in text
    text = script(migration("-- seatrial: batch key=id triggers=off\nupdate a set b = 1;"))
    assert "-- Its triggers fire here; there they rest." in text


@pytest.mark.parametrize(
    "identity",
    [
        'table public."a.b"', "materialized view public.m", "foreign table public.f", "type public.t",
        "function public.f(integer, text[])", "schema s", "extension e", "index public.i", "column public.a.b",
        "policy public.a.p",
        "trigger public.a.t", "constraint public.a.c", "rule public.a.r",
    ],
)  # fmt: skip
def test_an_object_is_asked_for(identity: str) -> None:
    there, gone = look_after(identity, "digest"), look_after(identity, "")
    assert there is not None
    assert gone is not None
    assert (there.what, there.expected, gone.expected) == (identity, THERE, MISSING)
    assert len(statements(there.query)) == 1


def test_of_some_kinds_nothing_is_asked() -> None:
    assert look_after("default privileges of postgres", "digest") is None


def test_before_it_only_what_was_there_is_there() -> None:
    after = {"table public.a": "1", "table public.b": "1", "index public.i": "1"}
    assert [(one.what, one.expected) for one in looks_before(after, {"table public.a": "0"})] == [
        ("table public.a", THERE), ("table public.b", MISSING),
    ]  # fmt: skip


def test_questions_are_in_the_text_as_constants() -> None:
    text = script(migration("select 1"), after=(Look(what="a $seatrial$", expected="'", query="select $$a$$"),))
    assert "E'a \\x24seatrial\\x24', '''', 2, '')" in text
    assert "    E'select \\x24\\x24a\\x24\\x24'\n  ];" in text
