"""Which comments of a file cut an UPDATE, and which are assertions."""

from __future__ import annotations

import pytest

from seatrial.model.migration import StepKind, migration_of
from seatrial.model.source import Batch, Encoding, Script, Source
from seatrial.sql.parse import parse

UPDATE = "update t set a = 1;"


def script(text: str) -> Script:
    """A file with this text."""
    return parse(Source(path="a.sql", version="1", name="a", encoding=Encoding.UTF8, text=text))


def batches(text: str) -> list[Batch]:
    """Of its statements."""
    return [statement.batch for statement in script(text).statements if statement.batch]


def faults(text: str) -> list[str]:
    """Of its directives."""
    return [one.fault for one in script(text).misdirected]


@pytest.mark.parametrize(
    ("said", "key", "size"),
    [
        ("batch key=id size=200", "id", 200),
        ("batch key=id", "id", 5000),
        ("batch size=10_000, key = id", "id", 10_000),
        ('batch: key="Our ""Id""" size=1000000', 'Our "Id"', 1_000_000),
        ("batch key=ID", "id", 5000),
    ],
)
def test_a_batch_is_read(said: str, key: str, size: int) -> None:
    assert batches(f"-- seatrial: {said}\n{UPDATE}") == [Batch(key=key, size=size)]
    assert batches(f"/* seatrial: {said} */ {UPDATE}") == [Batch(key=key, size=size)]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("batch", "it names no key"),
        ("batch size=5", "it names no key"),
        ("batch key=a.b", '"a.b" is no name of a column'),
        ("batch key=1", '"1" is no name of a column'),
        ("batch key=id size=0", '"0" is no number of rows from 1 to 1,000,000'),
        ("batch key=id size=1000001", '"1000001" is no number of rows from 1 to 1,000,000'),
        ("batch key=id size=ten", '"ten" is no number of rows from 1 to 1,000,000'),
        ("batch key=id rows=5", '"rows" is no option of it'),
        ("batch key=id key=id", '"key" is given twice'),
        ("batch key=id triggers=no", '"no" is neither on nor off'),
        ("batch key=id in parts", '"in parts" is no option: -- seatrial: batch key=id size=5000'),
    ],
)
def test_a_batch_that_cannot_be_read(said: str, why: str) -> None:
    text = f"-- seatrial: {said}\n{UPDATE}"
    assert (batches(text), faults(text)) == ([], [why])


def test_triggers_may_rest() -> None:
    assert batches(f"-- seatrial: batch key=id triggers=off size=5\n{UPDATE}") == [
        Batch(key="id", size=5, triggers_off=True)
    ]
    assert batches(f"-- seatrial: batch key=id triggers=ON\n{UPDATE}") == [Batch(key="id", size=5000)]


def test_an_insert_is_cut_as_well() -> None:
    found = script("-- seatrial: batch key=id\ninsert into a select 1 from t; insert into b select 2 from t")
    assert [bool(one.batch) for one in found.statements] == [True, False]
    assert migration_of(found).steps[0].kind is StepKind.BATCH
    [fault] = batches("-- seatrial: batch key=id\ninsert into a values (1)")
    assert fault.fault == "it has no SELECT from a table"


def test_it_belongs_to_the_update_that_follows() -> None:
    allow = "-- seatrial: allow DST005 until 2026-01-01 because so"
    text = f"select 1;\n-- seatrial: batch key=id\n{allow}\n\n{UPDATE} {UPDATE}"
    assert [bool(statement.batch) for statement in script(text).statements] == [False, True, False]
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"-- seatrial: batch key=id\nselect 1; {UPDATE}", "no UPDATE and no INSERT follows it"),
        (f"{UPDATE}\n-- seatrial: batch key=id", "no UPDATE and no INSERT follows it"),
        ("-- seatrial: batch key=id\ndelete from t;", "no UPDATE and no INSERT follows it"),
        ("update t -- seatrial: batch key=id\nset a = 1;", "it stands inside a statement, before its semicolon"),
        (
            f"-- seatrial: batch key=a\n-- seatrial: batch key=b\n{UPDATE}",
            "another one stands between it and the statement",
        ),
        ("select 1 -- seatrial: assert true\n;", "it stands inside a statement, before its semicolon"),
        ("select -- seatrial: assert true\n 1;", "it stands inside a statement, before its semicolon"),
        ("-- seatrial: assert\nselect 1;", "it says nothing that could be true"),
    ],
)
def test_one_that_stands_where_it_does_nothing(text: str, why: str) -> None:
    assert faults(text) == ([why] if why else [])


def test_capitals_begin_one_as_well_and_it_is_no_end_of_the_one_above() -> None:
    found = script(f"-- Seatrial: assert 1 = 1\n-- SEATRIAL: batch key=id\n{UPDATE}")
    assert [one.text for one in found.assertions] == ["1 = 1"]
    assert found.statements[0].batch == Batch(key="id", size=5000)


def test_what_cannot_be_done_says_why() -> None:
    found = script("-- seatrial: batch key=a\nupdate t set a = 1;\n-- seatrial: assert tr e")
    assert found.statements[0].batch
    assert found.statements[0].batch.fault == 'it changes "a" itself, so a row could be met twice or never'
    assert found.assertions[0].fault == 'it is no expression and no query: syntax error at or near "e"'


def test_assertions_keep_their_lines_and_spaces() -> None:
    text = "-- seatrial: assert 'a  b' = 'a  b'\n--   or false;\n\n-- not this\nselect 1; -- seatrial: assert true\n"
    assert [(one.text, one.start) for one in script(text).assertions] == [
        ("'a  b' = 'a  b'\nor false", 0), ("true", text.index("-- seatrial: assert true")),
    ]  # fmt: skip


def test_what_only_looks_like_one_is_none() -> None:
    text = (
        "select '-- seatrial: assert false', $$\n-- seatrial: batch key=id\n$$;\n"
        "-- the seatrial: assert is at the end\n-- seatrial-batch key=id\n" + UPDATE
    )
    found = script(text)
    assert (found.assertions, batches(text), found.misdirected) == ((), [], ())


def test_comments_do_not_change_what_a_file_is() -> None:
    assert script(f"-- seatrial: batch key=id\n{UPDATE}").digest == script(UPDATE).digest


def test_a_batch_is_a_step_and_assertions_go_to_theirs() -> None:
    text = (
        f"alter table t add a int;\n-- seatrial: assert 1\n-- seatrial: batch key=id\n{UPDATE}\n"
        "-- seatrial: assert 2\nselect 1;\n-- seatrial: assert 3"
    )
    steps = migration_of(script(text)).steps
    assert [step.kind for step in steps] == [StepKind.TRANSACTION, StepKind.BATCH, StepKind.TRANSACTION]
    assert [[one.text for one in step.assertions] for step in steps] == [["1"], ["2"], ["3"]]


def test_a_syntax_error_leaves_no_directives() -> None:
    assert script("-- seatrial: assert true\nselect from from").assertions == ()
