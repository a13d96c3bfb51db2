"""How generated rows differ from those of another fill, and what they hold in any case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["Manner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """Of one fill."""

    #: Another one gives other rows; the same one on the same schema gives the same.
    seed: int = 0
    #: Number of the first row: rows with other numbers differ where they can.
    first: int = 0
    #: By table: columns with one value in every row, unless a parent gives it; as SQL.
    fixed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: By table: columns that are not NULL, although they may be.
    known: Mapping[str, Collection[str]] = field(default_factory=dict)
    #: What was found out of tables, for other fills that make rows with the same parents and the same columns.
    memory: dict[str, Any] = field(default_factory=dict)

    def values(self, table: str) -> Mapping[str, str]:
        """What is the same in every row of a table."""
        return self.fixed.get(table, {})

    def is_known(self, table: str, column: str) -> bool:
        """Whether it is not left to chance that a column is NULL."""
        return column in self.known.get(table, ()) or column in self.values(table)
