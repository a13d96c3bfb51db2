"""What reading says about the application that is running, beyond what the pages show."""

from __future__ import annotations

import pytest
from tests.unit.rules.reading import codes, only

NOTES = (
    "create table public.notes (id bigint generated always as identity primary key, body text not null, "
    "stars int not null default 0, note text default '-'); create function rate(n int) returns int language sql as "
    "$$ select n $$; create view starred as select id, stars from notes;"
)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("alter table notes rename to texts;", ["CMP001"]),
        ("alter table notes rename to texts; create view notes as select * from texts;", []),
        ("alter table notes rename body to content;", ["CMP001"]),
        ("alter view starred rename to best;", ["CMP001"]),
        ("alter view starred rename column stars to points;", ["CMP001"]),
        ("alter function rate(int) rename to rated;", ["CMP001"]),
        ("alter function rate(int) set schema archive;", ["CMP001"]),
        ("alter schema app rename to application;", ["CMP001"]),
        ("alter table nowhere rename to somewhere;", ["CMP001"]),
        ("alter table notes rename constraint notes_pkey to notes_key;", []),
        ("alter sequence notes_id_seq rename to n;", []),
        ("create table t (id int); alter table t rename to u; alter table u rename id to key;", []),
    ],
)
def test_what_gets_another_name(sql: str, expected: list[str]) -> None:
    assert codes(NOTES, sql) == expected


def test_what_breaks_with_a_name_is_named() -> None:
    past = (
        NOTES
        + "create function n() returns bigint language plpgsql as $$ begin return (select count(*) from notes); end $$;"
    )

    assert only("CMP001", past, "alter table notes rename to texts;").effect.endswith('so do the function "public.n"')


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("alter table notes alter body drop not null;", ["CMP002"]),
        ("alter table notes alter note drop not null;", []),
        ("alter table notes alter note set default '';", ["CMP002"]),
        ("alter table notes alter note drop default;", ["CMP002"]),
        ("alter table notes alter body drop default;", []),
        ("alter table notes alter stars drop default;", ["CMP003"]),
        ("alter table notes alter stars drop default, alter stars set default 1;", ["CMP002"]),
        ("alter table notes alter id drop identity;", ["CMP003"]),
        ("alter table notes alter id restart;", ["CMP005"]),
        ("alter table notes add a text not null default ''; alter table notes alter a drop default;", ["CMP003"]),
        ("alter table notes add a text; alter table notes alter a set not null;", ["LCK002", "CMP003"]),
        ("create table t (a int not null default 0); alter table t alter a drop default;", []),
        ("select setval('notes_id_seq', 7);", ["CMP005"]),
        ("select setval('notes_id_seq', max(id)) from notes;", []),
    ],
)
def test_what_a_column_no_longer_promises(sql: str, expected: list[str]) -> None:
    assert sorted(codes(NOTES, sql)) == sorted(expected)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("drop function rate(int);", ["CMP007"]),
        ("drop function if exists nowhere(int);", []),
        ("drop function rate(int); create function rate(n int) returns text language sql as $$ select 1 $$;", []),
        (
            "drop function rate(int); create function rate(m int) returns int language sql as $$ select m $$;",
            ["CMP007"],
        ),
        ("drop view starred;", ["CMP007"]),
        ("drop view starred; create view starred as select id, stars from notes where stars > 1;", []),
        ("create or replace view starred as select id, stars, body from notes;", []),
        ("create function f() returns int language sql as $$ select 1 $$; drop function f();", []),
    ],
)
def test_what_clients_can_no_longer_ask_for(sql: str, expected: list[str]) -> None:
    assert codes(NOTES, sql) == expected


def test_a_privilege_that_is_taken_is_one_that_was_given() -> None:
    given = NOTES + "grant select, insert on notes to app, auditors;"

    assert codes(given, "revoke insert on notes from app;") == ["CMP006"]
    assert codes(given, "revoke delete on notes from app;") == []
    assert codes(given, "revoke all on notes from public;") == []
    assert codes(given, "revoke all on notes from app; grant all on notes to app;") == []
    assert codes(given, "revoke insert on notes from app;", "revoke insert on notes from app;") == ["CMP006"]
    found = only("CMP006", given, "revoke all on notes from app, auditors;")
    assert (
        found.what == 'takes SELECT and INSERT on "public.notes" from "app" and "auditors", which an earlier file gave'
    )
    assert found.fix.splitlines()[-1] == "grant select, insert on table public.notes to app, auditors;"


def test_an_enum_that_nobody_orders_may_grow_at_its_end() -> None:
    past = "create type level as enum ('low', 'high'); create table t (level level);"

    assert codes(past, "alter type level add value 'top';") == []
    assert codes(
        past + "create view v as select level from t where level > 'low';", "alter type level add value 'top';"
    ) == ["CMP004"]
