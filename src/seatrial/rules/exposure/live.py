"""Tables whose changes the platform sends to those who listen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterPublication

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema, Table

__all__ = ["LIVE", "published"]

#: The publication that it reads.
LIVE = "supabase_realtime"


def published(schema: Schema) -> Iterator[tuple[Table, Occasion]]:
    """Each with the statement that published it last."""
    if schema.platform != "supabase":
        return
    all_changes = ((one, one.command) for one in schema.occasions if isinstance(one.command, AlterPublication))
    changes = [(one, change) for one, change in all_changes if change.publication == LIVE and change.change != "drop"]
    for table in schema.tables:
        by_name = [one for one, command in changes if table.name in command.tables]
        by_all = [one for one, command in changes if command.all_tables or table.schema in command.schemas]
        if LIVE in table.publications or by_all:
            yield table, [*by_all, *by_name][-1]
