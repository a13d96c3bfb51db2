"""What a query answers, without its rows: how many they are and what they come to, and of which types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import RawCursor

from seatrial.pg.connection import rows
from seatrial.pg.explain import prepare
from seatrial.pg.failure import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.pg.connection import Connection

__all__ = ["column_types", "digest", "parameter_types"]

#: In lines of its own, as the query may end in a comment; the order of the rows does not count.
_DIGEST = (
    "SELECT count(*), coalesce(sum(pg_catalog.hashtextextended(answer::text, 0)), 0)::text FROM (\n{query}\n) AS answer"
)
_NONE = "SELECT * FROM (\n{query}\n) AS answer LIMIT 0"


def digest(connection: Connection, query: str, params: Sequence[object]) -> tuple[int, str]:
    """How many rows a query returns, and a sum over them that is the same for the same rows.

    Raises:
        StatementFailed: the server refused it.
    """
    [row] = _asked(connection, _DIGEST, query, params).fetchall()
    return int(row[0]), str(row[1])


def column_types(connection: Connection, query: str, params: Sequence[object]) -> tuple[tuple[str, str], ...]:
    """Name and type of each column that a query returns.

    Raises:
        StatementFailed: the server refused it.
    """
    columns = _asked(connection, _NONE, query, params).description or []
    found = rows(
        connection,
        "SELECT format_type(kind, NULL) AS name FROM unnest(%(kinds)s::oid[]) WITH ORDINALITY AS t (kind, place) "
        "ORDER BY place",
        {"kinds": [column.type_code for column in columns]},
    )
    return tuple((column.name, row["name"]) for column, row in zip(columns, found, strict=True))


def parameter_types(connection: Connection, query: str) -> tuple[str, ...]:
    """The type of each parameter, as the server infers it.

    Raises:
        StatementFailed: the server refused it.
    """
    prepare(connection, query)
    [row] = rows(
        connection,
        "SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'seatrial_query'",
    )
    return tuple(row["types"])


def _asked(connection: Connection, text: str, query: str, params: Sequence[object]) -> RawCursor[Any]:
    with translated(connection):
        whole = text.format(query=query.strip().rstrip(";"))
        return RawCursor(connection).execute(whole.encode(), tuple(params))
