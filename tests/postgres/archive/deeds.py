"""A target with an archive, and how its statements are run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask, execute_script, execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.pg.connection import Connection

__all__ = ["archive", "listed", "run", "value", "values"]


def archive(connection: Connection, *scripts: str) -> None:
    """Make the tables of the ledger, then run scripts."""
    execute_script(connection, load("seatrial.ledger", "create"))
    for script in scripts:
        execute_script(connection, script)


def run(connection: Connection, statements: Iterable[str]) -> None:
    """All of them in one transaction."""
    with connection.transaction():
        for statement in statements:
            execute_statement(connection, statement)


def value(connection: Connection, query: str) -> str:
    """The first one."""
    return ask(connection, query).value


def values(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        return cursor.execute(query.encode()).fetchall()


def listed(connection: Connection) -> list[dict[str, Any]]:
    """What the archive lists."""
    return rows(connection, "SELECT * FROM seatrial.archive ORDER BY id")
