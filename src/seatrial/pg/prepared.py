"""Questions that are asked again and again in one session: planned once, as planning takes longer than the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString
from weakref import WeakKeyDictionary

from psycopg import sql

from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.pg.connection import Connection

__all__ = ["ask_prepared", "forget_prepared"]

_PREPARED: WeakKeyDictionary[Connection, set[str]] = WeakKeyDictionary()


def ask_prepared(
    connection: Connection, package: str, name: str, parameters: Sequence[tuple[str, LiteralString, object]] = ()
) -> list[dict[str, Any]]:
    """All rows of a query of a package.

    Args:
        connection: where `forget_prepared` is called when its prepared statements are gone.
        package: of the query.
        name: of the query.
        parameters: name, type and value of each.
    """
    known = _PREPARED.setdefault(connection, set())
    statement = sql.Identifier(f"seatrial_{name}")
    if name not in known:
        execute(
            connection,
            sql.SQL("PREPARE {}{} AS ").format(statement, _types(parameters)) + _text(package, name, parameters),
        )
        known.add(name)
    values = sql.SQL(", ").join(sql.Literal(value) for _, _, value in parameters)
    return rows(
        connection,
        sql.SQL("EXECUTE {}{}").format(statement, sql.SQL("({})").format(values) if parameters else sql.SQL("")),
    )


def forget_prepared(connection: Connection) -> None:
    """Somebody has deallocated all prepared statements of the session."""
    _PREPARED.pop(connection, None)


def _types(parameters: Sequence[tuple[str, LiteralString, object]]) -> sql.Composable:
    types = sql.SQL(", ").join(sql.SQL(kind) for _, kind, _ in parameters)
    return sql.SQL(" ({})").format(types) if parameters else sql.SQL("")


def _text(package: str, name: str, parameters: Sequence[tuple[str, LiteralString, object]]) -> sql.SQL:
    text = load(package, name)
    for number, (parameter, _, _) in enumerate(parameters, start=1):
        text = text.replace(f"%({parameter})s", f"${number}")
    return sql.SQL(text.replace("%%", "%") if parameters else text)
