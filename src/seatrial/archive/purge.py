"""Removes entries of the archive for good, and nothing outside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.archive.holding import BRIEF, holding
from seatrial.archive.read import PACKAGE
from seatrial.errors import StatementFailed
from seatrial.model.archive import PREFIX
from seatrial.model.archiving import split_name
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.archive import Archived
    from seatrial.pg.connection import Connection

__all__ = ["purge_entry", "tidy"]

#: What a type needs may be dropped after it: so often are those tried again that others were in the way of.
ROUNDS = 5


def purge_entry(connection: Connection, entry: Archived) -> None:
    """Drop what an entry keeps, and forget the entry, in one transaction.

    Raises:
        Refused: it is not what the list says, somebody holds or needs it, or the role may not; it is there as before.
    """
    with holding(connection, entry) as places:
        for one in places.values():
            # Without CASCADE: what depends on it from outside makes this fail.
            execute_statement(connection, f"DROP TABLE {one.quoted}")
        execute(connection, load(PACKAGE, "forget"), {"id": entry.id})


def tidy(connection: Connection, entries: Sequence[Archived]) -> tuple[str, ...]:
    """Drop the schemas that were left empty, with types and functions that had been moved along.

    Args:
        connection: in autocommit mode, outside a transaction.
        entries: that are gone.

    Returns:
        Schemas in which something is left that others use.
    """
    names = {name[0] for entry in entries if (name := split_name(entry.place)) and name[0].startswith(PREFIX)}
    return tuple(schema for schema in sorted(names) if not _tidied(connection, schema))


def _tidied(connection: Connection, schema: str) -> bool:
    values: dict[str, Any] = {"schema": schema, "prefix": PREFIX}
    for _ in range(ROUNDS):
        for row in rows(connection, load(PACKAGE, "left_in_schema"), values):
            _dropped(connection, row["statement"])
    return all(_dropped(connection, row["statement"]) for row in rows(connection, load(PACKAGE, "drop_schema"), values))


def _dropped(connection: Connection, statement: str) -> bool:
    """Whether it could be; where something outside needs it, it stays."""
    try:
        with translated(connection), connection.transaction():
            execute(connection, BRIEF)
            execute_statement(connection, statement)
    except StatementFailed:
        return False
    return True
