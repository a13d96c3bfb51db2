"""A change of type that keeps less of each value than there was, and says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.types import read_type
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import alterations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Schema
    from seatrial.rules.locks.types import Type

LEVEL = Level.BLOCKS

_INTEGERS = frozenset({"int2", "int4", "int8"})
_MOMENTS = frozenset({"timestamp", "timestamptz"})
_TIMES = _MOMENTS | {"time", "timetz", "interval"}
_SHORTENING = frozenset({"left", "substr", "substring"})
_FULL_TIME = 6


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each column of a table in use; one that makes PostgreSQL fail instead loses nothing."""
    for each in alterations(schema, "set type"):
        column = each.known.column(each.action.name) if each.known else None
        if column is None or each.action.column is None or each.is_fresh(schema, column.name):
            continue
        old, new = column.column.type, each.action.column.type
        if lost := _lost(read_type(old), read_type(new), each.action.expression):
            table, other = relation(each.table), f"{column.name}_{read_type(new).base}"
            yield Hit(
                script=each.occasion.script,
                offset=each.offset,
                what=f"{quoted(f'{each.table}.{column.name}')} of type {old} becomes {new}",
                effect=f"{lost} in every row, without an error; a deployment keeps what was there, for a time",
                fix=f"alter table {table} add column {name(other)} {new};\n"
                f"-- fill it from {name(column.name)}, and keep that until nobody needs it",
            )


def _lost(old: Type, new: Type, using: Expression | None) -> str:  # noqa: PLR0911 - one line a kind of loss reads best
    if old.array or new.array:
        return ""
    if old.base == "numeric" and new.base == "numeric" and new.modifiers:
        scale, was = _scale(new), _scale(old) if old.modifiers else None
        return f"digits after the {scale}. decimal are rounded away" if was is None or scale < was else ""
    if old.base in {"numeric", "float4", "float8"} and new.base in _INTEGERS:
        whole = old.base == "numeric" and old.modifiers and not _scale(old)
        return "" if whole else "what stands behind the decimal point is rounded away"
    if old.base in {"numeric", "float8"} and new.base in {"float4", "float8"} and old.base != new.base:
        return f"digits that {new.base} has no room for are rounded away"
    if old.base in _MOMENTS and new.base in {"date", "time", "timetz"}:
        return "the time of day is dropped" if new.base == "date" else "the date is dropped"
    if old.base in _TIMES and new.base == old.base and new.modifiers:
        return "fractions of a second are rounded away" if new.modifiers < (old.modifiers or (_FULL_TIME,)) else ""
    if old.base in {"text", "varchar"} and new.base in {"varchar", "bpchar"} and new.modifiers and using:
        casts = f"({new.modifiers[0]})" in using.text
        return "what is longer is cut off" if casts or _SHORTENING & using.names else ""
    return ""


def _scale(of: Type) -> int:
    return of.modifiers[1] if len(of.modifiers) > 1 else 0
