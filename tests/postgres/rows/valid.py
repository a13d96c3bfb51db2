"""Whether all rows of a database satisfy its constraints, as the server itself judges when they are made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["count", "remake_constraints"]


def remake_constraints(connection: Connection, *schemas: str) -> int:
    """Drop and add every check and every foreign key of the schemas, which reads every row; how many there are."""
    found = rows(
        connection,
        """
        SELECT
          k.conrelid::regclass::text AS relation,
          quote_ident(k.conname) AS name,
          pg_get_constraintdef(k.oid) AS text
        FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.contype IN ('c', 'f') AND k.conparentid = 0 AND k.coninhcount = 0
          AND k.connamespace::regnamespace::text = ANY (%s)
        ORDER BY 1, 2
        """,
        [list(schemas)],
    )
    for row in found:
        execute_statement(connection, f"ALTER TABLE {row['relation']} DROP CONSTRAINT {row['name']}")
        execute_statement(connection, f"ALTER TABLE {row['relation']} ADD CONSTRAINT {row['name']} {row['text']}")
    return len(found)


def count(connection: Connection, table: str) -> int:
    """Rows of a table and of those that inherit from it."""
    [row] = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchall()
    return int(row[0])
