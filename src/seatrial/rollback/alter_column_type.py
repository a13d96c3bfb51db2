"""The earlier type of a column, with a guard in front where values could be lost. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alteration import Alteration
from seatrial.rollback.column_types import converted, survives
from seatrial.rollback.guard import survival

if TYPE_CHECKING:
    from seatrial.rollback.alteration import Pair

__all__ = ["STORED_BY_TYPE", "retyped"]

#: Types of variable length that are not stored EXTENDED by themselves.
STORED_BY_TYPE = {"numeric": "MAIN", "inet": "MAIN", "cidr": "MAIN"}


def retyped(pair: Pair, column: str) -> Alteration:
    """The type and the collation; whatever uses the column has to be away meanwhile.

    Args:
        pair: the column.
        column: `ALTER TABLE t ALTER COLUMN c`.
    """
    was, now = pair.was("type"), pair.now("type")
    collation = f" COLLATE {pair.was('collation')}" if pair.was("collation") else ""
    plain = column.startswith("ALTER FOREIGN") or bool(pair.was("generated")) or survives(now, was)
    using = "" if plain else f" USING {converted(pair.own, now, was)}"
    guard = () if plain else (survival(pair.on, pair.own, now=now, was=was),)
    return Alteration(statements=(*guard, f"{column} TYPE {was}{collation}{using}"), drops_dependents=True)
