"""Rules about statements that fail, on shapes that their pages do not show."""

from __future__ import annotations

import pytest
from tests.unit.rules.reading import hits

NOTES = (
    "create table notes (id bigint primary key, stars int, at timestamptz);"
    "create policy own on notes for select using (id > 0);"
)


def _codes(*texts: str) -> list[str]:
    return [code for code, _ in hits(*texts, families=("EXE", "SYN"))]


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("select 1;", ["EXE020"]),
        ("drop policy own on notes;", []),
        ("alter policy own on notes rename to other;", []),
        ("drop table notes cascade; create table notes (id bigint primary key);", []),
        ("do $$ begin execute format('drop policy %I on notes', 'own'); end $$;", []),
        ("drop function if exists f cascade;", []),
    ],
)
def test_a_policy_is_made_twice_unless_something_made_room(between: str, expected: list[str]) -> None:
    assert _codes(NOTES, between, "create policy own on notes for delete using (id > 1);") == expected


def test_other_things_that_are_made_twice() -> None:
    assert _codes(NOTES, "alter table notes add column stars int;") == ["EXE020"]
    assert _codes(NOTES, "alter table notes add column if not exists stars int;") == []
    assert _codes(NOTES, "alter table notes drop column stars, add column stars text;") == []
    assert _codes(NOTES, "set search_path = other; create table notes (id int);") == []
    assert _codes(NOTES, "create function f(a int) returns int language sql as 'select 1';"
                         "create function f(a text) returns int language sql as 'select 1';") == []  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(at::date)", ["EXE012"]),
        ("(at::text)", ["EXE012"]),
        ("((at at time zone 'UTC')::date)", []),
        ("date_trunc('month', at)", ["EXE012"]),
        ("date(at)", ["EXE012"]),
        ("extract(year from at)", ["EXE012"]),
        ("date_part('year', at)", ["EXE012"]),
        ("age(at)", ["EXE012"]),
        ("age(at, at)", []),
        ("date_trunc('month', at at time zone 'UTC')", []),
        ("extract(year from (at at time zone 'UTC'))", []),
        ("(stars::text)", []),
        ("(stars::bigint)", []),
    ],
)
def test_a_cast_in_an_index_by_the_type_of_its_column(expression: str, expected: list[str]) -> None:
    assert _codes(NOTES, f"create index by on notes ({expression});") == expected


def test_a_function_that_is_made_later() -> None:
    made = "create function app.f() returns int language sql as 'select 1';"

    assert _codes(NOTES, "alter table notes alter stars set default app.f();", made) == ["EXE014"]
    assert _codes(NOTES, made, "alter table notes alter stars set default app.f();") == []
    assert _codes(NOTES, "alter table notes alter stars set default f();", made.replace("app.", "")) == []
    assert _codes(NOTES, "create policy p on notes using (id > auth.f());", made.replace("app.", "auth.")) == []


def test_a_column_in_a_body() -> None:
    function = "create function f() returns void language sql as $$ update notes set {} = 1 $$;"

    assert _codes(NOTES, function.format("stars")) == []
    assert _codes(NOTES, function.format("starz")) == ["EXE002"]
    assert _codes(NOTES, function.format("starz"), "alter table notes add column starz int;") == []
    assert _codes(NOTES, function.format("stars"), "alter table notes drop column stars;") == ["EXE002"]
    replaced = "create or replace function f() returns void language sql as $$ update notes set id = 1 $$;"
    assert _codes(NOTES, function.format("stars"), replaced + "alter table notes drop column stars;") == []
    moved = function.replace(" as ", " set search_path = app as ")
    assert _codes(NOTES, moved.format("starz")) == []


def test_an_index_without_a_name_is_told_of_by_its_table() -> None:
    [(_, found)] = hits(NOTES, "create index on notes (date_trunc('month', at));", families=("EXE",))

    assert found.what.startswith('an index on "public.notes" uses ')
    assert found.fix == "date_trunc('month', at at time zone 'UTC')"


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("create view v as select id, stars from notes;", ["EXE018"]),
        ("create materialized view v as select stars from notes;", ["EXE018"]),
        ("create view v as select id from notes;", []),
        ("create view v as select stars from notes; drop view v;", []),
    ],
)
def test_a_column_that_a_view_uses_gets_another_type(between: str, expected: list[str]) -> None:
    assert _codes(NOTES, between, "alter table notes alter stars type bigint;") == expected


@pytest.mark.parametrize("language", ["sql", "plpgsql"])
def test_a_body_that_is_nested_deeply_is_no_fault(language: str) -> None:
    expression = "(" * 400 + "1" + ")" * 400 + " + 1" * 400
    body = f"select {expression}" if language == "sql" else f"begin return {expression}; end"

    assert _codes(f"create function f() returns int language {language} as $$ {body} $$;") == []
