"""An INSERT … SELECT for a range of keys is the same INSERT, and the one that cannot be cut is told."""

from __future__ import annotations

import pytest
from tests.unit.sql.test_batch import normal

from seatrial.sql.batch import CannotCut, cut

LATERAL = "lateral (select max(u.z) from u where u.t = t.id) as m"


@pytest.mark.parametrize(
    ("before", "condition", "behind"),
    [
        ("insert into a select id from t", "", ""),
        ("insert into a (x) select id from t", "b or c", ""),
        (
            "insert into s.a as q (x) overriding system value select t.order, t.v from only s.t join b on conflict",
            "t.where",
            "order by 1 for update of t skip locked on conflict (x) where y do update set x = 1 where q.x returning x",
        ),
        ("insert into a select id from t -- all\n", "", "on conflict do nothing"),
        (f"with w as (select 1 where true) insert into a select 1 from t left join v using (id), {LATERAL}", "", ""),
        (
            "insert into a with v as (select 2 where 1) select (select 1 from v where t) from t",
            "t.x -- so",
            "for share",
        ),
        ("insert into a select x is distinct from y as where from t", "", ""),
        ("insert into \"é\" select 'ü' from t", "é", ""),
    ],
)
def test_the_range_goes_into_the_query(before: str, condition: str, behind: str) -> None:
    text = f"{before} where {condition}\n{behind}" if condition else f"{before} {behind}"
    range_ = "t.id > '5' and t.id <= '9'"
    batch = (
        f"{before} where ({condition}\n) and {range_} {behind}" if condition else f"{before} where {range_} {behind}"
    )
    assert normal(cut(text, "id").statement("5", "9")) == normal(batch)


def test_the_table_that_is_gone_through_is_another_than_the_one_that_is_filled() -> None:
    parts = cut("insert into s.a select 1 from only s.t as x join u on true", "id")
    assert (parts.verb, parts.changed, parts.table, parts.key) == ("INSERT", "s.a", "s.t", "x.id")
    assert parts.question(None, 10) == "SELECT x.id::text FROM ONLY s.t AS x ORDER BY x.id OFFSET 9 LIMIT 1"


def test_an_update_from_another_table_is_cut_by_its_own_key() -> None:
    parts = cut("update t set a = o.a from other as o where t.k = o.k", "k")
    assert (parts.changed, parts.table, parts.key) == ("t", "t", "t.k")


def test_places_lead_back_to_the_file() -> None:
    text = "insert into a select bad from t where c = d on conflict (e) do nothing"
    parts = cut(text, "id")
    made = parts.statement("5", "9")
    for word in ("bad", "c =", "= d", "e)"):
        assert parts.offset(made.rindex(word), "5", "9") == text.rindex(word)


def test_the_target_is_asked_what_the_functions_of_the_query_are() -> None:
    text = "insert into a select f(x), s.g(h(y)), (select k(z) from u) from t where w(x) order by o(x)"
    assert cut(text, "id").calls == ("f", "g", "h", "o")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("insert into a values (1)", "it has no SELECT from a table"),
        ("insert into a default values", "it has no SELECT from a table"),
        ("insert into a select 1", "it has no SELECT from a table"),
        ("insert into a table t", "its SELECT stands in brackets, or is no SELECT"),
        ("insert into a (select 1 from t where true)", "its SELECT stands in brackets"),
        ("insert into a select 1 from t union all select 2 from u", "put together of several, with UNION"),
        ("insert into a select distinct x from t", "DISTINCT takes one"),
        ("insert into a select distinct on (x) x from t", "DISTINCT takes one"),
        ("insert into a select x from t group by x", "it groups rows"),
        ("insert into a select 1 from t having true", "it groups rows"),
        ("insert into a select max(x) from t", "an aggregate counts all rows"),
        ("insert into a select coalesce(pg_catalog.sum(x), 0) from t", "an aggregate counts all rows"),
        ("insert into a select our(x) filter (where y) from t", "an aggregate counts all rows"),
        ("insert into a select json_objectagg(k: v) from t", "an aggregate counts all rows"),
        ("insert into a select 1 from t order by count(*)", "an aggregate counts all rows"),
        ("insert into a select row_number() over () from t", "a window function"),
        ("insert into a select x from t order by rank() over (order by x)", "a window function"),
        ("insert into a select x from t limit 5", "LIMIT and OFFSET"),
        ("insert into a select x from t offset 5", "LIMIT and OFFSET"),
        ("insert into a select x from t fetch first row only", "LIMIT and OFFSET"),
        ("insert into a select x from t where id in (select id from u limit 5)", "a query with LIMIT"),
        ("insert into a select x from t, (select 1 from u limit 5) as o", "a query with LIMIT"),
        ("insert into a with o as (select 1 from u limit 5) select x from t, o", "a query with LIMIT"),
        ("with o as (select 1 from u limit 5) insert into a select x from t, o", "a query with LIMIT"),
        ("insert into a select x from t where not exists (select from a where a.id = t.id)", "it reads the table that"),
        ("insert into a select x from public.a", "it reads the table that"),
        ("with d as (delete from u returning 1) insert into a select x from t, d", "its WITH changes rows"),
        ("insert into a with d as (delete from u returning 1) select x from t, d", "its WITH changes rows"),
        ("insert into a select t.x from t right join u on true", "gives rows without a key"),
        ("insert into a select t.x from t full join u on true", "gives rows without a key"),
        ("insert into a select t.x from (t join v on true) right join u on true", "gives rows without a key"),
        ("insert into a select j.x from (t join u on true) as j", "hides the table"),
        ("insert into a select x from (select 1 from t) as s", "what its FROM begins with is no table"),
        ("insert into a select x from f() as t", "what its FROM begins with is no table"),
        ("insert into a select x from t tablesample system (5)", "what its FROM begins with is no table"),
        ("with t as (select 1) insert into a select x from t", '"t" is of its WITH'),
        ("insert into a with t as (select 1) select x from t", '"t" is of its WITH'),
        ("insert into a select x from t where ctid = '(0,1)'", "by where they lie"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_cut(text: str, why: str) -> None:
    with pytest.raises(CannotCut, match=why.replace("(", r"\(").replace(")", r"\)")):
        cut(text, "id")


def test_what_is_asked_for_each_row_alone_does_not_matter() -> None:
    query = "select (select max(u.x) from u where u.t = t.id limit 1) from t where exists (select from u limit 1)"
    assert cut(f"insert into a {query}", "id").changed == "a"
