"""A column that is dropped with what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import last_name, quoted
from seatrial.rules.spelling import name, names, relation
from seatrial.rules.usage import alterations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.rules.usage import Alteration

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each column of a table in use; not where the same file has made it."""
    for each in alterations(schema, "drop column"):
        column = each.action.name
        absent = each.known is not None and each.known.column(column) is None
        if not absent and not each.is_fresh(schema, column):
            yield Hit(
                script=each.occasion.script,
                offset=each.offset,
                what=f"drops the column {quoted(f'{each.table}.{column}')}",
                effect="what it holds is gone for every row, but for what a deployment keeps for a time; whoever still "
                "names it fails with 42703",
                fix=_kept(each),
            )


def _kept(each: Alteration) -> str:
    column, table = each.action.name, relation(each.table)
    key = each.known.primary_key if each.known else ()
    rows = f"select {names((*key, column))} from {table}" if key else f"select * from {table}"  # noqa: S608 - a text for a person
    return (
        "-- when no part of the application names it any more, and with a copy outside of the database:\n"
        f"-- psql: \\copy ({rows}) to '{last_name(each.table)}_{column}.csv' csv header\n"
        f"alter table {table} drop column {name(column)};"
    )
