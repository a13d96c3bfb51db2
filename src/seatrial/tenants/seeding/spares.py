"""Whether the rows that could be added can be added indeed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rows.text import literal
from seatrial.tenants.seeding.edit import changed, could_put, made
from seatrial.tenants.seeding.found import words

if TYPE_CHECKING:
    from seatrial.errors import StatementFailed
    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Table
    from seatrial.tenants.seeding.found import Found
    from seatrial.tenants.seeding.ground import Ground

__all__ = ["check_spares"]

#: No row is there to point to.
FOREIGN_KEY = "23503"


def check_spares(connection: Connection, ground: Ground, found: Found) -> None:
    """Drop those that a constraint refuses, now that all rows are there; what a trigger says is its own matter."""
    for name, spares in found.spares.items():
        for label in list(spares):
            failure = _settled(connection, ground.schema.tables[name], spares, label)
            if failure:
                del spares[label]
                whose = f"of tenant {label}" if label else "of nobody"
                found.refused[f"{name}: no further row {whose} ({words(failure)})"] = None


def _settled(connection: Connection, table: Table, spares: dict[str, str], label: str) -> StatementFailed | None:
    """Let it point where the tenant's other rows point, if where it points there is nothing: of a circle of tables."""
    failure = None
    for _ in range(1 + len(table.foreign_keys)):
        failure = could_put(connection, table, spares[label])
        if failure is None or not failure.sqlstate.startswith("23") or failure.context:
            return None
        keys = [key for key in table.foreign_keys if f'"{key.name}"' in failure.what]
        others = made(connection, table, f"s.tenant = {literal(label)}")
        if failure.sqlstate != FOREIGN_KEY or not keys or not others:
            break
        values = {name: others[0].content[name] for name in keys[0].columns}
        spares[label] = changed(connection, spares[label], values)
    return failure
