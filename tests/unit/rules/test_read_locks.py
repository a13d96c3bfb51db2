"""What reading says about locks, beyond what the pages show."""

from __future__ import annotations

import pytest
from tests.unit.rules.reading import codes, hits, only

from seatrial.rules.locks.taking import is_off
from seatrial.rules.locks.types import is_rewrite

NOTES = (
    "create table public.notes (id bigint primary key, body varchar(50), price numeric(10, 2), stars int, "
    "owner_id bigint, raw jsonb);"
)


@pytest.mark.parametrize(
    ("old", "new", "rewrites"),
    [
        ("int4", "int8", True),
        ("varchar(50)", "varchar(100)", False),
        ("varchar(50)", "varchar", False),
        ("varchar(50)", "text", False),
        ("varchar(50)", "varchar(20)", True),
        ("text", "varchar", False),
        ("text", "varchar(20)", True),
        ("numeric(10,2)", "numeric(12,2)", False),
        ("numeric(10,2)", "numeric", False),
        ("numeric(10,2)", "numeric(12,3)", True),
        ("numeric", "numeric(12,2)", True),
        ("timestamp", "timestamptz", False),
        ("timestamptz(3)", "timestamptz", False),
        ("timestamptz", "timestamptz(0)", True),
        ("bpchar(3)", "bpchar(5)", True),
        ("cidr", "inet", False),
        ("serial", "int8", True),
        ("text", "jsonb", True),
        ("public.mood", "text", False),
        ("text", "public.mood", False),
        ("text[]", "varchar[]", False),
        ("bigserial", "int8", False),
    ],
)
def test_only_a_change_of_type_that_is_surely_a_rewrite_is_one(old: str, new: str, rewrites: bool) -> None:  # noqa: FBT001
    assert is_rewrite(old, new) is rewrites


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("alter table notes add column t uuid default gen_random_uuid();", ["LCK001"]),
        ("alter table notes add column t uuid default extensions.uuid_generate_v4();", ["LCK001"]),
        ("alter table notes add column t timestamptz default now();", []),
        ("alter table notes add column t timestamptz default clock_timestamp();", ["LCK001"]),
        ("alter table notes add column if not exists stars int default random();", []),
        ("alter table notes add column n smallserial;", ["LCK001"]),
        ("alter table notes add column n int generated always as (stars * 2) virtual;", []),
        ("alter table notes add column a text, add column t uuid default gen_random_uuid();", ["LCK001"]),
        ("alter table notes alter stars type bigint, alter price type numeric(20, 4);", ["LCK001"]),
        ("alter table notes alter column nowhere type bigint;", []),
        ("alter table elsewhere alter column stars type bigint;", []),
        ("alter table notes set access method heap;", []),
        ("alter table notes set tablespace fast;", ["LCK001"]),
        ("alter table only notes set unlogged;", ["LCK001"]),
        ("alter table notes set logged;", []),
        ("vacuum (full, analyze) notes;", ["LCK001"]),
        ("vacuum analyze notes;", []),
        ("alter table notes cluster on notes_pkey;", []),
    ],
)
def test_what_is_written_anew(sql: str, expected: list[str]) -> None:
    assert codes(NOTES, sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("alter table notes add check (stars > 0);", ["LCK002"]),
        ("alter table notes add check (stars > 0) not valid;", []),
        ("alter table notes add column n int check (n > 0);", ["LCK002"]),
        ("alter table notes add column n int default 1 check (n > 0), add column m int;", ["LCK002"]),
        ("alter table notes add column o bigint references notes (id);", ["LCK008"]),
        ("alter table notes alter column id set not null;", []),
        ("alter table notes alter column stars set not null;", ["LCK002"]),
        ("alter table notes add constraint n not null stars;", ["LCK002"]),
        ("alter table notes add check (stars > 0) not valid; alter table notes validate constraint notes_stars_check;",
         ["LCK002"]),
        ("alter table notes add check (stars > 0) not valid; commit; alter table notes validate constraint a;", []),
        ("alter table notes alter column stars set not null, add unique (stars);", ["LCK003"]),
    ],
)  # fmt: skip
def test_what_is_read_from_end_to_end(sql: str, expected: list[str]) -> None:
    assert codes(NOTES, sql) == expected


def test_a_proof_must_be_valid_and_say_nothing_else() -> None:
    sql = "alter table notes alter column stars set not null;"
    valid = "alter table notes validate constraint c;"

    def proved(check: str, *between: str) -> bool:
        return "LCK002" not in codes(
            NOTES, f"alter table notes add constraint c check ({check}) not valid;", *between, sql
        )

    assert proved("stars is not null", valid)
    assert not proved("stars is not null")
    assert not proved("stars is not null or price > 0", valid)
    assert not proved("price is not null", valid)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create index on notes (stars);", ["LCK003"]),
        ("create index on only notes (stars);", []),
        ("create index if not exists i on notes (stars); create index if not exists i on notes (stars);", []),
        ("alter table notes add constraint k unique using index notes_k;", []),
        ("alter table notes add column slug text unique;", ["LCK003"]),
        ("alter table notes add exclude using btree (body with =);", ["LCK003"]),
        ("reindex table notes;", ["LCK003"]),
        ("reindex (concurrently) table notes;", []),
        ("drop index if exists nowhere; create index concurrently nowhere on notes (stars);", []),
    ],
)  # fmt: skip
def test_what_builds_an_index(sql: str, expected: list[str]) -> None:
    assert codes(NOTES, sql) == expected


@pytest.mark.parametrize(
    ("before", "index", "ahead"),
    [
        ("", "i on notes (stars)", True),
        ("", "i on notes (stars) include (price) where price > 0", True),
        ("", "i on notes ((coalesce(stars, 0)))", True),
        ("", "i on elsewhere (stars)", False),
        ("alter table notes add column color text;", "i on notes (color)", False),
        ("alter table notes add column color text;", "i on notes (stars)", True),
        ("alter table notes add column color text;", "i on notes (stars) include (color)", False),
        ("alter table notes add column color text;", "i on notes (stars) where color > ''", False),
        ("alter table notes rename column stars to marks;", "i on notes (marks)", False),
        ("create extension pg_trgm;", "i on notes using gin (body gin_trgm_ops)", False),
        ("create function f(int) returns int immutable language sql return 1;", "i on notes (f(stars))", False),
        ("create function g(int) returns int immutable language sql return 1;", "i on notes (abs(stars))", True),
        ("delete from notes where stars < 0;", "i on notes (stars)", True),
        ("delete from notes where stars < 0;", "i on notes (sqrt(stars))", False),
        ("do $$ begin execute 'delete ' || 'from notes'; end $$;", "i on notes (sqrt(stars))", False),
    ],
)
def test_what_a_plan_builds_ahead_is_no_finding(before: str, index: str, ahead: bool) -> None:  # noqa: FBT001
    found = codes(NOTES, f"{before} create index if not exists {index};")

    assert ("LCK003" not in found) is ahead


def test_what_is_unique_only_after_the_file_has_seen_to_it_is_not_built_ahead() -> None:
    doubles = "delete from notes as a using notes as b where a.id < b.id and a.stars = b.stars;"
    unique = "create unique index if not exists u on notes (stars);"

    assert "LCK003" in codes(NOTES, doubles + unique)
    assert "LCK003" not in codes(NOTES, doubles, unique)


def test_a_block_is_built_ahead_of_as_well() -> None:
    body = "create index if not exists i on notes (stars);"

    assert codes(NOTES, f"do $$ begin {body} end $$;") == []
    assert codes(NOTES, f"do $$ begin {body} create index j on notes (stars); end $$;") == ["LCK003"]


def test_who_leaves_out_if_not_exists_is_told_what_it_is_good_for() -> None:
    fix = only("LCK003", NOTES, "create index i on notes (stars);").fix

    assert "CREATE INDEX IF NOT EXISTS" in fix.splitlines()[0]
    assert fix.splitlines()[-1] == "create index concurrently i on notes (stars);"


def test_a_file_that_is_not_deployed_yet_makes_what_nobody_uses() -> None:
    sql = "alter table notes alter column stars set not null;"

    assert codes(NOTES, sql, after=1) == ["LCK002"]
    assert codes("select 1;", NOTES, sql, after=1) == []


def test_a_column_that_changes_twice_is_as_old_as_it_is() -> None:
    changed = "alter table notes alter column stars set default 3; alter table notes drop column stars;"

    assert codes(NOTES, changed) == ["DST001"]


def test_the_fix_is_the_statement_itself_with_concurrently_in_it() -> None:
    text = "do $$ begin create unique index n on notes (stars desc nulls last) where stars > 0; end $$;"

    assert only("LCK003", NOTES, text).fix.splitlines()[-1] == (
        "create unique index concurrently n on notes (stars desc nulls last) where stars > 0;"
    )


def test_names_that_need_quotes_have_them_in_the_fix() -> None:
    found = only(
        "LCK002",
        'create table public."Notes" (id int, "Order" int);',
        'alter table "Notes" alter "Order" set not null;',
    )

    assert (
        'alter table public."Notes" alter column "Order" set not null, drop constraint "Order_is_there";' in found.fix
    )


def test_each_statement_is_one_finding_and_names_every_cause() -> None:
    found = only("LCK001", NOTES, "alter table notes add column a serial, add column b uuid default gen_random_uuid();")

    assert '"a"' in found.what
    assert '"b"' in found.what


def test_several_scans_can_be_one() -> None:
    found = only(
        "LCK012",
        NOTES,
        'alter table "notes" add check (stars > 0); alter table only public.notes add check (price > 0);',
    )

    assert found.fix == "alter table public.notes\n    add check (stars > 0),\n    add check (price > 0);"


@pytest.mark.parametrize(
    ("value", "off"),
    [
        ("0", True),
        ("'0'", True),
        ("0ms", True),
        ("00", True),
        ("2s", False),
        ("100", False),
        (None, True),
        ("1min", False),
    ],
)
def test_a_limit_of_nothing_is_none(value: str | None, off: bool) -> None:  # noqa: FBT001
    assert is_off(value) is off


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("set local lock_timeout = '2s'; lock table notes in exclusive mode;", []),
        ("lock table notes in exclusive mode;", ["LCK009"]),
        ("lock table notes in exclusive mode nowait;", []),
        ("lock table notes in row exclusive mode;", []),
        ("lock notes;", ["LCK009"]),
        ("create table drafts (id int); lock drafts;", []),
    ],
)
def test_a_lock_by_hand(sql: str, expected: list[str]) -> None:
    assert codes(NOTES, sql) == expected


def test_a_lock_waits_only_for_work_of_its_own_transaction_on_another_table() -> None:
    past = NOTES + "create table logs (id bigint primary key, kind text);"
    lock, work = "alter table notes add column a text;", "alter table logs add check (kind <> '');"

    assert codes(past, lock + work) == ["LCK002", "LCK004"]
    assert codes(past, work + lock) == ["LCK002"]
    assert codes(past, f"{lock} commit; {work}") == ["LCK002"]
    assert codes(past, lock, work) == ["LCK002"]


def test_rows_without_a_value_are_filled_in_bulk_too() -> None:
    fill = "alter table notes add column a text; update notes set a = 'x' where a is null;"
    some = "alter table notes add column a text; update notes set a = 'x' where a is null and id = 3;"

    assert codes(NOTES, fill) == ["LCK006"]
    assert codes(NOTES, some) == []


def test_a_foreign_key_is_served_by_an_index_of_what_is_not_null_or_of_its_first_column() -> None:
    key = "alter table notes add constraint o foreign key (owner_id) references notes (id) not valid;"

    assert [code for code, _ in hits(NOTES, key)] == ["LCK008"]
    for index in ("(owner_id, stars)", "(owner_id) where owner_id is not null"):
        assert codes(NOTES + f"create index i on notes {index};", key) == []
    assert codes(NOTES + "create index i on notes (owner_id) where stars > 3;", key) == ["LCK008"]


def test_the_subject_of_a_foreign_key_is_its_columns() -> None:
    key = "alter table notes add constraint o foreign key (owner_id) references notes (id) not valid;"

    assert only("LCK008", NOTES, key).subject == "public.notes.owner_id"


def test_a_do_block_is_one_statement_to_a_rehearsal_and_one_finding_here() -> None:
    body = "create index a on notes (stars); create index b on notes (price); drop index c; drop index d;"
    past = NOTES + "create index c on notes (body); create index d on notes (owner_id);"

    assert codes(past, f"do $$ begin {body} end $$;") == ["LCK003", "LCK010"]
    assert codes(past, body) == ["LCK003", "LCK003", "LCK010", "LCK010"]


def test_rows_are_filled_beside_the_wish_for_a_value() -> None:
    fill, required = "update notes set stars = 0 where stars is null;", "alter table notes alter stars set not null;"

    assert "LCK006" in codes(NOTES, fill + required)
    assert "LCK006" not in codes(NOTES, fill, required)
    assert "LCK006" not in codes(NOTES, "update notes set stars = 0 where id = 1;" + required)
    assert "DST005" in codes(NOTES, "update notes set stars = 0;" + required)


def test_limits_that_a_dump_switches_off_are_one_finding() -> None:
    off = "set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0;"
    found = only("LCK011", "create table t (id int primary key);", off + "alter table t add column a int;")

    assert found.fix.count("set local") == len(off.strip(";").split(";"))


def test_a_foreign_key_of_a_new_table_does_not_count_for_limits() -> None:
    made = "create table t (id int primary key);"
    new = (
        "set lock_timeout = 0; create table n (id int primary key, t int);"
        "alter table n add constraint n_t foreign key (t) references t (id);"
    )

    assert "LCK011" not in codes(made, new)
    assert "LCK011" in codes(made, new + "alter table t add column a int;")


@pytest.mark.parametrize(
    ("becomes", "expected"),
    [
        ("type public.new using (kind::text::public.new)", 1),
        ("type text", 1),
        ("type public.old", 0),
    ],
)
def test_an_enum_that_becomes_something_else_is_written_anew(becomes: str, expected: int) -> None:
    made = "create type public.old as enum ('a'); create table public.t (id int primary key, kind public.old);"
    new = f"create type public.new as enum ('a', 'b'); alter table public.t alter column kind {becomes};"

    assert codes(made, new).count("LCK001") == expected
