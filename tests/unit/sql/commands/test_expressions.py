"""What expressions and statements mention, and that it is found at its place."""

from __future__ import annotations

import postgast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.expression import Call, Comparison, Expression, SubQuery
from seatrial.sql.commands.expressions import read_expression, read_query
from seatrial.sql.commands.folding import constant_of
from seatrial.sql.commands.places import places_of
from seatrial.sql.commands.writing import written
from seatrial.sql.text import expression

_PREFIX = "SELECT "


def node_of(text: str) -> postgast.pg_query_pb2.Node:
    select = postgast.parse(_PREFIX + text).stmts[0].stmt.select_stmt
    return select.target_list[0].res_target.val


def read(text: str, own: str = "contacts") -> Expression:
    return read_expression(node_of(text), places_of(text, prefix=_PREFIX), own)


def query(text: str) -> Expression:
    return read_query(postgast.parse(text).stmts[0].stmt, places_of(text))


def sides(found: Expression) -> list[tuple[str, str, str]]:
    return [(one.left, one.operator, one.right) for one in found.comparisons]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("'t'::boolean", True),
        ("cast('off' as boolean)", False),
        ("1 = 1", True),
        ("1 = 2", False),
        ("1 <> 1", False),
        ("'x' = 'x'", True),
        ("'x' = 'y'", False),
        ("'1.0'::numeric = 1", None),
        ("null = null", None),
        ("null::text = null::text", None),
        ("not false", True),
        ("not org_id = 1", None),
        ("org_id = 1 or true", True),
        ("org_id = 1 or false", None),
        ("org_id = 1 and false", False),
        ("true and 1 = 1", True),
        ("org_id = 1 and true", None),
        ("(select true)", True),
        ("(select true where org_id = 1)", None),
        ("exists (select 1)", True),
        ("exists (select 1 from members)", None),
        ("exists (select 1 limit 0)", None),
        ("coalesce(true, org_id = 1)", True),
        ("true is not false", True),
        ("false is true", False),
        ("null is null", True),
        ("'x' is not null", True),
        ("org_id is null", None),
        ("org_id = org_id", None),
        ("auth.uid() is not null", None),
        ("current_user = 'postgres'", None),
    ],
)
def test_a_constant_is_told(text: str, value: bool | None) -> None:  # noqa: FBT001 - the outcome
    assert read(text).constant is value


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("org_id = 1 and contacts.owner_id = auth.uid()", ("org_id", "owner_id")),
        ("public.contacts.org_id = 1", ("org_id",)),
        ("members.org_id = 1", ()),
        ("exists (select 1 from members where org_id = contacts.org_id)", ("org_id",)),
        ("exists (select 1 from members where org_id = 1)", ()),
        ("exists (select 1 from members m where m.org_id = public.contacts.org_id)", ("org_id",)),
        ("exists (select 1 from contacts where contacts.org_id = 1)", ()),
        ("exists (select 1 from contacts c where contacts.org_id = c.org_id)", ("org_id",)),
        ("exists (select 1 from members contacts where contacts.org_id = 1)", ()),
        ("exists (select 1 from members join contacts on contacts.id = members.id)", ()),
        ("(select is_member(org_id))", ("org_id",)),
        ("exists (select 1 from members where id = (select f(user_id)))", ()),
        ("exists (select 1 from members where id = (select f(contacts.user_id)))", ("user_id",)),
        ("exists (select 1 from unnest(tags) t where t = name)", ("tags", "name")),
        ("exists (select 1 from unnest(tags) as t(tag) where tag = 'x')", ("tags",)),
        ("org_id in (select organization_id from current_organizations())", ("org_id",)),
        ("exists (with m as (select * from members) select 1 from m where m.id = contacts.id)", ("id",)),
        ("exists (select 1 from (select org_id as o from members) s where s.o = contacts.o)", ("o",)),
        ("count(*) > 0", ()),
    ],
)
def test_columns_of_the_row_are_told_from_those_of_sub_selects(text: str, columns: tuple[str, ...]) -> None:
    assert read(text).columns == columns


def test_without_a_table_every_name_that_no_sub_select_has_is_a_column() -> None:
    found = read("a = t.b and exists (select 1 from m where m.c = t.d and e = 1)", own="")
    assert found.columns == ("a", "b", "d")


@pytest.mark.parametrize(
    ("text", "once", "nested"),
    [
        ("auth.uid() = user_id", False, False),
        ("(select auth.uid()) = user_id", True, False),
        ("user_id = (select auth.uid()::text)::uuid", True, False),
        ("user_id = (select coalesce(auth.uid(), null))", True, False),
        ("role = (select auth.uid() ->> 'role')", True, False),
        ("user_id = any (array(select auth.uid()))", True, False),
        ("(select auth.uid() = user_id)", False, False),
        ("exists (select 1 from m where m.user_id = auth.uid())", False, True),
        ("exists (select 1 from m where m.user_id = (select auth.uid()))", True, True),
        ("exists (select 1 from m where (select auth.uid() = m.user_id))", False, True),
        ("(select exists (select 1 from m where m.user_id = auth.uid()))", False, True),
        ("(select auth.uid() from m limit 1) = user_id", False, True),
    ],
)
def test_a_call_that_is_evaluated_once_is_told(text: str, once: bool, nested: bool) -> None:  # noqa: FBT001 - outcomes
    [call] = [call for call in read(text).calls if call.name == "auth.uid"]
    assert (call.once, call.nested) == (once, nested)


def test_a_call_has_its_columns_and_constants() -> None:
    text = "public.\"Has Role\"(contacts.org_id, lower(name), 'admin'::text, 3, true, null)"
    first, second = read(text).calls
    assert first == Call(
        name="public.Has Role",
        offset=0,
        columns=("org_id", "name"),
        arguments=(None, None, "admin", "3", "true", "null"),
    )
    assert second == Call(name="lower", offset=text.index("lower"), columns=("name",), arguments=(None,))


def test_what_the_grammar_writes_as_calls_has_no_schema_and_what_is_none_is_no_call() -> None:
    found = read("pg_catalog.now() > coalesce(nullif(a, b), greatest(c, d)) and current_user = session_user")
    assert found.names == {"now"}
    assert found.keywords == ("current_user", "session_user")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1", [("a", "=", "1")]),
        ("a != 'x'", [("a", "<>", "'x'")]),
        ("a + 1", []),
        ("data -> 'k'", []),
        ("data ->> 'k' = 'v'", [("data ->> 'k'", "=", "'v'")]),
        ("a @> '{1}' and b @@ q", [("a", "@>", "'{1}'"), ("b", "@@", "q")]),
        ("a like 'x%'", [("a", "~~", "'x%'")]),
        ("a not ilike 'x%'", [("a", "!~~*", "'x%'")]),
        ("a in (1, 'b')", [("a", "in", "(1, 'b')")]),
        ("a not in (1)", [("a", "not in", "(1)")]),
        ("a = any (b)", [("a", "any", "b")]),
        ("a <> all (b)", [("a", "<> all", "b")]),
        ("a is distinct from b", [("a", "is distinct from", "b")]),
        ("a is not distinct from b", [("a", "is not distinct from", "b")]),
        ("a between 1 and 2", [("a", ">=", "1"), ("a", "<=", "2")]),
        ("a in (select b from c)", [("a", "in", "")]),
        ("not a in (select b from c)", [("a", "not in", "")]),
        ("a = any (select b from c)", [("a", "any", "")]),
        ("(a, b) = (1, 2)", [("a", "=", "1"), ("b", "=", "2")]),
        ("operator(pg_catalog.-) a", []),
        ("nullif(a, 1)", []),
        ("case when a = 1 then b else c end", [("a", "=", "1")]),
    ],
)
def test_comparisons(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert sides(read(text)) == expected


def test_a_side_that_is_a_column_is_told() -> None:
    text = "m.org_id::text = \"Org Id\" and lower(a) = 'x'"
    assert read(text).comparisons == (
        Comparison(
            operator="=", left="m.org_id::text", right='"Org Id"', left_column="m.org_id", right_column="Org Id",
            offset=text.index("="),
        ),
        Comparison(operator="=", left="lower(a)", right="'x'", offset=text.rindex("=")),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "exists (select 1 from m where m.org_id = contacts.org_id and f(m.id))",
            SubQuery(kind="exists", tables=("public.m",), offset=0, correlated=True, calls=("f",), has_where=True),
        ),
        (
            "org_id in (select org_id from app.members)",
            SubQuery(kind="any", tables=("app.members",), offset=7),
        ),
        (
            "org_id = (select org_id from members limit 1)",
            SubQuery(kind="scalar", tables=("public.members",), offset=9, single=True),
        ),
        (
            "org_id = (select max(org_id) from members where active)",
            SubQuery(kind="scalar", tables=("public.members",), offset=9, single=True, calls=("max",)),
        ),
        (
            "org_id = (select max(org_id) from members group by id)",
            SubQuery(kind="scalar", tables=("public.members",), offset=9, calls=("max",)),
        ),
        (
            "org_id > all (select a.id from a, b where a.id = b.id)",
            SubQuery(kind="all", tables=("public.a", "public.b"), offset=7, has_where=True),
        ),
        (
            "org_id = any (array(select org_id from members))",
            SubQuery(kind="array", tables=("public.members",), offset=14),
        ),
        (
            "exists (with a as (select * from members) select 1 from a where a.id = 1)",
            SubQuery(kind="exists", tables=("public.members",), offset=0, has_where=True),
        ),
    ],
)
def test_a_sub_select_that_reads_a_table(text: str, expected: SubQuery) -> None:
    assert read(text).subqueries == (expected,)


@pytest.mark.parametrize("text", ["(select auth.uid()) = a", "exists (select 1 from unnest(tags) t)", "a = 1"])
def test_a_sub_select_without_a_table_is_none(text: str) -> None:
    assert read(text).subqueries == ()


def test_text_alternatives_strings_and_nulls() -> None:
    found = read("(a is null or (b = 'x' or c -> 'k' is not null)) or d")
    assert found.text == "a IS NULL OR (b = 'x' OR c -> 'k' IS NOT NULL) OR d"
    assert found.alternatives == ("a IS NULL", "b = 'x'", "c -> 'k' IS NOT NULL", "d")
    assert found.strings == ("x", "k")
    assert found.is_null == ("a",)
    assert found.is_not_null == ("c -> 'k'",)
    assert read("a and b").alternatives == ("a AND b",)


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("select 1 from a join app.b on true", ("public.a", "app.b")),
        ("with x as (select * from a) select * from x, b", ("public.a", "public.b")),
        ("with x as (delete from x returning *) insert into y select * from x", ("public.x", "public.y")),
        ("with recursive x as (select 1 from a union all select 1 from x) select * from x", ("public.a",)),
        ("update a set b = c.d from c where exists (select 1 from e)", ("public.a", "public.c", "public.e")),
        ("delete from a using b where a.id = b.id", ("public.a", "public.b")),
        ("merge into a using b on a.id = b.id when matched then delete", ("public.a", "public.b")),
        ("copy a from stdin", ("public.a",)),
        ("select 1 from pg_class", ("pg_catalog.pg_class",)),
        ("select 1 from a as x for update of x", ("public.a",)),
        ("select f(x) from g() as x", ()),
    ],
)
def test_tables_of_a_statement(text: str, tables: tuple[str, ...]) -> None:
    assert sorted(query(text).tables) == sorted(tables)


def test_the_row_of_a_statement_is_that_of_its_own_from() -> None:
    found = query("select u.email, (select x from m where m.id = u.id) from auth.users u where lower(u.name) = 'a'")
    assert found.text == ""
    assert found.columns == ("name", "email", "id")
    assert [call.columns for call in found.calls] == [("name",)]
    assert [one.correlated for one in found.subqueries] == [True]


def test_names_of_an_expression_without_a_table_are_variables() -> None:
    found = query("select new.id = p_id and exists (select 1 from m where m.id = new.id)")
    assert found.columns == ("id", "p_id")
    assert not found.subqueries[0].correlated


_ATOMS = st.sampled_from(
    ["a", "contacts.b", '"Ü x"', "'é'", "1", "null", "true", "f(a, 'x')", "auth.uid()", "(select g())", "current_user",
     "(select max(x) from m)", "exists (select 1 from m where m.a = contacts.a)", "a::text", "pg_catalog.now()"]
)  # fmt: skip
_TEXTS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["=", "and", "or", "||", "in", "is distinct from"]), inner).map(
            lambda three: f"({three[0]}) {three[1]} ({three[2]})"
        ),
        inner.map(lambda one: f"not ({one})"),
        inner.map(lambda one: f"coalesce({one}, h({one}))"),
        inner.map(lambda one: f"({one}) is null"),
        inner.map(lambda one: f"({one})::uuid"),
        inner.map(lambda one: f"case when ({one}) then 1 end"),
        inner.map(lambda one: f"(select ({one}) from n where n.c = 'ß')"),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(_TEXTS, st.text("aü ", max_size=4))
def test_every_place_is_that_of_its_text(text: str, before: str) -> None:
    script = before + text
    found = read_expression(node_of(text), places_of(text, len(before), _PREFIX), "contacts")
    for call in found.calls:
        assert script[call.offset :].startswith(call.name + "(") or script[call.offset :].startswith("pg_catalog.")
    for comparison in found.comparisons:
        assert script[comparison.offset :].startswith(("=", "in ", "is distinct"))
    for one in found.subqueries:
        assert script[one.offset :].startswith(("(", "exists", "in "))


@settings(deadline=None)
@given(_TEXTS)
def test_pieces_are_written_as_the_parsers_own_writer_does(text: str) -> None:
    node = node_of(text)
    assert written(node) == expression(node)


@settings(deadline=None)
@given(_TEXTS)
def test_folding_never_says_both(text: str) -> None:
    value, negated = constant_of(node_of(text)), constant_of(node_of(f"not ({text})"))
    assert negated is (None if value is None else not value)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    try:
        statements = postgast.parse(text).stmts
    except postgast.PgQueryError:
        return
    for raw in statements:
        read_query(raw.stmt, places_of(text))
        read_expression(raw.stmt, places_of(text))
