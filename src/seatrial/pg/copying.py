"""Rows from one server to another, without a look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.pg.failure import translated

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["copy_rows"]


def copy_rows(source: Connection, query: str, destination: Connection, table: str, columns: str) -> None:
    """Stream what a query gives into a table.

    Args:
        source: where the query is run.
        query: of names that the server has quoted.
        destination: where the table is.
        table: quoted and qualified.
        columns: quoted, in the order of the query.

    Raises:
        StatementFailed, ConnectionLost: on either side; nothing of this copy is in the table then.
    """
    with (
        translated(source),
        translated(destination),
        source.cursor() as reader,
        destination.cursor() as writer,
        reader.copy(f"COPY ({query}) TO STDOUT".encode()) as rows,
        writer.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as into,
    ):
        for block in rows:
            into.write(block)
