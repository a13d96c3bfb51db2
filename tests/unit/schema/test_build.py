"""What is there at the end of a folder, as far as its statements tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.rules.reading import script

from seatrial.rules.run import read
from seatrial.schema.build import build

if TYPE_CHECKING:
    from seatrial.model.schema import Schema

PATH = "create schema app; create table public.users (id int); "
TABLES = "create table public.a (id int); create table public.b (id int); create table private.c (id int); "
LOOP = "do $$ declare t text; begin foreach t in array array['a', 'b'] loop {} end loop; end $$;"
IN_APP = (
    "create view app.v as select 1; create table app.t (id int); create table apps.t (id int);"
    "create function app.f() returns int language sql as 'select 1';"
)
MAKER = (
    "create function public.make() returns void language plpgsql as $$ begin "
    "execute format('create table %I (id int)', 'part'); end $$; "
)
SECURES = (
    "create function public.secures() returns event_trigger language plpgsql as $$ begin "
    "execute format('alter table %s enable row level security', 'x'); end $$; "
    "create event trigger secures on ddl_command_end execute function public.secures(); "
)


def _built(*texts: str) -> Schema:
    return build([script(text, number) for number, text in enumerate(texts, start=1)])


def _names(schema: Schema) -> list[str]:
    groups = (schema.tables, schema.views, schema.functions)
    return [one.name for group in groups for one in group]


def _codes(*texts: str) -> list[str]:
    return [one.code for one in read(_built(*texts))]


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("create table t (id int)", ["public.t"]),
        ("create table t (id int); drop table t", []),
        ("create table t (id int); create table if not exists t (id int)", ["public.t"]),
        ("create table t (id int); alter table t rename to u", ["public.u"]),
        ("create table t (id int); alter table t set schema app", ["app.t"]),
        ("create view v as select 1; alter view v rename to w", ["public.w"]),
        ("create view app.v as select 1; create table app.t (id int); drop schema app cascade", []),
        (
            f"{IN_APP} alter schema app rename to shop",
            ["apps.t", "shop.t", "shop.v", "shop.f"],
        ),
    ],
)
def test_what_is_made_is_there_until_it_goes(sql: str, names: list[str]) -> None:
    assert _names(_built(sql)) == names


def test_parts_of_a_table_are_added_changed_and_dropped() -> None:
    [table] = _built(
        "create table t (id int primary key, a text, b text); alter table t enable row level security;",
        "alter table t drop column a; alter table t alter column b set not null; alter table t rename b to c;"
        "create index t_c on t (c); create policy p on t using (true); create policy q on t using (true);"
        "drop policy p on t; alter table t add constraint c_check check (c <> '') not valid;",
    ).tables
    assert [(one.name, one.not_null) for one in table.columns] == [("id", True), ("c", True)]
    assert [one.name for one in table.indexes] == ["t_c"]
    assert [one.name for one in table.policies] == ["q"]
    assert [(one.name, one.valid) for one in table.constraints] == [("t_pkey", True), ("c_check", False)]
    assert table.row_security


def test_a_table_is_what_it_was_before_a_statement() -> None:
    schema = _built("create table t (id int); alter table t add column a int; alter table t rename to u;")
    _, adds, renames = schema.occasions
    before = [schema.table("public.t", before=one) for one in (adds, renames)]
    assert [[one.name for one in table.columns] for table in before if table] == [["id"], ["id", "a"]]
    assert schema.table("public.t") is None


@pytest.mark.parametrize(
    ("sql", "role", "may"),
    [
        ("", "anon", True),
        ("revoke execute on function f() from anon;", "anon", True),
        ("revoke execute on function f() from public, anon;", "anon", False),
        ("revoke execute on all functions in schema public from public, anon;", "anon", False),
        (LOOP.format("execute format('revoke all on function %s from public, anon', t);"), "anon", False),
        (LOOP.format("execute format('revoke all on function %s from public, anon', t);"), "service_role", True),
        (LOOP.format("execute format('comment on function %s is null', t);"), "anon", True),
    ],
)
def test_who_may_call_a_function(sql: str, role: str, may: bool) -> None:  # noqa: FBT001 - a parameter of the test
    [function] = _built("create function f() returns int language sql as 'select 1';" + sql).functions
    assert function.callable_by(role) is may


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("set search_path = app, public; create table t (id int);", ["app.t", "public.users"]),
        ("set local search_path to '$user', app; create table t (id int);", ["app.t", "public.users"]),
        (
            "select set_config('search_path', 'app, public', true); create view t as select 1;",
            ["public.users", "app.t"],
        ),
        ("select set_config('search_path', '', false); create table t (id int);", ["public.t", "public.users"]),
        ("set search_path = app; reset search_path; create table t (id int);", ["public.t", "public.users"]),
        ("set search_path = app, public; create table users (id int);", ["app.users", "public.users"]),
        ("set search_path = app, public; drop table users;", []),
        ("set search_path = app, public; create table users (id int); drop table users;", ["public.users"]),
    ],
)
def test_a_bare_name_is_looked_for_along_the_path(sql: str, names: list[str]) -> None:
    assert _names(_built(PATH + sql)) == names


def test_a_path_holds_for_its_file_only() -> None:
    schema = _built(PATH + "set search_path = app;", "create table t (id int);")
    assert schema.table("public.t") is not None


def test_a_reference_means_the_table_that_is_there() -> None:
    schema = _built(PATH + "set search_path = app, public; alter table users add column a int; ")
    assert [one.name for one in schema.tables[0].columns] == ["id", "a"]


@pytest.mark.parametrize(
    ("sql", "secured"),
    [
        ("", []),
        ("alter table a enable row level security;", ["public.a"]),
        (LOOP.format("execute format('alter table %I enable row level security', t);"), ["public.a", "public.b"]),
        (LOOP.format("execute 'alter table ' || t || ' enable  ROW level security';"), ["public.a", "public.b"]),
        (LOOP.format("q := 'alter table x enable row level security'; execute q;"), ["public.a", "public.b"]),
        (LOOP.format("execute format('alter table %I disable row level security', t);"), []),
        (SECURES + "create table d (id int);", ["public.d"]),
        (SECURES + "drop event trigger secures; create table d (id int);", []),
    ],
)
def test_row_security_may_come_from_sql_that_is_put_together(sql: str, secured: list[str]) -> None:
    assert [one.name for one in _built(TABLES + sql).tables if one.row_security] == secured


def test_policies_may_be_dropped_by_sql_that_is_put_together() -> None:
    schema = _built(
        TABLES + "create policy old on a using (true);" + LOOP.format("execute format('drop policy old on %I', t);")
        + "create policy new on a using (true);"
    )  # fmt: skip
    assert [one.name for one in schema.policies] == ["new"]


def test_policies_that_a_block_may_have_made_are_not_said_to_be_absent() -> None:
    secured = "create table a (id bigint primary key); alter table a enable row level security; "
    loop = LOOP.format("execute format('create policy own on %I using (false)', t);")
    assert "ISO002" in _codes(secured)
    assert "ISO002" not in _codes(secured + loop)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("alter table part add column x int;", True),
        (LOOP.format("execute format('create table %I (id int)', t);") + "alter table part add column x int;", False),
        ("alter table part add column x int;" + LOOP.format("execute format('create table %I (id int)', t);"), True),
        (MAKER + "alter table part add column x int;", True),
        (MAKER + "select make(); alter table part add column x int;", False),
        ("create sequence s; alter table s owner to postgres;", False),
        ("create sequence s; grant select on s to anon;", False),
    ],
)
def test_a_relation_of_no_file_is_reported_where_nothing_may_have_made_it(sql: str, said: bool) -> None:  # noqa: FBT001
    assert ("EXE015" in _codes(sql)) is said


def test_a_sequence_that_is_altered_is_no_table() -> None:
    schema = _built("create sequence s; alter table s owner to postgres;")
    assert getattr(schema.occasions[1].command, "kind", "") == "sequence"
    assert "EXE014" in _codes("alter table s owner to postgres; create sequence s;")


@pytest.mark.parametrize(
    ("returns", "body", "said"),
    [
        ("setof users", "select * from users where id = x", True),
        ("bool", "select exists (select from users where id = x)", False),
        ("bool", "delete from users where id = x returning true", True),
    ],
)
def test_a_yes_or_no_is_left_to_an_attack(returns: str, body: str, said: bool) -> None:  # noqa: FBT001
    function = f"create function f(x int) returns {returns} language sql security definer as $$ {body} $$;"
    assert ("EXP006" in _codes(PATH + function)) is said


@pytest.mark.parametrize(("returns", "said"), [("event_trigger", False), ("trigger", False), ("void", True)])
def test_nobody_can_call_a_trigger(returns: str, said: bool) -> None:  # noqa: FBT001
    body = "language plpgsql security definer as $$ begin delete from users; end $$;"
    assert ("EXP005" in _codes(f"{PATH} create function f() returns {returns} {body}")) is said


@pytest.mark.parametrize(
    "sql",
    [
        "create schema app; alter schema app rename to shop;",
        "create view v as select 1; alter view v rename to w;",
    ],
)
def test_a_name_of_the_same_file_is_in_nobody_s_way(sql: str) -> None:
    assert "CMP001" not in _codes(sql)


def test_a_schema_that_is_in_use_is_renamed() -> None:
    assert "CMP001" in _codes("create schema app;", "alter schema app rename to shop;")
