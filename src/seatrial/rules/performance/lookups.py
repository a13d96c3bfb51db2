"""Which columns a condition compares with something that is the same for all rows, and whether an index has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Comparison, Expression
    from seatrial.model.schema import Table
    from seatrial.rules.performance.asked import Asked

__all__ = ["LookUp", "begins", "look_ups", "own_column", "parts"]

_EQUAL = frozenset({"=", "any", "in"})
#: What is no constant: a call or a sub-select.
_ASKED = re.compile(r"\(")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """A column that is compared with what says who asks."""

    column: str
    comparison: Comparison

    @property
    def is_usable(self) -> bool:
        """Whether PostgreSQL can go through an index; for `IN (SELECT …)` it cannot."""
        return bool(self.comparison.right)


def look_ups(one: Asked, part: str = "") -> tuple[LookUp, ...]:
    """Of a condition, or of one of the parts that OR joins."""
    return tuple(_look_ups(one, part))


def _look_ups(one: Asked, part: str) -> Iterator[LookUp]:
    for comparison in one.condition.comparisons:
        if comparison.nested or comparison.operator not in _EQUAL or not _stands_in(comparison, part):
            continue
        left, right = own_column(one.table, comparison.left_column), own_column(one.table, comparison.right_column)
        other = comparison.right if left else comparison.left
        if (left or right) and not (left and right) and (_ASKED.search(other) or not comparison.right):
            yield LookUp(column=left or right, comparison=comparison)


def _stands_in(comparison: Comparison, part: str) -> bool:
    return not part or bool(re.search(rf"(?<![\w.\"]){re.escape(comparison.left)} ", part) and comparison.right in part)


def own_column(table: Table, written: str) -> str:
    """The name of a column of the table; empty for anything else."""
    qualifier, _, name = written.rpartition(".")
    own = {"", table.short, table.name, f'"{table.short}"'}
    return name.strip('"') if qualifier in own and table.column(name.strip('"')) else ""


def parts(condition: Expression) -> tuple[str, ...]:
    """What OR joins; one where there is none."""
    return condition.alternatives or (condition.text,)


def begins(table: Table, column: str) -> bool:
    """Whether an index begins with a column; of a partial one nobody knows whether the queries suit it."""
    lists = [*(columns for columns, _ in table.unique_keys), *(made.index.columns for made in table.indexes)]
    return any(columns[:1] == (column,) for columns in lists)
