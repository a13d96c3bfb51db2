"""The files of a stand-in are as long as the target's, and hold nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.standin.harbour import Harbour

from seatrial.errors import CannotRun
from seatrial.pg.connection import connect
from seatrial.scratch.server import Server, scratch
from seatrial.standin.file import Saved, read_saved, write_saved
from seatrial.standin.lay import lay
from seatrial.standin.page_count import PAGE
from seatrial.standin.read import read_target
from seatrial.standin.sparse import data_of, stretch
from seatrial.standin.true_size import make_true

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seatrial.model.standin import Picture

SCHEMA = """
CREATE TABLE public.things (id int PRIMARY KEY, kind text NOT NULL, made timestamptz NOT NULL, place point);
CREATE INDEX things_kind ON public.things (kind);
CREATE INDEX things_made ON public.things USING brin (made);
CREATE INDEX things_none ON public.things (id) WHERE kind = 'there is none';
CREATE TABLE public.events (at date NOT NULL, n int) PARTITION BY RANGE (at);
CREATE TABLE public.events_1 PARTITION OF public.events FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
CREATE TABLE public.events_2 PARTITION OF public.events FOR VALUES FROM ('2025-07-01') TO ('2026-01-01');
CREATE INDEX events_at ON public.events (at);
CREATE MATERIALIZED VIEW public.kinds AS SELECT kind, count(*) AS number FROM public.things GROUP BY 1;
"""
ROWS = """
INSERT INTO public.things SELECT n, 'kind ' || n % 9, timestamptz '2025-01-01' + n * interval '1 minute', point(n, n)
FROM generate_series(1, 40000) n;
INSERT INTO public.events SELECT date '2025-01-01' + n % 300, n FROM generate_series(1, 20000) n;
REFRESH MATERIALIZED VIEW public.kinds;
ANALYZE;
"""
SIZES = """
SELECT c.oid::regclass::text, pg_relation_size(c.oid) / 8192, c.relpages, c.reltuples
FROM pg_class c JOIN pg_am m ON m.oid = c.relam
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'm', 'i') ORDER BY 1
"""
EXPECTED = "EXPLAIN (FORMAT JSON) SELECT * FROM public.things"


@pytest.fixture(scope="module")
def grown() -> Iterator[Harbour]:
    """A target with rows that have been counted."""
    with scratch("supabase") as server:
        server.clone("grown")
        found = Harbour(server=server, database="grown")
        found.run(SCHEMA + ROWS)
        yield found


@pytest.fixture
def target(grown: Harbour) -> Iterator[Harbour]:
    """A copy of it, to be changed."""
    grown.server.clone("changed", template="grown")
    yield Harbour(server=grown.server, database="changed")
    grown.server.drop("changed")


def test_every_file_is_as_long_as_there(target: Harbour, bare: Harbour) -> None:
    picture = _picture(target)
    lay(picture, bare.server, bare.database)

    assert make_true(bare.server, bare.database, picture) == ()
    assert bare.ask(SIZES) == target.ask(SIZES)
    assert sum(row[1] for row in bare.ask(SIZES)) > 400


def test_the_planner_expects_the_rows_that_came_after_they_were_counted(target: Harbour, bare: Harbour) -> None:
    target.run(
        "INSERT INTO public.things SELECT n + 40000, kind, made, place FROM public.things, LATERAL (SELECT id) x (n)"
    )
    picture = _picture(target)
    lay(picture, bare.server, bare.database)
    make_true(bare.server, bare.database, picture)

    [[[here]]] = bare.ask(EXPECTED)
    [[[there]]] = target.ask(EXPECTED)
    assert here["Plan"]["Plan Rows"] == there["Plan"]["Plan Rows"]
    assert here["Plan"]["Plan Rows"] > 79_000


def test_trees_are_as_high_as_there_and_sound(target: Harbour, bare: Harbour) -> None:
    picture = _picture(target)
    lay(picture, bare.server, bare.database)
    # The pages of an index that was planned with are in memory.
    bare.ask("EXPLAIN SELECT FROM public.things WHERE id = 7")
    make_true(bare.server, bare.database, picture)

    heights = (
        "SELECT level, fastlevel, allequalimage FROM bt_metap('public.things_pkey') "
        "UNION ALL SELECT level, fastlevel, allequalimage FROM bt_metap('public.things_kind')"
    )
    for side in (target, bare):
        side.run("CREATE EXTENSION pageinspect; CREATE EXTENSION amcheck")
    assert bare.ask(heights) == target.ask(heights) == [(1, 1, True)] * 2
    # Raises where an index is not well formed.
    bare.ask("SELECT bt_index_parent_check('public.things_pkey', false, true)")
    # Looks for the largest value there is.
    assert bare.ask("SELECT max(id) FROM public.things") == [(None,)]


def test_what_a_release_adds_is_computed(target: Harbour, bare: Harbour) -> None:
    picture = _picture(target)
    lay(picture, bare.server, bare.database)
    change = (
        "CREATE INDEX things_new ON public.things (kind, made); CREATE INDEX things_half ON public.things (made) "
        "WHERE kind < 'kind 4'; CREATE INDEX things_place ON public.things USING gist (place); "
        "ALTER TABLE public.things ADD COLUMN added text; CREATE TABLE public.more (id bigint PRIMARY KEY, name text); "
        "CREATE TABLE public.never (id bigint PRIMARY KEY)"
    )
    bare.run(change)
    notes = make_true(bare.server, bare.database, picture, sizes={"public.more": 100_000})
    target.run(change)

    there = {row[0]: row[1] for row in target.ask(SIZES)}
    here = {row[0]: row[1] for row in bare.ask(SIZES)}
    computed = {"things_new", "things_half", "things_place", "more", "more_pkey"}
    assert {note.split(":")[0] for note in notes if "computed" in note} == {f"public.{name}" for name in computed}
    assert "public.things: the target has no statistics of added" in notes
    for name in ("things_new", "things_half"):
        assert 0.8 <= here[name] / there[name] <= 1.25
    assert here["more"] > 500
    assert here["more_pkey"] > 200
    assert (here["never"], here["never_pkey"]) == (0, 1)


def test_a_table_of_many_gigabytes_takes_no_room(target: Harbour, bare: Harbour) -> None:
    picture = _picture(target)
    pages = 300_000
    large = [
        replace(one, pages=pages, rows=4e7, bytes=pages * PAGE) if one.name == "things" else one
        for one in picture.relation_statistics
    ]
    picture = replace(picture, relation_statistics=tuple(large))
    lay(picture, bare.server, bare.database)
    make_true(bare.server, bare.database, picture)

    [(size, path)] = bare.ask("SELECT pg_relation_size('public.things'), pg_relation_filepath('public.things')")
    first = _data(bare.server) / path
    parts = [first, first.with_name(f"{first.name}.1"), first.with_name(f"{first.name}.2")]
    assert size == pages * PAGE
    assert sum(part.stat().st_blocks for part in parts) * 512 < 10 * PAGE
    assert {(part.stat().st_uid, part.stat().st_mode) for part in parts} == {
        (first.stat().st_uid, first.stat().st_mode)
    }
    [[[found]]] = bare.ask(EXPECTED)
    assert found["Plan"]["Plan Rows"] == 40_000_000


def test_the_planner_has_the_settings_of_the_target(bare: Harbour) -> None:
    with scratch("supabase") as server:
        target = Harbour(server=server, database="postgres")
        for name, value in (("random_page_cost", "1.25"), ("work_mem", "32MB"), ("seq_page_cost", "0.5")):
            target.run(f"ALTER SYSTEM SET {name} = '{value}'")
        # Of the login alone, and laid with the other settings of roles.
        target.run("ALTER ROLE postgres SET seq_page_cost = 3; SELECT pg_reload_conf()")
        picture = _picture(target)
    lay(picture, bare.server, bare.database)
    make_true(bare.server, bare.database, picture)

    settings = "SELECT " + ", ".join(
        f"current_setting('{name}')" for name in ("random_page_cost", "work_mem", "seq_page_cost")
    )
    assert bare.ask(settings) == [("1.25", "32MB", "1")]
    assert bare.ask(settings, "postgres") == [("1.25", "32MB", "3")]


def test_no_other_setting_of_a_picture_is_set(target: Harbour, bare: Harbour) -> None:
    settings = {"session_preload_libraries": "nothing_there", "search_path": "odd", "there_is_none": "1"}
    picture = replace(_picture(target), planner_settings=settings)
    lay(picture, bare.server, bare.database)
    make_true(bare.server, bare.database, picture)

    of_database = "SELECT s.setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
    assert bare.ask(f"{of_database} WHERE d.datname = current_database()") == []


def test_a_picture_on_disk_does_as_well(target: Harbour, bare: Harbour, tmp_path: Path) -> None:
    path = tmp_path / "standin.json"
    picture = _picture(target)
    write_saved(path, Saved(target="production", taken_at="2026-01-02T03:04:05Z", tool="seatrial", picture=picture))
    saved = read_saved(path).picture
    lay(saved, bare.server, bare.database)

    assert (saved.planner_settings, saved.relation_statistics) == (
        picture.planner_settings,
        picture.relation_statistics,
    )
    assert make_true(bare.server, bare.database, saved) == ()
    assert bare.ask(SIZES) == target.ask(SIZES)


def test_a_server_that_is_kept_is_not_touched(target: Harbour) -> None:
    picture = _picture(target)
    folder = _data(target.server).parent
    before = target.ask(SIZES)

    with pytest.raises(CannotRun) as refused:
        make_true(Server(target.server.installation, folder), target.database, picture)
    assert refused.value.code == "standin.not-a-scratch"
    with pytest.raises(CannotRun):
        make_true(Server(target.server.installation, folder, thrown_away=folder), target.database, picture)
    assert target.ask(SIZES) == before


def test_nothing_outside_of_the_servers_folder_is_touched(bare: Harbour, tmp_path: Path) -> None:
    outside = tmp_path / "16384"
    outside.write_bytes(b"")
    (_data(bare.server) / "pg_tblspc" / "link").symlink_to(tmp_path)
    try:
        with pytest.raises(CannotRun):
            stretch(_data(bare.server), "pg_tblspc/link/16384", 10)
    finally:
        (_data(bare.server) / "pg_tblspc" / "link").unlink()
    assert outside.stat().st_size == 0


def _picture(target: Harbour) -> Picture:
    with connect(target.dsn(), read_only=True) as connection:
        return read_target(connection)


def _data(server: Server) -> Path:
    with server.superuser() as connection:
        return data_of(server, connection)
