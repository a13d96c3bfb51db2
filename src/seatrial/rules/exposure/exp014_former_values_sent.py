"""A published table with full replica identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable
from seatrial.model.finding import Level
from seatrial.rules.exposure.live import published
from seatrial.rules.exposure.reach import readers, who
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema, Table

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each that has policies and that clients may listen to."""
    for table, by in published(schema):
        roles = readers(schema, table)
        if roles and table.row_security and table.replica_identity == "full":
            occasion = _made_full(schema, table) or by
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"with each change of {quoted(table.name)} the whole row as it was before is sent",
                effect=f"{who(roles)} who may see a row after an UPDATE gets its former values too, for which no "
                "policy is asked, and of each DELETE the key goes to all who listen",
                fix=f"alter table {relation(table.name)} replica identity default;",
                subject=table.name,
            )


def _made_full(schema: Schema, table: Table) -> Occasion | None:
    found = None
    for one in schema.occasions:
        actions = one.command.actions if isinstance(one.command, AlterTable) and one.command.table == table.name else ()
        if any(action.kind == "replica identity" for action in actions):
            found = one
    return found
