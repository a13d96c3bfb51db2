"""Where a table and its columns are that somebody has named: as SQL writes them, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.pg.connection import Connection

__all__ = ["PACKAGE", "Found", "find"]

PACKAGE = "seatrial.performance.senders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A table that is there; all names may stand in SQL."""

    table: str
    #: As they were asked for → as SQL writes them.
    columns: Mapping[str, str]
    #: As they were asked for → `uuid`.
    types: Mapping[str, str]


def find(connection: Connection, table: str, columns: Sequence[str]) -> Found | str:
    """A table with all of some columns; or what is not there, in words.

    Args:
        connection: to the database.
        table: as SQL writes it, with its schema.
        columns: of it, as SQL writes them; empty ones are left out.
    """
    wanted = [column for column in columns if column]
    for row in rows(connection, load(PACKAGE, "place"), {"table": table, "columns": wanted}):
        if missing := [column for column in wanted if column not in row["columns"]]:
            return f"{table} has no column {missing[0]}"
        return Found(
            table=row["table"],
            columns={name: ident for name, (ident, _) in row["columns"].items()},
            types={name: kind for name, (_, kind) in row["columns"].items()},
        )
    return f"there is no table {table}"
