"""What a migration takes away: its statements, and both schemas. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.rollback.names import Names, bare, names, parts
from seatrial.rollback.side import Side, side

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.model.catalog import Identity
    from seatrial.model.migration import Migration
    from seatrial.model.source import Statement
    from seatrial.rollback.side import Thing
    from seatrial.standin.state import State

__all__ = ["Loss", "loss"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A migration with the schema that it meets and the one that it leaves."""

    version: str
    #: Those that are executed.
    statements: tuple[Statement, ...] = field(repr=False)
    #: Offset of each of them → number of the step that it runs in.
    steps: Mapping[int, int] = field(repr=False)
    before: Side = field(repr=False)
    after: Side = field(repr=False)
    names: Names = field(repr=False)

    @property
    def gone_tables(self) -> dict[Identity, Thing]:
        """Tables that were there and are not any more, whatever has their names now."""
        return {
            one.identity: one for one in self.before.things.values()
            if one.kind == "table" and one.identity not in self.names.new
        }  # fmt: skip

    def found(self, kinds: Collection[str], schema: str, name: str) -> list[Thing]:
        """What a statement may mean by a name; first what is gone, then what is in the usual schema."""
        candidates = [
            one for one in self.before.things.values()
            if one.kind in kinds and bare(one.name) == name and schema in {"", parts(one.name)[0]}
        ]  # fmt: skip
        return sorted(candidates, key=lambda one: (one.identity in self.names.new, parts(one.name)[0] != "public"))

    def children(self, table: Identity) -> list[Thing]:
        """Tables that inherit from it, and are no partitions."""
        return [
            one for one in self.before.things.values()
            if one.kind == "table" and table[1] in one.fact("inherits").split(", ")
        ]  # fmt: skip


def loss(migration: Migration, before: State, after: State) -> Loss:
    """Find out what is the same before and after it."""
    old, new = side(before), side(after)
    executed = tuple(one for step in migration.steps for one in step.statements)
    return Loss(
        version=migration.version, statements=executed, before=old, after=new, names=names(old, new),
        steps={one.start: step.number for step in migration.steps for one in step.statements},
    )  # fmt: skip
