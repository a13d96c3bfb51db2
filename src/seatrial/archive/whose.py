"""Decides which rows of the archive are a person's or a tenant's, by what is declared and what refers to what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from seatrial.model.archiving import Belonging, bare, split_name
from seatrial.sql.text import qualified, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.archiving import Name
    from seatrial.model.tenancy import Tenancy
    from seatrial.sql.attached import ForeignKey

__all__ = ["IDENTIFIER", "Kind", "Reached", "Relation", "reach"]

Kind = Literal["tenant", "user"]
#: The setting of the session that has the identifier: it stands in no statement, and so in no log of statements.
IDENTIFIER = "seatrial.erase"
_OTHER: Mapping[Kind, Kind] = {"tenant": "user", "user": "tenant"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table with its columns: one that is in use, or one of the archive under the name that it had."""

    #: As it is, or was, called in use.
    object: Name
    place: Name
    #: Column → type, as SQL.
    columns: Mapping[str, str]
    #: The column that is the primary key by itself, if one is.
    primary: str = ""
    #: Of copied columns: what finds the row that the values are of.
    key: tuple[str, ...] = ()
    #: Number of the entry; 0 for a table in use.
    entry: int = 0
    #: Of the entry, in words.
    what: str = ""

    @property
    def sql(self) -> str:
        """Where it is, quoted."""
        return qualified(*self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A table of the archive, and which of its rows are theirs."""

    relation: Relation
    belonging: Belonging
    #: How it is told, or why it is not, as a clause.
    how: str
    #: On rows `t`; empty unless THEIRS.
    condition: str = ""
    #: On rows `t` of which nobody can tell, as what they refer to is gone.
    dangling: str = ""
    #: Types that the identifier is compared as.
    types: frozenset[str] = frozenset()
    #: Tables between it and the one that says whose it is: the farthest goes first.
    distance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How rows are known to be theirs."""

    how: str
    condition: str
    dangling: str = ""
    types: frozenset[str] = frozenset()
    distance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """Columns that name a row of a table; of copied values, the row that they are of."""

    columns: tuple[str, ...]
    parent: Name
    parent_columns: tuple[str, ...]
    #: Tables on the way so far: none of them is gone through twice.
    seen: tuple[Name, ...]


def reach(
    tenancy: Tenancy, kind: Kind, relations: Sequence[Relation], keys: Sequence[ForeignKey]
) -> tuple[Reached, ...]:  # fmt: skip
    """Every table of the archive with the rows of it that are theirs, in the order in which they have to go.

    Args:
        tenancy: as it was declared.
        kind: whose rows are looked for.
        relations: those in use and those of the archive.
        keys: foreign keys between tables by the names that they have, or had, in use.
    """
    mine, other = (_Finder(tenancy, one, relations, keys) for one in (kind, _OTHER[kind]))
    found = (_reached(one, mine, other) for one in relations if one.entry)
    return tuple(sorted(found, key=lambda one: (-one.distance, one.relation.entry, one.relation.place)))


def _reached(relation: Relation, mine: _Finder, other: _Finder) -> Reached:
    if way := mine.way(relation):
        return Reached(
            relation=relation, belonging=Belonging.THEIRS, how=way.how, condition=way.condition, dangling=way.dangling,
            types=way.types, distance=way.distance,
        )  # fmt: skip
    if other.way(relation):
        return Reached(relation=relation, belonging=Belonging.OTHERS, how=f"its rows are of {other.kind}s")
    if mine.is_nobodys(relation):
        return Reached(relation=relation, belonging=Belonging.OTHERS, how="its rows are nobody's, as declared")
    why = "no column says whose a row is, and no foreign key leads to a table that does"
    return Reached(relation=relation, belonging=Belonging.UNKNOWN, how=why)


class _Finder:
    """Of one kind."""

    def __init__(
        self, tenancy: Tenancy, kind: Kind, relations: Sequence[Relation], keys: Sequence[ForeignKey]
    ) -> None:  # fmt: skip
        self.tenancy = tenancy
        self.kind = kind
        self.relations = relations
        self.keys = keys

    def way(self, relation: Relation, depth: int = 0, seen: tuple[Name, ...] = ()) -> _Way | None:
        """By a column of its own, else by way of what it refers to; None where neither tells."""
        column = self.declared.get(relation.object, "")
        if column not in relation.columns:
            column = next((name for name, kind in self._usual if relation.columns.get(name) == kind), "")
        if column:
            kind = relation.columns[column]
            same = f"{_alias(depth)}.{quoted(column)} = (SELECT current_setting('{IDENTIFIER}')::{kind})"
            return _Way(how=f"by {column}", condition=same, types=frozenset({kind}))
        return self._by_links(relation, depth, seen)

    def is_nobodys(self, relation: Relation) -> bool:
        """Whether a person has said so: shared, or declared with neither a tenant nor a user."""
        names = [*self.tenancy.tables, *(one.name for one in self.tenancy.shared)]
        return relation.object in {split_name(name) for name in names}

    @cached_property
    def declared(self) -> dict[Name, str]:
        """The column that says whose a row is, by table."""
        tenancy, is_tenant = self.tenancy, self.kind == "tenant"
        found = {name: rule.tenant if is_tenant else rule.user for name, rule in tenancy.tables.items()}
        if tenancy.membership:
            members = tenancy.membership
            found[members.table] = members.tenant if is_tenant else members.user
        if is_tenant:
            found[tenancy.tenant_table] = tenancy.tenant_key
        return {name: bare(column) for text, column in found.items() if column and (name := split_name(text))}

    @cached_property
    def _usual(self) -> tuple[tuple[str, str], ...]:
        """Names and types of those columns, but for what is the key of its table: `id` says nothing elsewhere."""
        return tuple(dict.fromkeys(
            (column, one.columns[column])
            for one in self.relations
            if (column := self.declared.get(one.object, "")) in one.columns and column != one.primary
        ))  # fmt: skip

    def _by_links(self, relation: Relation, depth: int, seen: tuple[Name, ...]) -> _Way | None:
        parts = [part for link in self._links(relation, seen) if (part := self._by(link, depth))]
        if not parts:
            return None
        return _Way(
            how=", or ".join(dict.fromkeys(part.how for part in parts)),
            condition=f"({' OR '.join(part.condition for part in parts)})",
            dangling=f"({' AND '.join(part.dangling for part in parts)})",
            types=_types(parts), distance=1 + max(part.distance for part in parts),
        )  # fmt: skip

    def _links(self, relation: Relation, seen: tuple[Name, ...]) -> Iterator[_Link]:
        """What its columns refer to; where a person has declared one of them, that one alone."""
        rules = {split_name(name): rule for name, rule in self.tenancy.tables.items()}
        rule = rules.get(relation.object)
        through = bare(rule.through) if rule and rule.through else ""
        if relation.key:
            yield _Link(columns=relation.key, parent=relation.object, parent_columns=relation.key, seen=seen)
        path = (*seen, relation.object)
        for key in self.keys:
            its = key.child == relation.object and set(key.columns) <= relation.columns.keys()
            if its and key.parent not in path and (not through or key.columns == (through,)):
                yield _Link(columns=key.columns, parent=key.parent, parent_columns=key.parent_columns, seen=path)

    def _by(self, link: _Link, depth: int) -> _Way | None:
        parents = [
            one for one in self.relations
            if one.object == link.parent and not one.key and set(link.parent_columns) <= one.columns.keys()
        ]  # fmt: skip
        ways = [(one, way) for one in parents if (way := self.way(one, depth + 1, link.seen))]
        if not ways:
            return None
        here, there = _alias(depth), _alias(depth + 1)
        pairs = list(zip(link.columns, link.parent_columns, strict=True))
        same = " AND ".join(f"{there}.{quoted(theirs)} = {here}.{quoted(ours)}" for ours, theirs in pairs)
        filled = " AND ".join(f"{here}.{quoted(ours)} IS NOT NULL" for ours in link.columns)
        hits = " OR ".join(_exists(one, there, f"{same} AND {way.condition}") for one, way in ways)
        any_row = " OR ".join(_exists(one, there, same) for one in parents)
        return _Way(
            how=f"through {', '.join(link.columns)} and {qualified(*link.parent)}", condition=f"({hits})",
            dangling=f"({filled} AND NOT ({any_row}))", types=_types([way for _, way in ways]),
            distance=max(way.distance for _, way in ways),
        )  # fmt: skip


def _alias(depth: int) -> str:
    return f"p{depth}" if depth else "t"


def _exists(relation: Relation, alias: str, condition: str) -> str:
    return f"EXISTS (SELECT FROM {relation.sql} AS {alias} WHERE {condition})"


def _types(ways: Sequence[_Way]) -> frozenset[str]:
    return frozenset().union(*(way.types for way in ways))
