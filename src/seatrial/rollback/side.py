"""One end of a way back: the objects of a schema with all that is said about each, and what needs what. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.model.archive import PREFIX
from seatrial.standin.order import ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from seatrial.model.catalog import CatalogObject, Identity
    from seatrial.model.standin import Definition, NotCarried
    from seatrial.standin.order import Node
    from seatrial.standin.state import State

__all__ = ["TABLES", "Side", "Thing", "side"]

#: What has columns of its own.
TABLES = frozenset({"table", "foreign table"})
#: Schemas that are ours, where nothing is the migration's.
_OURS = re.compile(rf'(?<![\w$."])"?(?:seatrial|supabase_migrations|{PREFIX}[^".]*)"?(?![\w$-])')


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An object, the definition that makes it, and the facts that are set when it is there."""

    identity: Identity
    #: As `pg_depend` calls it; empty for what nothing can depend on.
    key: str = ""
    #: A column's number.
    place: int = 0
    parent: Identity | None
    #: None for what comes with another object, such as the sequence of an identity column.
    made: Definition | None = None
    facts: tuple[Definition, ...] = ()
    #: None for what the catalog's records leave out, such as a collation.
    shown: CatalogObject | None = None

    @property
    def kind(self) -> str:
        """As the catalog has it: `table`."""
        return self.identity[0]

    @property
    def name(self) -> str:
        """Qualified, and quoted where it has to be: `public.contacts`."""
        return self.identity[1]

    def fact(self, name: str) -> str:
        """Of the catalog; empty where there is none."""
        return self.shown.facts.get(name, "") if self.shown else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A schema without what is ours."""

    things: Mapping[Identity, Thing]
    #: Every definition, in an order in which each finds what it needs.
    order: tuple[Definition, ...] = field(repr=False)
    #: What an object needs, directly.
    needs: Mapping[Identity, frozenset[Identity]] = field(repr=False)
    #: What needs an object, directly.
    needed_by: Mapping[Identity, frozenset[Identity]] = field(repr=False)
    #: What needs a column.
    column_users: Mapping[Identity, frozenset[Identity]] = field(repr=False)
    #: What no definition can be given for.
    left: tuple[NotCarried, ...] = ()

    def children(self, parent: Identity) -> list[Thing]:
        """What is a part of an object, in the order of the numbers of columns."""
        found = [one for one in self.things.values() if one.parent == parent]
        return sorted(found, key=lambda one: (one.place, one.identity))

    def depending(self, on: Iterable[Identity], *, stops: Collection[str] = ()) -> set[Identity]:
        """Everything that needs these, by however many steps; not beyond, and not with, objects of the kinds given."""
        return _closure(on, self.needed_by, stops)

    def needing(self, by: Iterable[Identity]) -> set[Identity]:
        """Everything that these need."""
        return _closure(by, self.needs, ())


def side(state: State) -> Side:
    """Sort a schema by its objects."""
    nodes = [node for node in state.nodes if not _is_ours(node.definition)]
    shown = {one.identity: one for one in state.catalog.objects.values() if not _OURS.match(one.name)}
    objects: dict[Identity, Node] = {}
    facts: dict[Identity, list[Definition]] = defaultdict(list)
    for node in nodes:
        if node.definition.fact:
            facts[node.definition.identity].append(node.definition)
        else:
            objects[node.definition.identity] = node
    # Not sorted by name, so that what is derived has the order of the schema.
    identities = dict.fromkeys([*objects, *facts, *shown])
    things = {one: _thing(one, objects.get(one), facts.get(one, ()), shown.get(one)) for one in identities}
    find = _finder(nodes, state.needs)
    needs = [
        (one, other) for one, other in ((find(a), find(b)) for a, b, _ in state.needs) if one and other and one != other
    ]
    places = {(one.parent, one.place): one.identity for one in things.values() if one.kind == "column" and one.place}
    users = [(places.get((find(of), place)), find(one)) for one, of, place in state.column_needs]
    return Side(
        things=things, order=ordered(nodes, state.needs), needs=_frozen(needs),
        needed_by=_frozen((other, one) for one, other in needs), left=state.left,
        column_users=_frozen((column, one) for column, one in users if column and one and one != column),
    )  # fmt: skip


def _thing(identity: Identity, node: Node | None, facts: Iterable[Definition], shown: CatalogObject | None) -> Thing:
    made = node.definition if node else None
    parent = shown.parent if shown and shown.parent else made.parent if made else None
    if parent is None:
        parent = next((one.parent for one in facts if one.parent), None)
    return Thing(
        identity=identity, key=node.key if node else "", place=node.place if node else 0, parent=parent,
        made=made, facts=tuple(facts), shown=shown,
    )  # fmt: skip


def _is_ours(definition: Definition) -> bool:
    if definition.kind in {"comment", "user mapping", "default privileges"}:
        return bool(_OURS.search(definition.name))
    return bool(_OURS.match(definition.name))


def _finder(nodes: Iterable[Node], edges: Iterable[tuple[str, str, bool]]) -> Callable[[str], Identity | None]:
    """By key: the object, or the one that it is a part of."""
    of = {node.key: node.definition.identity for node in nodes if node.key}
    whole = {part: other for part, other, is_part in edges if is_part}

    def found(key: str) -> Identity | None:
        seen: set[str] = set()
        while key not in of:
            if key in seen or key not in whole:
                return None
            seen.add(key)
            key = whole[key]
        return of[key]

    return found


def _frozen(pairs: Iterable[tuple[Identity, Identity]]) -> dict[Identity, frozenset[Identity]]:
    found: dict[Identity, set[Identity]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}


def _closure(
    begin: Iterable[Identity], edges: Mapping[Identity, frozenset[Identity]], stops: Collection[str]
) -> set[Identity]:
    found: set[Identity] = set()
    waiting = list(begin)
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in found and other[0] not in stops:
                found.add(other)
                waiting.append(other)
    return found
