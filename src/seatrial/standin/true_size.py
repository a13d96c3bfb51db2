"""Makes the files of a stand-in as long as the target's, so that its planner chooses as the target's would.

The planner takes a relation's size from its file and scales the counted rows by it. Here the files are stretched and
not filled: the pages that are missing read as zeros, which the server takes for empty, and take no room on the disk.
Nothing may be run on the result but EXPLAIN without ANALYZE.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.pg.connection import execute, rows
from seatrial.pg.explain import explained
from seatrial.pg.plan import steps_of
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.standin.page_count import PAGE, Entries, btree_height, btree_pages, heap_pages, other_pages
from seatrial.standin.sparse import data_of, plant, stretch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from seatrial.model.standin import Picture
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = ["make_true"]

PACKAGE = "seatrial.standin"
SINCE = 180000
BTREE, BRIN = "btree", "brin"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relation:
    """A table or an index of the stand-in, as `storage.sql` describes it."""

    schema: str
    name: str
    quoted: str
    #: Of an index: what it is on, quoted and qualified; else empty.
    table: str
    method: str
    pages: int
    rows: float
    bytes: int
    path: str
    #: What the planner is asked about it.
    question: str
    fill: int
    shares: bool


def make_true(
    server: Server, database: str, picture: Picture, *, sizes: Mapping[str, int] | None = None
) -> tuple[str, ...]:
    """Give every table and index the target's number of pages, and the planner the target's settings.

    Only sessions that begin afterwards see all of it. The database is good for nothing else from then on: a clone of it
    would take the room that it seems to take.

    Args:
        server: a throwaway one of our own.
        database: a stand-in on it, with or without the release applied, and with no rows to speak of.
        picture: of the target, with or without values.
        sizes: rows by quoted and qualified table, for those that the target has no statistics of.

    Returns:
        What is not as on the target, a line each.

    Raises:
        CannotRun: the server is not a throwaway one of ours.
    """
    with server.superuser(database) as connection:
        data = data_of(server, connection)
        if connection.info.server_version < SINCE:
            return ("plans at the target's size need a scratch of PostgreSQL 18, which takes statistics over",)
        rows(connection, load(PACKAGE, "session"))
        # The rows of a plan that processes share are those of one of them.
        execute(connection, "SET max_parallel_workers_per_gather = 0")
        notes = [*_tables(connection, data, picture, sizes or {}), *_indexes(connection, data, picture)]
        unknown = rows(connection, load(PACKAGE, "unknown_columns"))
        notes += [f"{row['name']}: the target has no statistics of {row['columns']}" for row in unknown]
        given = {"settings": json.dumps(dict(picture.planner_settings))}
        for row in rows(connection, load(PACKAGE, "set_planner"), given):
            execute_statement(connection, row["statement"])
    return tuple(notes)


def _tables(connection: Connection, data: Path, picture: Picture, sizes: Mapping[str, int]) -> Iterator[str]:
    """Statistics as the target has them, once more, as a release may have lost them; then the files."""
    counted = [
        {"schema": one.schema, "name": one.name, "pages": one.pages, "rows": one.rows, "all_visible": one.all_visible}
        for one in picture.relation_statistics
    ]
    _restore(connection, counted)
    # A file may have grown since its pages were counted; the planner sees that.
    lengths = {(one.schema, one.name): one.bytes // PAGE for one in picture.relation_statistics}
    for one in _stored(connection):
        if one.table:
            continue
        pages = lengths.get((one.schema, one.name)) or one.pages
        if not pages and one.quoted in sizes:
            width = float(_plan(connection, one.question)[0]["Plan Width"])
            pages = heap_pages(sizes[one.quoted], width, one.fill)
            yield _computed(connection, one, pages, sizes[one.quoted])
        stretch(data, one.path, pages)


def _indexes(connection: Connection, data: Path, picture: Picture) -> Iterator[str]:
    """Those that the target has not counted are computed from what the planner expects of their tables."""
    stored = _stored(connection)
    counted = {(one.schema, one.name) for one in picture.relation_statistics if one.pages or one.bytes}
    # What the release fills itself is as long here as there.
    tables = {
        one.quoted: one
        for one in stored
        if not one.table and one.bytes and (one.pages or (one.schema, one.name) in counted)
    }
    found = []
    for one in stored:
        table = tables.get(one.table)
        is_counted = bool(table and table.pages) and (one.schema, one.name) in counted
        if table is None or (one.method == BRIN and not is_counted):
            continue
        try:
            entries = _entries(connection, one)
        except StatementFailed as error:
            yield f"{one.quoted}: its size cannot be computed ({error.sqlstate})"
            continue
        if is_counted:
            pages = round(one.pages * max(1.0, table.bytes / PAGE / table.pages))
        else:
            pages = btree_pages(entries) if one.method == BTREE else other_pages(entries)
            yield _computed(connection, one, pages, entries.rows)
        found.append((replace(one, pages=pages), entries))
    yield from _forget_pages(connection)
    for one, entries in found:
        height = btree_height(one.pages, entries) if one.method == BTREE else 0
        if height:
            plant(data, one.path, height)
        stretch(data, one.path, one.pages)


def _stored(connection: Connection) -> list[_Relation]:
    return [_Relation(**row) for row in rows(connection, load(PACKAGE, "storage"))]


def _restore(connection: Connection, statistics: Sequence[Mapping[str, object]]) -> None:
    execute(connection, load(PACKAGE, "restore_relations"), {"statistics": json.dumps(statistics)})


def _computed(connection: Connection, one: _Relation, pages: int, number: float) -> str:
    _restore(connection, [{"schema": one.schema, "name": one.name, "pages": pages, "rows": number, "all_visible": 0}])
    return f"{one.quoted}: the target has not counted it; {pages:,} pages are computed"


def _entries(connection: Connection, index: _Relation) -> Entries:
    steps = _plan(connection, index.question)
    return Entries(
        rows=float(steps[-1]["Plan Rows"]), keys=float(steps[0]["Plan Rows"]), width=float(steps[0]["Plan Width"]),
        fill=index.fill, shares=index.shares,
    )  # fmt: skip


def _plan(connection: Connection, query: str) -> list[Mapping[str, Any]]:
    return list(steps_of(explained(connection, query, run=False)["Plan"]))


def _forget_pages(connection: Connection) -> Iterator[str]:
    """Have the server write what it has changed, and read the first page of each index anew."""
    execute(connection, "CHECKPOINT")
    try:
        execute(connection, load(PACKAGE, "forget_pages"))
        execute(connection, "SELECT pg_temp.evict_all()")
    except StatementFailed as error:
        yield f"the height of B-trees may be that of empty ones, as this PostgreSQL has no pg_buffercache: {error.what}"
