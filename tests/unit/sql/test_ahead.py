"""Plain indexes in statements, what makes them unfit to come first, and what stand-alone statements work on."""

from __future__ import annotations

import pytest

from seatrial.sql.ahead import changes_rows, concurrently, plain_indexes
from seatrial.sql.maintained import Detached, Reindexed, detached, reindexed


def names(text: str) -> list[str]:
    return [one.name for one in plain_indexes(text)]


def test_a_plain_index_is_told_with_its_table() -> None:
    [one] = plain_indexes('create index if not exists "By name" on only_here."Boats" (name)')

    assert (one.name, one.table, one.rests_on_rows) == ("By name", 'only_here."Boats"', False)
    assert one.text == 'CREATE INDEX IF NOT EXISTS "By name" ON only_here."Boats" USING btree (name)'


@pytest.mark.parametrize(
    "text",
    [
        "create index a on t (b)",
        "create index on t (b)",
        "create index concurrently if not exists a on t (b)",
        "create index if not exists a on only t (b)",
        "create table if not exists a (b int)",
        "alter table t add unique (b)",
        "this is no sql",
    ],
)
def test_everything_else_is_none(text: str) -> None:
    assert plain_indexes(text) == ()


@pytest.mark.parametrize(
    ("rest", "rests"),
    [("t (b)", False), ("t (b desc) include (c)", False), ("t (lower(b))", True), ("t (b) where c > 0", True)],
)
def test_rows_may_be_in_the_way_of_an_expression(rest: str, *, rests: bool) -> None:
    assert [one.rests_on_rows for one in plain_indexes(f"create index if not exists a on {rest}")] == [rests]
    assert [one.rests_on_rows for one in plain_indexes(f"create unique index if not exists a on {rest}")] == [True]


def test_a_block_may_hold_several() -> None:
    body = """
    if to_regclass('t') is null then return; end if;
    create index if not exists a on t (b);
    execute 'create index if not exists c on t (d)';
    """
    # What is executed is a text, and may be anything.
    assert names(f"do $$ begin {body} end $$") == ["a", "c"]


def test_behind_a_change_of_rows_only_what_does_not_rest_on_them() -> None:
    body = "delete from t; create index if not exists a on t (b); create unique index if not exists c on t (d);"

    assert names(f"do $$ begin {body} end $$") == ["a"]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("update t set a = 1", True),
        ("truncate t", True),
        ("call tidy()", True),
        ("select tidy()", False),
        ("do $$ begin merge into t using s on true when matched then delete; end $$", True),
        ("do $$ begin execute format('delete from %I', 't'); end $$", True),
        ("do $$ begin grant execute on function f() to public; end $$", False),
        ("create table t (a int)", False),
    ],
)
def test_what_may_change_rows(text: str, *, changes: bool) -> None:
    assert changes_rows(text) is changes


def test_the_definition_becomes_a_statement() -> None:
    assert concurrently('CREATE UNIQUE INDEX "INDEX " ON public.t USING btree (a)') == (
        'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "INDEX " ON public.t USING btree (a)'
    )


@pytest.mark.parametrize(
    ("text", "kind", "name", "concurrently"),
    [
        ("reindex index concurrently s.a", "index", "s.a", True),
        ('reindex (concurrently) table "A"', "table", '"A"', True),
        ('reindex schema concurrently "S"', "schema", '"S"', True),
        ("reindex database concurrently d", "database", "d", True),
        ("reindex (verbose) schema s", "schema", "s", False),
    ],
)
def test_what_is_built_anew(text: str, kind: str, name: str, *, concurrently: bool) -> None:
    assert reindexed(text) == Reindexed(kind=kind, name=name, concurrently=concurrently)
    assert detached(text) is None


def test_what_is_taken_apart() -> None:
    text = 'alter table s.log detach partition "Log_1" concurrently'

    assert detached(text) == Detached(parent="s.log", partition='"Log_1"')
    assert detached("alter table s.log add column a int") is None
    assert reindexed(text) is None
