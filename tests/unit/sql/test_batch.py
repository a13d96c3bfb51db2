"""An UPDATE for a range of keys is the same UPDATE, and the one that cannot be cut is told."""

from __future__ import annotations

import postgast
import pytest

from seatrial.sql.assertion import assertion_fault
from seatrial.sql.batch import CannotCut, cut


def normal(text: str) -> str:
    """Without what does not count."""
    return str(postgast.deparse(postgast.parse(text)))


RANGE = "t.id > '5' and t.id <= '9'"


@pytest.mark.parametrize(
    ("text", "batch"),
    [
        ("update t set a = 1", f"update t set a = 1 where {RANGE}"),
        ("update t set a = 1 where b or c", f"update t set a = 1 where (b or c) and {RANGE}"),
        (
            "update only s.t as x set a = (select b from u where true) -- where\nwhere b -- end",
            "update only s.t as x set a = (select b from u where true) where (b) and x.id > '5' and x.id <= '9'",
        ),
        (
            "with w as (select 1 where true) update t set a = 1 from w where w.b = t.b returning a, (b)",
            f"with w as (select 1 where true) update t set a = 1 from w where (w.b = t.b) and {RANGE} returning a, (b)",
        ),
        (
            "update t set a = 1 /* where */ returning 'where'",
            f"update t set a = 1 where {RANGE} returning 'where'",
        ),
        ("update \"é\" as t set é = 'ü' where é", f"update \"é\" as t set é = 'ü' where (é) and {RANGE}"),
        ("update t set a[1] = 2, (b, c) = (3, 4)", f"update t set a[1] = 2, (b, c) = (3, 4) where {RANGE}"),
    ],
)  # fmt: skip
def test_the_range_is_added(text: str, batch: str) -> None:
    assert normal(cut(text, "id").statement("5", "9")) == normal(batch)


def test_the_first_has_no_beginning_and_the_last_no_end() -> None:
    parts = cut("update t set a = 1 where b", "id")
    assert normal(parts.statement(None, "9")) == normal("update t set a = 1 where b and t.id <= '9'")
    assert normal(parts.statement("5", None)) == normal("update t set a = 1 where b and t.id > '5'")
    assert parts.statement(None, None) == "update t set a = 1 where b"


def test_values_and_names_are_quoted() -> None:
    parts = cut('update "my t" set a = 1', 'the "id"')
    assert parts.key == '"my t"."the ""id"""'
    assert "'it''s'" in parts.statement("it's", None)
    assert "E'a\\\\b'" in parts.statement("a\\b", None)


def test_the_question_asks_for_the_last_of_the_next_rows() -> None:
    parts = cut("update only s.t as x set a = 1 from u where u.b = x.b", "id")
    assert (
        parts.question("5", 100)
        == "SELECT x.id::text FROM ONLY s.t AS x WHERE x.id > '5' ORDER BY x.id OFFSET 99 LIMIT 1"
    )
    assert parts.question(None, 1) == "SELECT x.id::text FROM ONLY s.t AS x ORDER BY x.id OFFSET 0 LIMIT 1"


@pytest.mark.parametrize("text", ["update t set a = bad where c = d returning e", "update t set a = bad returning e"])
def test_places_lead_back_to_the_file(text: str) -> None:
    parts = cut(text, "id")
    made = parts.statement("5", "9")
    for word in ("bad", "c =", "= d", "returning", "e"):
        if word in text:
            assert parts.offset(made.rindex(word), "5", "9") == text.rindex(word)
    assert parts.offset(made.index("id >"), "5", "9") == -1
    assert parts.offset(-1, "5", "9") == -1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("delete from t", "it is no UPDATE"),
        ("update t set id = id + 1", 'it changes "id" itself'),
        ("update t set (a, id) = (1, 2)", 'it changes "id" itself'),
        ("update t set a = 1 where current of c", "the row of a cursor"),
        ("with d as (delete from u returning id) update t set a = 1 from d", "its WITH changes rows"),
        ("update t set a = 1 where ctid = any (array(select ctid from u))", "by where they lie"),
        ("update t set a = 1 where id in (select id from t)", "it reads the table that it changes"),
        ("update t set a = 1 where id in (select id from u order by random() limit 5)", "a query with LIMIT"),
        ("update t set a = 1 where id in (select id from u offset 5)", "a query with LIMIT"),
        ("update t set a = 1 from (select id from u fetch first row only) as o", "a query with LIMIT"),
        ("with o as (select id from u limit 5) update t set a = 1 from o", "a query with LIMIT"),
        ("update t set a = o.a from public.t o", "it reads the table that it changes"),
        ("update t set a = 1; select 1", "no single statement"),
    ],
)
def test_one_that_cannot_be_cut(text: str, why: str) -> None:
    with pytest.raises(CannotCut, match=why):
        cut(text, "id")


@pytest.mark.parametrize(
    "text",
    [
        "update t set a = (select u.a from u where u.id = t.id limit 1)",
        "update t set a = 1 where exists (select 1 from u where u.id = t.id limit 1)",
    ],
)
def test_a_limit_for_each_row_alone_does_not_matter(text: str) -> None:
    assert cut(text, "id").table == "t"


def test_a_table_of_the_same_name_elsewhere_is_another() -> None:
    assert cut("update a.t set x = o.x from b.t o", "id").table == "a.t"


@pytest.mark.parametrize(
    "text", ["true", "select true", "exists (select from t) -- so", "values (true)", "a = any (select 1)"]
)
def test_what_may_be_asserted(text: str) -> None:
    assert assertion_fault(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "", "tr e", "true); drop table t; select (true", "true), (false", "true) from t where (true", "true) or (true",
        "with d as (delete from t returning 1) select true", "select true into u", "select true from t for update",
        "true; select 1", "true -- )\n) union select (true",
    ],
)  # fmt: skip
def test_what_may_not(text: str) -> None:
    assert assertion_fault(text)
