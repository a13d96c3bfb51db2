"""A column that no longer has the default it had, or that can be NULL from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.before import was_not_null
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.usage import alterations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, TableColumn
    from seatrial.rules.usage import Alteration

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each, on a column of before of a table in use."""
    for each in alterations(schema, "drop not null", "set default", "drop default"):
        column = each.known.column(each.action.name) if each.known else None
        if column is None or each.known is None or each.is_fresh(schema, column.name):
            continue
        if found := _changed(each, column, not_null=was_not_null(schema, each.known, column.name, each.occasion)):
            what, effect, fix = found
            yield Hit(script=each.occasion.script, offset=each.offset, what=what, effect=effect, fix=fix)


def _changed(each: Alteration, column: TableColumn, *, not_null: bool) -> tuple[str, str, str] | None:
    said, before, new = quoted(f"{each.table}.{column.name}"), column.column.default, each.action.expression
    if each.action.kind == "drop not null":
        if not not_null:
            return None
        fix = "Let every reader cope with NULL first, then deploy this"
        return f"{said} can be NULL from now on", "whoever reads it and counts on a value gets none", fix
    if before is None or (new and new.text == before.text) or (new is None and not_null):
        # Without a default, a column that must not be NULL is a finding of its own.
        return None
    now = f"becomes {new.text}" if new else "is gone"
    fix = "Let the application name the value itself first, then deploy this"
    effect = f"rows that are written without it, by what is running now, get {new.text if new else 'NULL'} instead"
    return f"the default {before.text} of {said} {now}", effect, fix
