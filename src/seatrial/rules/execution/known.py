"""Tables of which every column is known, and which columns they do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model import commands as c

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.schema import Occasion, Schema, Table

__all__ = ["absent", "known"]

#: Every table has them.
_OF_SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})


def known(schema: Schema, name: str, before: Occasion | None) -> Table | None:
    """The table, where the files say all of its columns; with None, at the end."""
    table = schema.table(name, before=before)
    made = table.life.made.command if table else None
    if table is None or not table.columns or not isinstance(made, c.CreateTable):
        return None
    sources = [*made.like, *made.inherits, *filter(None, [made.partition_of])]
    is_whole = made.query is None and all(schema.table(one, before=table.life.made) for one in sources)
    return table if is_whole else None


def absent(table: Table, columns: Iterable[str]) -> list[str]:
    """Those of the columns that it does not have."""
    there = {one.name for one in table.columns} | _OF_SYSTEM | {table.short, ""}
    return [column for column in dict.fromkeys(columns) if column not in there]
