"""Values as the planner's statistics saw them; they are looked up by the server and never come here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.pg.queries import load
from seatrial.rows.choice import NUMBER, Choice
from seatrial.rows.text import literal
from seatrial.rows.values import kind

if TYPE_CHECKING:
    from seatrial.rows.facts import Column, Shape, Table

__all__ = ["observed"]

#: A value between two bounds, by type; the others have only the bounds themselves.
_BETWEEN = {
    "int2": "(low + floor((high - low) * part))::int2",
    "int4": "(low + floor((high::bigint - low) * part))::int4",
    "int8": "(low + floor((high::numeric - low) * part::numeric))::int8",
    "float4": "low + (high - low) * part",
    "float8": "low + (high - low) * part",
    "numeric": "low + (high - low) * part::numeric",
    "date": "low + floor((high - low) * part)::int",
    "timestamp": "low + (high - low) * part",
    "timestamptz": "low + (high - low) * part",
}
_SCALARS = frozenset({*_BETWEEN, "bool", "text", "varchar", "bpchar", "citext", "uuid", "enum", "inet", "time"})
#: From here on a number is spread over the unit interval.
PARTS = 1_000_000


def observed(table: Table, column: Column, plain: Choice) -> Choice | None:
    """The most common values as often as they are common, and between the bounds of the histogram for the rest.

    Args:
        table: whose statistics count.
        column: of it.
        plain: what the rest gets where the histogram says nothing.
    """
    shape, name = column.shape, kind(column.type)
    has_bounds = shape is not None and shape.bounds > 1 and name in _BETWEEN
    if shape is None or name not in _SCALARS or not (shape.common or has_bounds):
        return None
    rest = _from_bounds(table, column, shape, _BETWEEN[name]) if has_bounds else f"({plain.text})::{column.cast}"
    if not shape.common:
        return Choice(text=rest, rank=-1, whole=True)
    share = min(1.0, shape.common_share / max(1e-6, 1 - shape.null_frac))
    # Where nothing else is known the common values are all there are.
    share = 1.0 if not has_bounds and 0 < shape.n_distinct <= shape.common else share
    text = load("seatrial.rows", "common_value").format(
        cast=column.cast, rest=rest, unit=_unit(1), share=f"{share:.6f}", total=f"{shape.common_share:.6f}",
        **_place(table, column),
    )  # fmt: skip
    return Choice(text=f"({text})", rank=-1, whole=True)


def _from_bounds(table: Table, column: Column, shape: Shape, between: str) -> str:
    bucket = f"(({NUMBER} * 7919 + hashint8({NUMBER}) % 1000 + 1000) % {shape.bounds - 1})::int"
    text = load("seatrial.rows", "between_bounds").format(
        cast=column.cast, bucket=bucket, unit=_unit(2), between=between, **_place(table, column)
    )
    return f"({text})"


def _unit(salt: int) -> str:
    return f"((hashint8extended({NUMBER}, {salt}) & 9223372036854775807) % {PARTS} / {PARTS}.0)::float8"


def _place(table: Table, column: Column) -> dict[str, str]:
    return {
        "schema": literal(table.schema),
        "table": literal(table.bare),
        "column": literal(column.name),
        "inherited": str(table.partitioned).lower(),
    }
