"""What an object needs to be as it was before, and what that is said in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.catalog import CatalogObject

__all__ = ["Alteration", "ColumnUse", "Pair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """SQL that gives an object its earlier facts back. No statement has a semicolon at its end."""

    #: Quick ones, in this order, for the main transaction.
    statements: tuple[str, ...] = ()
    #: Each of these is a step of its own behind it, of one statement or of several: validating, what needs that.
    later: tuple[str, ...] = ()
    #: Whether all that uses the object (views, policies, rules, generated columns, for a type also functions and
    #: constraints that name it) has to be dropped before and made again after `statements`.
    drops_dependents: bool = False
    #: What cannot be undone, and why, as clauses.
    reasons: tuple[str, ...] = ()

    def __add__(self, other: Alteration) -> Alteration:
        """One after the other."""
        return Alteration(
            statements=(*self.statements, *other.statements),
            later=(*self.later, *other.later),
            drops_dependents=self.drops_dependents or other.drops_dependents,
            reasons=(*self.reasons, *other.reasons),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """A column whose type is the one in question, or an array of it; of those that inherit it, only the uppermost."""

    #: Qualified and quoted, as in the catalog.
    table: str
    column: str
    #: Of the column, as before the migration: `public.mood` or `public.mood[]`.
    type: str
    #: The default that it has now, and the one that it had; empty where there is none.
    default: str = ""
    default_before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One object before and after a migration."""

    before: CatalogObject
    after: CatalogObject

    @property
    def name(self) -> str:
        """Of both."""
        return self.after.name

    @property
    def on(self) -> str:
        """The name of what it is a part of; empty where it is a part of nothing."""
        return self.after.parent[1] if self.after.parent else ""

    @property
    def own(self) -> str:
        """Its name without that of what it is a part of."""
        return self.name.removeprefix(f"{self.on}.")

    @property
    def changed(self) -> frozenset[str]:
        """Facts that differ, without privileges."""
        names = {*self.before.facts, *self.after.facts}
        return frozenset(name for name in names if self.was(name) != self.now(name) and not name.startswith("grants"))

    def was(self, fact: str) -> str:
        """As it is to be again; empty where the fact was not there."""
        return self.before.facts.get(fact, "")

    def now(self, fact: str) -> str:
        """As the migration left it."""
        return self.after.facts.get(fact, "")

    def beginning(self, prefix: str) -> tuple[dict[str, str], dict[str, str]]:
        """Facts whose names begin so, without that beginning: as they were and as they are."""
        was, now = (
            {name.removeprefix(prefix): text for name, text in one.facts.items() if name.startswith(prefix)}
            for one in (self.before, self.after)
        )
        return was, now
