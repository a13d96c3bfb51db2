"""From a table to the one that has the tenant in a column, over `through` after `through`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.tenancy import Tenancy

__all__ = ["chain"]


def chain(tenancy: Tenancy, table: str, parents: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    """The tables from one to the one whose column holds the tenant; the one alone where it needs no other.

    Args:
        tenancy: as it was declared.
        table: where to begin, by qualified name.
        parents: where a foreign key leads: table and column → table.

    Raises:
        CannotRun: the way goes in a circle, or leads to a table of which nobody said whose it is.
    """
    way = [table]
    while (rule := tenancy.tables.get(way[-1])) and rule.through:
        parent = parents.get((rule.table, rule.through), "")
        if not parent or parent not in tenancy.tables:
            raise CannotRun(
                "tenancy.no-way", f"{rule.table} belongs to the tenant of another row, and that leads nowhere",
                where=f'tenancy.tables."{rule.table}".through',
                why=f"{parent} is not declared" if parent else f"{rule.through} has no foreign key of its own",
                fix="name a column with a foreign key to a table that is declared, or the column with the tenant",
            )  # fmt: skip
        if parent in way:
            raise CannotRun(
                "tenancy.circle", "whose rows these are goes in a circle",
                where=f'tenancy.tables."{rule.table}".through', why=" → ".join([*way, parent]),
                fix="give one of these tables the column that holds the tenant",
            )  # fmt: skip
        way.append(parent)
    return tuple(way)
