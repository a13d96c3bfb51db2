"""Fills a copy of the database with generated rows, as many as a part of the target has, for statements to run on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.rows import Filled
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.rows.fill import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.rows import NotFilled
    from seatrial.pg.connection import Connection

__all__ = ["Strictness", "fill_for", "strictness"]

PACKAGE = "seatrial.rehearsal"

#: Statements that add, each with the one that takes it away again.
Strictness = tuple[tuple[str, str], ...]


def strictness(rehearsed: Connection, before: Connection, since: int) -> Strictness:
    """What rows must satisfy for the release to go through, although the tables do not ask for it yet.

    Args:
        rehearsed: of a superuser, where the release is applied.
        before: the same for a copy in the state before it.
        since: what is numbered above this was made by the release.
    """
    there = {row["add"] for row in rows(before, load(PACKAGE, "not_null_columns"))}
    found = rows(rehearsed, load(PACKAGE, "strictness"), {"since": since})
    return tuple((row["add"], row["remove"]) for row in found if row["add"] not in there)


def fill_for(
    connection: Connection, wanted: Mapping[str, int], strict: Strictness
) -> tuple[Mapping[str, int], tuple[NotFilled, ...]]:
    """Rows that satisfy what the tables and the release ask for.

    Args:
        connection: of a superuser, to a copy in the state before the release.
        wanted: rows by table, quoted and qualified.
        strict: what is added meanwhile; what cannot be added (to a column that comes later) is left out.

    Returns:
        How many rows each table has now, and what could not be filled.
    """
    with _added(connection, strict):
        results = fill(connection, wanted)
    filled = {one.table: one.rows for one in results if isinstance(one, Filled)}
    for table in filled:
        execute_statement(connection, f"VACUUM (ANALYZE) {table}")
    return filled, tuple(one for one in results if not isinstance(one, Filled))


@contextmanager
def _added(connection: Connection, strict: Strictness) -> Iterator[None]:
    added = [remove for add, remove in strict if _goes_through(connection, add)]
    yield
    # A column may only take NULL again when its key is gone.
    while added:
        left = [statement for statement in reversed(added) if not _goes_through(connection, statement)]
        if len(left) == len(added):
            break
        added = left


def _goes_through(connection: Connection, statement: str) -> bool:
    try:
        execute_statement(connection, statement)
    except StatementFailed:
        return False
    return True
