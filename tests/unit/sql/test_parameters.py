"""What the parameters of a statement are compared with, written to, or count."""

from __future__ import annotations

import pytest

from seatrial.sql.parameters import Use, parameters, within, without_constants


def uses(text: str) -> dict[int, Use]:
    found = parameters(text)
    assert found is not None
    return dict(found.uses)


def columns(text: str, number: int = 1) -> list[str]:
    """`contacts.name`, the likeliest first."""
    return [".".join(pair) for pair in uses(text)[number].columns]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("select 1 from t where a = $1", ["t.a"]),
        ("select 1 from t where $1 = a", ["t.a"]),
        ("select 1 from t where a > $1::int", ["t.a"]),
        ("select 1 from t where lower(a) like $1", ["t.a"]),
        ("select 1 from t where a is not distinct from $1", ["t.a"]),
        ("select 1 from t where a in ($2, $1)", ["t.a"]),
        ("select 1 from t where a between $2 and $1", ["t.a"]),
        ("select 1 from t where (b, a) < ($2, $1)", ["t.a"]),
        ('select 1 from "S"."T" x where x."A" = $1', ['"S"."T".A']),
        ("select 1 from s.t where s.t.a = $1", ["s.t.a"]),
        ("select 1 from t join u on u.a = $1", ["u.a"]),
        ("select 1 from t, u where a = $1", ["t.a", "u.a"]),
        ("select 1 from t where exists (select from u where u.id = t.id and a = $1)", ["u.a", "t.a"]),
        ("select 1 from t where exists (select from u where t.a = $1)", ["t.a"]),
        ("with w as (select 1 from t where a = $1) select 1 from w", ["t.a"]),
        ("with w as (select 1 from t) select 1 from w where w.a = $1", []),
        ("update t set b = a where a = $1", ["t.a"]),
        ("update t set b = u.b from u where u.a = $1", ["u.a"]),
        ("delete from t using u where u.a = $1", ["u.a"]),
        ("insert into t (b) select b from u where u.a = $1", ["u.a"]),
        ("insert into t (b) values (1) on conflict (b) do update set b = 2 where excluded.a = $1", ["t.a"]),
    ],
)
def test_it_is_compared_with_a_column(text: str, found: list[str]) -> None:
    assert uses(text)[1].kind == "compared"
    assert columns(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "insert into t (b, a) values (1, $1)",
        "insert into t (b, a) values (1, 2), (3, $1::int)",
        "insert into t (a) select $1",
        "insert into t (b) values (1) on conflict (b) do update set a = $1",
        "update t set a = $1 where b = 1",
        "with w as (insert into t (a) values ($1) returning *) select * from w",
    ],
)
def test_it_is_written_to_a_column(text: str) -> None:
    assert uses(text)[1].kind == "written"
    assert columns(text) == ["t.a"]


def test_pages_are_told_from_values() -> None:
    found = uses("with w as (select 1 from t limit $1 offset $2) select 1 from w limit $3")

    assert {number: use.kind for number, use in found.items()} == {1: "limit", 2: "offset", 3: "limit"}


@pytest.mark.parametrize(
    "text", ["select a ->> $1 from t", "select 1 from t where a @@ to_tsquery($1)", "select f(a, $1) from t"]
)
def test_of_others_nothing_is_known(text: str) -> None:
    found = parameters(text)
    assert found is not None
    assert (found.uses, found.count) == ({}, 1)


def test_an_array_is_told_from_one_value() -> None:
    assert uses("select 1 from t where a = any($1)")[1].several
    assert not uses("select 1 from t where a = any(array[$1])")[1].several
    assert not uses("select 1 from t where a in ($1)")[1].several


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("select 1", "select"),
        ("insert into t default values", "insert"),
        ("with w as (update t set a = 1 returning *) select * from w", "update"),
        ("with w as (select 1) delete from t", "delete"),
    ],
)
def test_it_is_said_what_is_done_to_rows(text: str, verb: str) -> None:
    found = parameters(text)
    assert found is not None
    assert found.verb == verb


def test_relations_are_tables_in_the_order_of_the_text() -> None:
    found = parameters("with w as (select 1 from s.t) select 1 from w join u on true where exists (select from x)")
    assert found is not None
    assert found.relations == ("s.t", "u", "x")


@pytest.mark.parametrize(
    "text", ["vacuum t", "select 1; select 2", "selec 1", "", "copy t to stdout", "explain select 1"]
)
def test_other_commands_have_none(text: str) -> None:
    assert parameters(text) is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("select  a -- it's\n from t /* 'secret' */ where b = $1;", "select a from t where b = $1"),
        ("select now() - interval $1", "select now() - CAST($1 AS interval)"),
        (
            "select a from t where b = $1 and c = 'secret' and d = 42",
            "select a from t where b = $1 and c = $2 and d = $3",
        ),
        ("select a from t where b in ($1 /*, ... */)", "select a from t where b in ($1 )"),
        ("select a from t order by 1", "select a from t order by 1"),
    ],
)
def test_a_statement_is_left_without_constants_and_comments(text: str, plain: str) -> None:
    assert without_constants(text) == plain
    assert without_constants(plain) == plain


@pytest.mark.parametrize("text", ["set application_name = 'secret'", "select 'secret", "select '\0'", "x" * 200_000])
def test_where_a_constant_may_be_left_there_is_nothing(text: str) -> None:
    found = without_constants(text)
    assert found is None or "secret" not in found


def test_something_is_put_around_one_parameter() -> None:
    assert within("select 'ä$1', $1, $11 where a = any($1)", 1, "ARRAY[{}]") == (
        "select 'ä$1', ARRAY[$1], $11 where a = any(ARRAY[$1])"
    )
