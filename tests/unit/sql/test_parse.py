"""A text becomes statements at their places, or a fault at its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.migration import migration_of
from seatrial.model.place import place_at
from seatrial.model.source import Encoding, Script, Source, Transaction
from seatrial.sql.parse import content_digest, is_one_request, parse

_EXPRESSIONS = [
    "1", "'a;b'", "'it''s'", r"E'it\'s; x'", "$$;$$", "$a$ ; $$ ; $a$", '"select"."é;"', "a$b$c", "('é')", "-1",
    "U&'d;'", "case when true then 'end;' end",
]  # fmt: skip
_GAPS = [" ", "\n", "\r\n", "\t", " -- ; é\n", "/* ; /* ; */ é */", "\n-- '\n", "/* $$ */"]
_STATEMENTS = st.lists(
    st.tuples(st.sampled_from(_GAPS), st.sampled_from(_GAPS), st.lists(st.sampled_from(_EXPRESSIONS), max_size=4)),
    max_size=6,
)


def _script(text: str) -> Script:
    return parse(Source(path="m/1_a.sql", version="1", name="a", encoding=Encoding.UTF8, text=text))


def _joined(parts: list[tuple[str, str, list[str]]]) -> str:
    return "".join(f"{before}select{between}{(between + ',').join(items)}{before};" for before, between, items in parts)


@given(_STATEMENTS)
@settings(deadline=None)
def test_a_statement_stands_where_it_says(parts: list[tuple[str, str, list[str]]]) -> None:
    text = _joined(parts)

    script = _script(text)

    assert script.fault is None
    assert len(script.statements) == len(parts)
    for statement in script.statements:
        assert statement.text.startswith("select")
        assert text[statement.start : statement.start + len(statement.text)] == statement.text


@given(_STATEMENTS, st.sampled_from(_GAPS))
@settings(deadline=None)
def test_the_digest_does_not_see_white_space_and_comments(parts: list[tuple[str, str, list[str]]], gap: str) -> None:
    other = [(gap, gap, items) for _, _, items in parts]

    assert content_digest(_joined(parts)) == content_digest(_joined(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select 1;", "/* one */ select 1 -- one\n;;"),
        ("select 'a\nb'", "select 'a\r\nb';"),
        ("select 'unclosed\n", "select 'unclosed\r\n"),
        ("do $$ begin\r\nend $$", "do $$ begin\nend $$"),
    ],
)
def test_what_does_not_change_a_digest(one: str, other: str) -> None:
    assert content_digest(one) == content_digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select 1", "select 2"),
        ("select 'a b'", "select 'a  b'"),
        ("select 1; select 2", "select 2; select 1"),
        ("select 'a;b'", "select 'ab'"),
        ("select '--a'", "select ''"),
        ("do $$ begin null; end $$", "do $$ begin null; null; end $$"),
    ],
)
def test_what_changes_a_digest(one: str, other: str) -> None:
    assert content_digest(one) != content_digest(other)


@pytest.mark.parametrize(
    ("text", "message", "start"),
    [
        ("select 1;\nselec 2;", 'syntax error at or near "selec"', 10),
        ("-- ééé\nselect 'é' é é;", 'syntax error at or near "é"', 20),
        ("select 'ééé", 'unterminated quoted string at or near "\'ééé"', 7),
        ("/* é */ /* é", 'unterminated /* comment at or near "/* é"', 8),
        ("do $é$ begin", 'unterminated dollar-quoted string at or near "$é$ begin"', 3),
        ("create table é(", "syntax error at end of input", 15),
        ("select 1;\r\n\r\n\\i é.sql", 'syntax error at or near "\\"', 13),
        ("select 1;\0", "NUL character in SQL text", 9),
    ],
)
def test_a_fault_stands_at_its_character(text: str, message: str, start: int) -> None:
    fault = _script(text).fault

    assert fault is not None
    assert (fault.message, fault.start) == (message, start)


@pytest.mark.parametrize("text", ["", " \r\n", "-- only a comment", "/* ; */;;", ";"])
def test_a_text_without_a_statement_has_no_fault(text: str) -> None:
    script = _script(text)

    assert (script.statements, script.fault) == ((), None)


@pytest.mark.parametrize(
    "text",
    [
        "create function f() returns int language sql begin atomic select 1; select case when true then 2 end; end",
        "create rule r as on insert to t do also (insert into u values (1); insert into v values (2))",
        "do $a$ begin execute $b$ select $$;$$; $b$; end $a$",
        r"""select E'it\'s; x', 'a''; b', $$;$$, "a;b" """.strip(),
        "select 1 /* ; /* nested ; */ ; */ + 2",
    ],
)
def test_a_semicolon_inside_ends_nothing(text: str) -> None:
    script = _script(f"{text};\nselect 2")

    assert [statement.text for statement in script.statements] == [text, "select 2"]


def test_a_place_is_counted_in_lines_of_the_file_and_characters() -> None:
    text = "select 'é';\r\n\r\n  /* é */ select 2;\r\n"
    second = _script(text).statements[1]

    place = place_at("m/1_a.sql", text, second.start)

    assert (place.line, place.column, place.source_line) == (3, 11, "  /* é */ select 2;")
    assert str(place) == "m/1_a.sql:3:11"


@pytest.mark.parametrize(
    "text",
    [
        "create index concurrently i on t (a)",
        "create unique index concurrently if not exists i on t (a)",
        "drop index concurrently if exists i",
        "reindex index concurrently i",
        "reindex (concurrently) table t",
        "reindex database d",
        "vacuum",
        "vacuum (analyze) t",
        "alter system set work_mem = '1GB'",
        "create database d",
        "drop database d",
        "create tablespace s location '/x'",
        "drop tablespace s",
        "cluster",
        "alter table t detach partition p concurrently",
        "create subscription s connection 'x' publication p",
        "drop subscription s",
        "alter subscription s refresh publication",
    ],
)
def test_what_no_transaction_can_hold(text: str) -> None:
    [statement] = _script(text).statements

    assert statement.transaction is Transaction.STANDALONE


@pytest.mark.parametrize(
    "text",
    [
        "create index i on t (a)",
        "drop index i",
        "reindex index i",
        "reindex table t",
        "analyze t",
        "cluster t using i",
        "alter table t detach partition p",
        "refresh materialized view concurrently m",
        "alter type mood add value 'x'",
        "create subscription s connection 'x' publication p with (create_slot = false)",
        "rollback to savepoint s",
        "savepoint s",
        "comment on index i is 'concurrently'",
    ],
)
def test_what_a_transaction_can_hold(text: str) -> None:
    [statement] = _script(text).statements

    assert statement.transaction is Transaction.NONE


@pytest.mark.parametrize(
    ("text", "transaction"),
    [
        ("begin", Transaction.BEGIN),
        ("start transaction isolation level serializable", Transaction.BEGIN),
        ("commit", Transaction.COMMIT),
        ("end", Transaction.COMMIT),
        ("commit and chain", Transaction.COMMIT),
        ("rollback", Transaction.ROLLBACK),
        ("abort", Transaction.ROLLBACK),
    ],
)
def test_what_begins_and_ends_a_transaction(text: str, transaction: Transaction) -> None:
    [statement] = _script(text).statements

    assert statement.transaction is transaction


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("create index concurrently i on t (a)", "i"),
        ("create index concurrently i on app.t (a)", "app.i"),
        ("drop index concurrently app.i", "app.i"),
        ("create index i on t (a)", ""),
    ],
)
def test_the_index_of_a_concurrent_statement(text: str, index: str) -> None:
    [statement] = _script(text).statements

    assert statement.index == index


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("create table app.notes (id int, body text, unique (id))", ("notes", "notes.id", "notes.body")),
        ("create table if not exists notes as select 1", ("notes",)),
        ("alter table notes add column title text, drop column body, add constraint c check (true)", ("notes.title",)),
        ("create or replace view app.v as select 1", ("v",)),
        ("create materialized view m as select 1", ("m",)),
        ("create unique index i on notes (id)", ("i",)),
        ("create or replace function app.f(a int) returns int language sql as 'select 1'", ("f",)),
        ("create type app.mood as enum ('calm')", ("mood",)),
        ("create type pair as (a int)", ("pair",)),
        ("create domain d as text", ("d",)),
        ("create sequence s", ("s",)),
        ("create schema app", ("app",)),
        ("create extension if not exists vector with schema extensions", ("vector",)),
        ("create role r", ("r",)),
        ("create policy members on notes using (true)", ("members",)),
        ("create trigger touched before update on notes for each row execute function f()", ("touched",)),
        ("alter table notes rename to letters", ("letters",)),
        ("drop table notes", ()),
        ("select 1", ()),
        ("do $$ begin create table t (); end $$", ()),
    ],
)
def test_the_names_that_a_statement_brings_into_being(text: str, names: tuple[str, ...]) -> None:
    [statement] = _script(text).statements

    assert statement.creates == names


def _steps(text: str) -> list[tuple[list[str], bool]]:
    migration = migration_of(_script(text))
    assert [step.number for step in migration.steps] == list(range(1, len(migration.steps) + 1))
    return [([statement.text for statement in step.statements], step.standalone) for step in migration.steps]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("", [([], False)]),
        ("select 1; select 2", [(["select 1", "select 2"], False)]),
        ("begin; select 1; select 2; commit;", [(["select 1", "select 2"], False)]),
        ("select 1; commit; select 2", [(["select 1"], False), (["select 2"], False)]),
        ("begin; select 1; commit; begin; select 2; end;", [(["select 1"], False), (["select 2"], False)]),
        ("vacuum", [(["vacuum"], True)]),
        ("select 1; vacuum; select 2", [(["select 1"], False), (["vacuum"], True), (["select 2"], False)]),
        ("begin; vacuum; commit", [(["vacuum"], True)]),
        ("commit; begin", [([], False)]),
    ],
)
def test_a_migration_is_cut_into_steps(text: str, steps: list[tuple[list[str], bool]]) -> None:
    assert _steps(text) == steps


def test_a_migration_is_named_after_its_file() -> None:
    source = Source(path="m/7_a.sql", version="7", name="a", encoding=Encoding.UTF8, text="")

    assert migration_of(parse(source)).label == "7_a"


@pytest.mark.parametrize(
    "text",
    [
        "select 'a'" + " || 'a'" * 500,
        "select " + "(select " * 200 + "1" + ")" * 200,
        "select 1" + " union all select 1" * 500,
    ],
    ids=["a long sum", "subqueries in subqueries", "a long union"],
)
def test_a_deep_expression_is_a_statement_like_any_other(text: str) -> None:
    script = _script(f"-- é;\ncreate table a (b int);\n-- deep\n{text};\nvacuum;")

    first, deep, last = script.statements
    assert deep.text.endswith(text)
    assert script.source.text[deep.start :].startswith(deep.text)
    assert (first.creates, last.transaction) == (("a", "a.b"), Transaction.STANDALONE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1;", True), ("with d as (delete from t returning id) select * from d", True),
        ("insert into t values (1) on conflict do nothing", True),
        ("merge into t using s on true when matched then delete", True),
        ("select 1; select pg_sleep(1)", False), ("copy t to stdout", False), ("explain select 1", False),
        ("set role postgres", False), ("", False), ("select from where", False),
    ],
)  # fmt: skip
def test_a_request_is_one_statement_about_rows(text: str, expected: bool) -> None:  # noqa: FBT001 - what it is
    assert is_one_request(text) is expected
