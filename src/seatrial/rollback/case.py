"""A migration to be taken back: both schemas, what is what in them, and what differs. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.rollback.difference import Difference, difference
from seatrial.rollback.names import Names, names
from seatrial.rollback.side import Side, Thing, side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.archive import Keeping
    from seatrial.model.catalog import Identity
    from seatrial.standin.state import State

__all__ = ["Case", "case"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that the way back is derived from."""

    version: str
    before: Side = field(repr=False)
    after: Side = field(repr=False)
    names: Names = field(repr=False)
    found: Difference = field(repr=False)
    keeping: Keeping = field(repr=False)
    also: Mapping[str, tuple[str, ...]]
    server_version: int

    @property
    def made_tables(self) -> list[Thing]:
        """Tables of the migration that have rows, and those that only their partitions fill."""
        return [one for one in self.found.made if one.kind == "table"]

    def is_archived(self, thing: Thing) -> bool:
        """Whether it is a table that the migration made, or a part of one."""
        return self._root(self.after, thing) in {one.identity for one in self.made_tables}

    def is_of_gone_table(self, thing: Thing) -> bool:
        """Whether it is a table that the migration dropped, or a part of one."""
        return self._root(self.before, thing) in {one.identity for one in self.found.gone if one.kind == "table"}

    def returns(self, thing: Thing) -> bool:
        """Whether it is a table that comes back out of the archive, or a part of one."""
        root = self.before.things.get(self._root(self.before, thing), thing)
        return self.is_of_gone_table(thing) and (self.is_kept(root) or self.comes_with_parent(root))

    def is_kept(self, table: Thing) -> bool:
        """Whether the deployment moved it to the archive itself."""
        return any(one.table == table.name for one in self.keeping.tables)

    def comes_with_parent(self, table: Thing) -> bool:
        """Whether it is a partition of a table that comes back."""
        parent = self.before.things.get(table.parent) if table.parent and table.parent[0] == "table" else None
        return parent is not None and (self.is_kept(parent) or self.comes_with_parent(parent))

    @staticmethod
    def _root(of: Side, thing: Thing) -> Identity:
        """The outermost object that it is a part of; a partition is one of its own."""
        while thing.kind != "table" and thing.parent is not None and thing.parent[0] != "schema":
            parent = of.things.get(thing.parent)
            if parent is None:
                break
            thing = parent
        return thing.identity


def case(
    before: State, after: State, keeping: Keeping, *, version: str, also: Mapping[str, tuple[str, ...]]
) -> Case:  # fmt: skip
    """Compare the two."""
    old, new = side(before), side(after)
    found = names(old, new)
    server_version = before.catalog.server_version
    return Case(
        version=version, before=old, after=new, names=found, keeping=keeping, also=also, server_version=server_version,
        found=difference(old, new, found, server_version),
    )  # fmt: skip
