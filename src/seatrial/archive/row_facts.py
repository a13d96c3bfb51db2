"""What a schema says about the rows of its tables: their keys, who refers to them, and what writes when they change."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from seatrial.sql.constraint_text import key_of
from seatrial.sql.written import names_of, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.catalog import CatalogObject
    from seatrial.model.standin import Definition
    from seatrial.sql.constraint_text import Key
    from seatrial.sql.written import Written
    from seatrial.standin.state import State

__all__ = ["Reference", "RowFacts", "Trigger"]


class Reference(NamedTuple):
    """A foreign key and the table that has it."""

    table: str
    key: Key


class Trigger(NamedTuple):
    """One that is enabled."""

    name: str
    #: `CREATE TRIGGER …`.
    definition: str
    #: Whether it fires in every session.
    always: bool


class RowFacts:
    """Of one schema; tables by the name that the catalog gives them."""

    def __init__(self, state: State) -> None:
        """Everything is looked up when it is asked for."""
        self._state = state
        self._objects = state.catalog.objects

    @cached_property
    def _parts(self) -> Mapping[tuple[str, str], Sequence[CatalogObject]]:
        """By kind and the parent's name."""
        found: dict[tuple[str, str], list[CatalogObject]] = defaultdict(list)
        for one in self._objects.values():
            if one.parent:
                found[one.kind, one.parent[1]].append(one)
        return found

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """Table → its key in `pg_depend`, which stays when it is renamed."""
        nodes = self._state.nodes
        return {
            n.definition.name: n.key for n in nodes if n.definition.kind == "table" and n.key and not n.definition.fact
        }

    @cached_property
    def names(self) -> Mapping[tuple[str, ...], str]:
        """Schema and name of tables and views, without quotes → as the catalog has it."""
        return {names_of(one.name): one.name for one in self._objects.values() if one.kind in {"table", "view"}}

    def is_table(self, name: str) -> bool:
        """Whether it is one, and no view."""
        return ("table", name) in self._objects

    def root(self, table: str) -> str:
        """The table that it is a partition of, in the end."""
        while above := self.fact(table, "partition of"):
            table = above
        return table

    def partitions(self, table: str) -> Iterator[str]:
        """Itself and all below it."""
        yield table
        for one in self._parts["table", table]:
            yield from self.partitions(one.name)

    def fact(self, table: str, fact: str) -> str:
        """Empty where there is none."""
        return self._objects["table", table].facts.get(fact, "") if self.is_table(table) else ""

    def has_heirs(self, table: str) -> bool:
        """Whether others inherit from it."""
        return any(table in one.facts.get("inherits", "").split(", ") for one in self._objects.values())

    def columns(self, table: str) -> Mapping[str, Mapping[str, str]]:
        """Facts of those that hold values of their own, by quoted name."""
        found = {one.name.removeprefix(f"{table}."): one.facts for one in self._parts["column", table]}
        return {name: facts for name, facts in sorted(found.items()) if not facts.get("generated")}

    def places(self, table: str) -> Mapping[int, str]:
        """Number of a column, which stays when it is renamed, and its quoted name."""
        nodes = (
            n for n in self._state.nodes if n.definition.kind == "column" and n.definition.parent == ("table", table)
        )
        return {
            n.place: n.definition.name.removeprefix(f"{table}.") for n in nodes if n.place and not n.definition.fact
        }

    def key(self, table: str) -> tuple[str, ...]:
        """The primary key, or else a unique one that is never NULL; empty where there is none."""
        columns = self.columns(table)
        found = sorted(
            (one for one in self._constraints(table) if one.kind in {"primary", "unique"}),
            key=lambda one: (one.kind, len(one.columns), one.columns),
        )
        filled = (one.columns for one in found if all(columns.get(n, {}).get("not null") == "yes" for n in one.columns))
        return next(filled, ())

    def is_deferred(self, table: str) -> bool:
        """Whether a constraint, or a trigger, waits for the end of the transaction."""
        deferred = any(
            one.facts.get("deferrable") == "initially deferred" for one in self._parts["constraint", table]
        ) or any("INITIALLY DEFERRED" in one.definition for one in self.triggers(table))
        return deferred or any(
            self._objects["constraint", name].facts.get("deferrable") == "initially deferred"
            for name, reference in self._references if reference.key.table == table
        )  # fmt: skip

    def unvalidated(self, table: str) -> Mapping[str, Sequence[str]]:
        """Constraints that rows from before them need not keep to, and the SQL that makes each of them."""
        found = [one for one in self._parts["constraint", table] if one.facts.get("validated") == "no"]
        made = [node.definition for node in self._state.nodes if node.definition.kind == "constraint"] if found else []
        return {
            one.name.removeprefix(f"{table}."): [d.sql for d in sorted(made, key=_fact) if d.name == one.name]
            for one in found
        }  # fmt: skip

    def referring(self, table: str) -> Sequence[Reference]:
        """Foreign keys that refer to it."""
        return [one for _, one in self._references if one.key.table == table]

    def referring_names(self, table: str) -> Sequence[str]:
        """Names of the same, behind those of their tables."""
        return [name for name, one in self._references if one.key.table == table]

    def triggers(self, table: str) -> Sequence[Trigger]:
        """Those of users that are enabled, of a table or a view."""
        return [
            Trigger(one.name.removeprefix(f"{table}."), one.facts["definition"], one.facts["enabled"] == "always")
            for one in self._parts["trigger", table] if one.facts.get("enabled") in {"yes", "always"}
        ]  # fmt: skip

    def rules(self, table: str) -> Sequence[str]:
        """Definitions of its rewrite rules."""
        return [one.facts["definition"] for one in self._parts["rule", table] if one.facts.get("enabled") != "no"]

    def view(self, name: str) -> str:
        """Its query; empty where it is none."""
        found = self._objects.get(("view", name))
        return found.facts.get("definition", "") if found else ""

    def routines(self, name: str) -> Sequence[tuple[str, Written]]:
        """Functions and procedures of a name, with its schema or without: their SQL, and what they write."""
        return [(sql, written(sql)) for sql in self._routines.get(name, ())]

    def fickle(self) -> frozenset[str]:
        """Names of functions that may answer otherwise when they are asked twice, without schema."""
        return frozenset(
            names_of(one.name.partition("(")[0])[-1] for one in self._objects.values()
            if one.facts.get("volatility") == "volatile"
        )  # fmt: skip

    @cached_property
    def _routines(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for node in self._state.nodes:
            one = node.definition
            if one.phase == "functions" and not one.fact and one.kind in {"function", "procedure"}:
                parts = names_of(one.name.partition("(")[0])
                found[".".join(parts)].append(one.sql)
                found[parts[-1]].append(one.sql)
        return found

    def _constraints(self, table: str) -> Iterator[Key]:
        for one in self._parts["constraint", table]:
            found = key_of(one.facts["definition"])
            if found:
                yield found

    @cached_property
    def _references(self) -> Sequence[tuple[str, Reference]]:
        found = []
        for one in self._objects.values():
            if one.kind == "constraint" and one.parent and one.facts["definition"].startswith("FOREIGN KEY"):
                key = key_of(one.facts["definition"])
                if key:
                    found.append((one.name, Reference(one.parent[1], key)))
        return found


def _fact(one: Definition) -> str:
    """The thing itself comes before what is said of it."""
    return one.fact
