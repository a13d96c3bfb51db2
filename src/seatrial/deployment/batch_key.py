"""Whether a key can cut a statement, as the target has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.sql.batch import Cut

__all__ = ["shown_key"]

#: SQLSTATE, of ours, for a statement that cannot be cut by its key.
NO_KEY = "ST005"
#: The text of a moment depends on settings; in JSON it does not.
_MOMENT = "pg_catalog.to_json({}) #>> '{{}}'"
_TEXT = "{}::pg_catalog.text"


def shown_key(connection: Connection, cut: Cut) -> str:
    """How the key's values are shown so that the server reads them back: `{}::text`.

    Raises:
        StatementFailed: the key may be NULL, or no unique index begins with it.
    """
    [found] = rows(
        connection, load("seatrial.deployment", "batch_key"), {"table": cut.table, "column": cut.column}
    )  # fmt: skip
    faults = {
        "is_table": f"{cut.table} is no table",
        "is_there": f"{cut.table} has no such column",
        "is_filled": "it may be NULL, and no batch would meet such a row",
        "is_unique": "no valid unique index over the whole table begins with it, in its own order",
    }
    fault = next((words for name, words in faults.items() if not found[name]), "")
    if fault:
        raise StatementFailed(
            f'the {cut.verb} cannot be cut by "{cut.column}": {fault}', sqlstate=NO_KEY,
            hint="Name the primary key, or a column that is NOT NULL and the first of a unique index",
        )  # fmt: skip
    return _MOMENT if found["is_moment"] else _TEXT
