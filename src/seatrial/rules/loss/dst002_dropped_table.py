"""A table that is dropped with its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Drop
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, last_name
from seatrial.rules.spelling import relation
from seatrial.rules.usage import is_in_use, made_again

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement that drops tables in use."""
    for occasion in schema.occasions:
        drop = occasion.command
        if not isinstance(drop, Drop) or drop.kind != "table":
            continue
        if tables := [table for table in drop.names if _is_lost(schema, table, drop, occasion)]:
            cascade = ", and CASCADE takes what hangs on it" if drop.cascade else ""
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"drops {'the tables' if len(tables) > 1 else 'the table'} {along(tables)}{cascade}",
                effect="every row is gone once the time is over for which a deployment keeps the table; whoever still "
                "reads or writes there fails with 42P01",
                fix="-- when nothing uses it any more, and with a copy outside of the database:\n"
                + "\n".join(
                    f"-- psql: \\copy {relation(each)} to '{last_name(each)}.csv' csv header" for each in tables
                )
                + f"\ndrop table {', '.join(map(relation, tables))};",
            )


def _is_lost(schema: Schema, table: str, drop: Drop, occasion: Occasion) -> bool:
    """DROP … IF EXISTS right before CREATE, of a table that no other file makes, is there for a second run."""
    if schema.table(table, before=occasion) is None and drop.if_exists and made_again(schema, table, occasion):
        return False
    return is_in_use(schema, table, occasion)
