"""A schema while it is being built: what is there now, and what has been."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from seatrial.model.schema import Life, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.commands import Grant
    from seatrial.model.schema import (
        Function,
        Index,
        Occasion,
        Policy,
        Privilege,
        TableColumn,
        TableConstraint,
        Trigger,
        View,
    )

__all__ = ["Draft", "TableDraft", "ended"]

_T = TypeVar("_T", "TableColumn", "TableConstraint", "Index", "Policy", "Trigger")
_F = TypeVar("_F", "Function", "View")


def ended(life: Life, occasion: Occasion) -> Life:
    """A life that is over with a statement."""
    return replace(life, gone=occasion)


@dataclass(slots=True, kw_only=True)
class TableDraft:
    """A table; what is gone from it stays in the lists, with the end of its life."""

    life: Life
    name: str
    #: What does not change, or simply is as it was said last.
    facts: dict[str, object] = field(default_factory=dict)
    columns: list[TableColumn] = field(default_factory=list)
    constraints: list[TableConstraint] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    privileges: list[Privilege] = field(default_factory=list)
    publications: list[str] = field(default_factory=list)

    def finished(self) -> Table:
        """As a record."""
        return Table(
            life=self.life, name=self.name, columns=tuple(self.columns), constraints=tuple(self.constraints),
            indexes=tuple(self.indexes), policies=tuple(self.policies), triggers=tuple(self.triggers),
            privileges=tuple(self.privileges), publications=tuple(self.publications),
            **self.facts,  # type: ignore[arg-type]
        )  # fmt: skip

    def change(self, things: list[_T], name: str, occasion: Occasion, into: Callable[[_T], _T] | None = None) -> None:
        """End what has a name and is there, and put what it becomes in its place."""
        for number, thing in enumerate(things):
            if thing.name == name and thing.life.gone is None:
                things[number] = replace(thing, life=ended(thing.life, occasion))
                if into is not None:
                    things.append(replace(into(thing), life=Life(made=occasion)))
                return


@dataclass(slots=True, kw_only=True)
class Draft:
    """All of it, while statements are applied."""

    #: In the order of their making, those that are gone among them.
    tables: list[TableDraft] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    #: Schema, or empty for every one; and what is granted there, or revoked.
    defaults: list[tuple[Occasion | None, str, Grant]] = field(default_factory=list)
    #: Schemas that clients reach.
    exposed: tuple[str, ...] = ()
    sequences: set[str] = field(default_factory=set)
    #: Event triggers that give row security to every table that is made.
    securing: set[str] = field(default_factory=set)

    #: Where to look for a name; what is found there may have been renamed, or be gone.
    _tables: dict[str, TableDraft] = field(default_factory=dict)
    _functions: dict[str, list[int]] = field(default_factory=dict)
    _views: dict[str, list[int]] = field(default_factory=dict)

    def add_table(self, table: TableDraft) -> None:
        """A table that is new."""
        self._tables[table.name] = table
        self.tables.append(table)

    def table(self, name: str) -> TableDraft | None:
        """The table that has a name now."""
        found = self._tables.get(name)
        return found if found is not None and found.name == name and found.life.gone is None else None

    def knows(self, name: str) -> bool:
        """Whether a table, view, sequence or function has that name now."""
        places = self.views_named(name) or self.functions_named(name)
        return bool(places) or name in self.sequences or self.table(name) is not None

    def add_function(self, function: Function) -> None:
        """A function that is new."""
        self._functions.setdefault(function.name, []).append(len(self.functions))
        self.functions.append(function)

    def add_view(self, view: View) -> None:
        """A view that is new."""
        self._views.setdefault(view.name, []).append(len(self.views))
        self.views.append(view)

    def functions_named(self, name: str, types: tuple[str, ...] | None = None) -> list[int]:
        """Places in the list of the functions that have a name now, and where they are given, those argument types."""
        places = [(number, self.functions[number]) for number in self._functions.get(name, ())]
        return [
            number for number, one in places
            if one.name == name and one.life.gone is None and types in (None, types_of(one))
        ]  # fmt: skip

    def views_named(self, name: str) -> list[int]:
        """Places in the list of the views that have a name now."""
        places = [(number, self.views[number]) for number in self._views.get(name, ())]
        return [number for number, one in places if one.name == name and one.life.gone is None]

    def move_function(self, place: int, name: str, occasion: Occasion) -> None:
        """It goes on under another name; the old one is over with this statement."""
        old = self.functions[place]
        self.add_function(replace(old, life=ended(old.life, occasion)))
        self.functions[place] = replace(old, name=name)
        self._functions.setdefault(name, []).append(place)

    def move_view(self, place: int, name: str, occasion: Occasion) -> None:
        """It goes on under another name; the old one is over with this statement."""
        old = self.views[place]
        self.add_view(replace(old, life=ended(old.life, occasion)))
        self.views[place] = replace(old, name=name)
        self._views.setdefault(name, []).append(place)

    def move_table(self, table: TableDraft, name: str) -> None:
        """It goes on under another name."""
        table.name = name
        self._tables[name] = table

    def end(self, things: list[_F], places: list[int], occasion: Occasion) -> None:
        """They are gone."""
        for place in places:
            things[place] = replace(things[place], life=ended(things[place].life, occasion))


def types_of(function: Function) -> tuple[str, ...]:
    """Of what it is called with."""
    return tuple(one.type for one in function.made.parameters if one.mode not in {"out", "table"})
