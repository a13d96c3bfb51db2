"""A column that is filled with the present moment and forgets which one it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, TableColumn

LEVEL = Level.INFORMS

_NOW = frozenset(
    {"now()", "current_timestamp", "transaction_timestamp()", "statement_timestamp()", "clock_timestamp()"}
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each table, at its first such column."""
    for table in schema.tables:
        found = [one for one in table.columns if _forgets(one)]
        if found and not table.foreign:
            first = found[0]
            changes = ", ".join(f"alter column {name(one.name)} type timestamptz" for one in found)
            yield Hit(
                script=first.life.made.script,
                offset=place(first.life.made, first.column.offset),
                what=f"{along(one.name for one in found)} of {quoted(table.name)} keeps a clock time and not its zone",
                effect="sessions in two zones write two times for one moment, and a browser takes what the API sends "
                "for its own local time",
                fix=f"-- while the table is new or small, as it is written anew:\n"
                f"alter table {relation(table.name)} {changes};",
                subject=f"{table.name}.{first.name}",
            )


def _forgets(one: TableColumn) -> bool:
    default = one.column.default
    bare = one.column.type.partition("(")[0]
    return bare == "timestamp" and default is not None and default.text.lower().partition("(0")[0] in _NOW
