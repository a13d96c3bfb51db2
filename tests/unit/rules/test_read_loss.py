"""What reading says about loss, beyond what the pages show."""

from __future__ import annotations

import pytest
from tests.unit.rules.reading import codes, only

NOTES = "create table public.notes (id bigint primary key, body text, stars int, price numeric(10, 4), at timestamptz);"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("drop table notes;", ["DST002"]),
        ("drop table if exists public.notes cascade;", ["DST002"]),
        ("drop table nowhere;", ["DST002"]),
        ("drop table if exists nowhere; create table nowhere (id int);", []),
        ("drop table if exists notes; create table notes (id int);", ["DST002"]),
        ("create table t as select * from notes; drop table t;", []),
        ("do $$ begin execute 'drop table public.notes cascade'; end $$;", ["DST002"]),
        ("alter table notes drop stars cascade;", ["DST001"]),
        ("alter table if exists notes drop column if exists nowhere;", []),
        ("drop schema if exists public cascade;", ["DST003"]),
        ("drop schema app;", []),
        ("drop owned by app cascade;", ["DST003"]),
        ("drop sequence if exists s;", []),
    ],
)
def test_what_is_dropped(sql: str, expected: list[str]) -> None:
    assert codes(NOTES, sql) == expected


def test_the_rollback_of_a_release_is_caught_whatever_it_is_called() -> None:
    release = (
        "create table public.integrations (id bigint primary key); create table public.keys (id bigint primary key, "
    )
    release += (
        "integration_id bigint references public.integrations (id)); create index k on public.keys (integration_id);"
    )
    found = codes(
        release, "drop table if exists public.keys cascade; drop table if exists public.integrations cascade;"
    )

    assert found == ["DST002", "DST002"]
    assert codes(release, "drop table if exists public.integrations cascade;") == ["DST002", "EXE001"]


def test_a_dropped_schema_names_its_tables() -> None:
    found = only(
        "DST003",
        "create schema app; create table app.b (id int); create table app.a (id int);",
        "drop schema app cascade;",
    )

    assert found.effect.startswith('"app.a" and "app.b" and all other objects are gone')
    assert found.fix.splitlines() == [
        "drop table app.a;", "drop table app.b;", "drop schema app; -- without CASCADE: stops at what is left",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("update notes set stars = 1;", ["DST005"]),
        ("delete from only notes as n;", ["DST005"]),
        ("delete from notes using gone where notes.id = gone.id;", []),
        ("alter table notes add column a text; update notes set a = body;", ["LCK006"]),
        ("alter table notes add column a text; update notes set a = body, body = null;", ["DST005"]),
        ("create function f() returns void language sql as $$ delete from notes $$;", []),
        ("truncate notes;", ["DST006"]),
        ("create temporary table notes_now (id int); delete from notes_now; truncate notes_now;", []),
    ],
)
def test_what_is_changed_or_emptied(sql: str, expected: list[str]) -> None:
    assert codes(NOTES, sql) == expected


@pytest.mark.parametrize(
    ("column", "new", "lost"),
    [
        ("price", "numeric(10, 2)", True),
        ("price", "numeric(10, 5)", False),
        ("price", "int", True),
        ("price", "float4", True),
        ("price", "text", False),
        ("at", "date", True),
        ("at", "time", True),
        ("at", "timestamptz(0)", True),
        ("at", "timestamp", False),
        ("stars", "smallint", False),
        ("stars", "bigint", False),
        ("body", "varchar(10)", False),
        ("body", "varchar(10) using body::varchar(10)", True),
        ("body", "varchar(10) using substring(body, 1, 10)", True),
        ("body", "varchar(10) using trim(body)", False),
    ],
)
def test_what_a_change_of_type_loses_without_a_word(column: str, new: str, lost: bool) -> None:  # noqa: FBT001
    assert ("DST007" in codes(NOTES, f"alter table notes alter column {column} type {new};")) is lost


@pytest.mark.parametrize(
    ("past", "sql", "expected"),
    [
        ("create view v as select id from notes;", "drop table notes;", ["DST002", "DST004"]),
        ("create view v as select id from notes;", "drop view v; drop table notes;", ["DST002", "CMP007"]),
        ("create view v as select id from notes;", "drop view v, notes_v;", ["CMP007"]),
        ("create view v as select id, stars from notes;", "alter table notes drop column stars;", ["DST001", "DST004"]),
        ("create view v as select id from notes;", "alter table notes drop column stars;", ["DST001"]),
        ("create type m as enum ('a'); alter table notes add column m m;", "drop type m;", ["DST004"]),
        ("create type m as enum ('a'); alter table notes add column m m;", "drop type m cascade;", ["EXE001"]),
        ("create function f() returns void language sql as $$ select from notes $$;", "drop table notes cascade;",
         ["DST002", "DST004"]),
        ("create function f() returns void language sql as $$ select from notes $$;",
         "drop table notes; create table notes (id int);", ["DST002"]),
    ],
)  # fmt: skip
def test_what_is_still_used(past: str, sql: str, expected: list[str]) -> None:
    assert sorted(codes(NOTES + past, sql)) == sorted(expected)


def test_users_of_what_is_dropped_are_named() -> None:
    past = NOTES + "create view v as select id from notes; create view w as select id from notes;"

    assert only("DST004", past, "drop table notes;").what == (
        'drops the table "public.notes", which the view "public.v" and the view "public.w" still use'
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("where true", 1),
        ("where (1 = 1) returning id", 1),
        ("where /* all */ 1=1", 1),
        ("where 1 = 2", 0),
        ("where true and id > 1", 0),
        ("where id in (select 1 where true)", 0),
    ],
)
def test_a_condition_that_is_written_for_every_row_is_none(condition: str, expected: int) -> None:
    made = "create table public.t (id int primary key);"

    assert codes(made, f"delete from public.t {condition};").count("DST005") == expected
