"""Foreign keys of one table: which parent rows they point to, in which order they are decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.pg.queries import load
from seatrial.rows.facts import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from seatrial.rows.facts import ForeignKey, Schema, Table

__all__ = ["Link", "Links", "definitions", "joins", "linked", "repointed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A foreign key whose parent rows are joined."""

    foreign_key: ForeignKey
    number: int
    #: Each of its columns with the parent's column, there.
    values: Mapping[str, str]
    #: Where the parent's rows come from.
    source: str
    #: Columns that it decides.
    gives: tuple[str, ...]
    #: Columns that earlier links have decided, each with the alias that did.
    bound: tuple[tuple[str, str], ...]
    #: Parent rows to choose from, where nothing is bound.
    rows: int = 0
    #: Which rows of the parent come first.
    first: str = ""

    @property
    def alias(self) -> str:
        """The numbered rows of the parent."""
        return f'"f#{self.number}"'

    @property
    def sizes(self) -> str:
        """How many there are for what is bound."""
        return f'"b#{self.number}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """All foreign keys of a table, decided."""

    links: tuple[Link, ...]
    #: Columns that stay NULL because a parent has no row yet.
    empty: frozenset[str]
    #: Column of a first row that points to itself → the column that it points to.
    loops: Mapping[str, str]
    #: What cannot be decided beforehand: must hold for a row.
    conditions: tuple[Check, ...]
    #: A foreign key that must point somewhere and cannot: nowhere to go, or a column that the server computes.
    missing: ForeignKey | None = None
    #: Foreign keys to parents that are filled later, and until then point anywhere.
    open_ends: tuple[ForeignKey, ...] = ()

    def given(self) -> dict[str, Link]:
        """The link that decides a column."""
        return {name: link for link in self.links for name in link.gives}


def linked(schema: Schema, table: Table, count: Callable[[str], int], later: Collection[str] = ()) -> Links:
    """Decide the foreign keys of a table.

    Args:
        schema: all tables.
        table: the child.
        count: rows of what stands in a FROM.
        later: tables that get their rows after this one.
    """
    ordered = sorted(table.foreign_keys, key=lambda key: (not _demanded(table, key), -len(key.columns), key.name))
    waits = [key for key in ordered if key.parent in later and not table.may_be_null(key.columns)]
    filled = [key for key in ordered if key not in waits and count(schema.tables[key.parent].seen("p"))]
    links: list[Link] = []
    conditions: list[Check] = []
    for key in filled:
        given = {name: link for link in links for name in link.gives}
        if all(name in given for name in key.columns):
            if len({given[name].number for name in key.columns}) > 1:
                text = _exists(schema, key, {name: f"v.{table.columns[name].ident}" for name in key.columns})
                conditions.append(Check(name=key.name, text=text, columns=frozenset(key.columns)))
            continue
        link = _link(schema, table, key, given, [other for other in filled if other is not key])
        links.append(replace(link, number=len(links), rows=0 if link.bound else count(link.source)))
    return _with_the_rest(table, links, [key for key in ordered if key not in filled], conditions, later)


def _demanded(table: Table, key: ForeignKey) -> bool:
    """Whether a key of the child counts the rows of this parent."""
    return any(set(key.columns) <= unique.columns for unique in table.keys if unique.whole)


def _link(schema: Schema, table: Table, key: ForeignKey, given: dict[str, Link], others: Iterable[ForeignKey]) -> Link:
    parent = schema.tables[key.parent]
    pairs = zip(key.columns, key.parent_columns, strict=True)
    values = {name: f"p.{parent.columns[target].ident}" for name, target in pairs}
    conditions = [f"{value} IS NOT NULL" for value in values.values()]
    for other, shared in _agreeing(table, key, others):
        conditions.append(_exists(schema, other, {name: values[name] for name in shared}))
    return Link(
        foreign_key=key,
        number=0,
        values=values,
        source=f"{parent.seen('p')} WHERE {' AND '.join(conditions)}",
        gives=tuple(name for name in key.columns if name not in given),
        bound=tuple((name, given[name].alias) for name in key.columns if name in given),
    )


def _agreeing(
    table: Table, key: ForeignKey, others: Iterable[ForeignKey]
) -> Iterable[tuple[ForeignKey, tuple[str, ...]]]:
    """Other foreign keys that share columns with this one, where the shared values must have a row there too."""
    pairs = set(zip(key.columns, key.parent_columns, strict=True))
    for other in others:
        shared = tuple(name for name in other.columns if name in key.columns)
        rest = tuple(name for name in other.columns if name not in key.columns)
        implied = other.parent == key.parent and pairs.issuperset(zip(other.columns, other.parent_columns, strict=True))
        if shared and not implied and not (rest and table.may_be_null(rest)):
            yield other, shared


def _exists(schema: Schema, key: ForeignKey, values: dict[str, str]) -> str:
    """Whether a parent has a row with some values of the child's columns, or one of them is NULL."""
    parent = schema.tables[key.parent]
    pairs = dict(zip(key.columns, key.parent_columns, strict=True))
    same = " AND ".join(f"q.{parent.columns[pairs[name]].ident} = {value}" for name, value in values.items())
    nothing = " OR ".join(f"{value} IS NULL" for value in values.values())
    return f"({nothing} OR EXISTS (SELECT FROM {parent.seen('q')} WHERE {same}))"


def _with_the_rest(
    table: Table, links: list[Link], unfilled: Iterable[ForeignKey], conditions: list[Check], later: Collection[str]
) -> Links:
    """What points to parents without rows: NULL, or a first row's self."""
    given = {name for link in links for name in link.gives}
    empty: set[str] = set()
    loops: dict[str, str] = {}
    open_ends: list[ForeignKey] = []
    missing = next((key for key in table.foreign_keys if any(table.columns[n].generated for n in key.columns)), None)
    for key in unfilled:
        free = [name for name in key.columns if name not in given and not table.columns[name].not_null]
        if free or empty.intersection(key.columns):
            empty.update(free)
        elif key.parent == table.name:
            pairs = zip(key.columns, key.parent_columns, strict=True)
            loops.update({name: target for name, target in pairs if name != target})
        elif key.parent in later and not given.intersection(key.columns):
            open_ends.append(key)
        else:
            missing = missing or key
    return Links(
        links=tuple(links),
        empty=frozenset(empty),
        loops=loops,
        conditions=tuple(conditions),
        missing=missing,
        open_ends=tuple(open_ends),
    )


def definitions(table: Table, links: Iterable[Link]) -> str:
    """The numbered rows of the parents, as the queries of a WITH."""
    return ",\n".join(text for link in links for text in _definitions(table, link)) or "nothing AS (SELECT)"


def _definitions(table: Table, link: Link) -> Iterable[str]:
    partition = ", ".join(link.values[name] for name, _ in link.bound)
    yield load("seatrial.rows", "parent").format(
        alias=link.alias,
        columns=", ".join(f"{value} AS {table.columns[name].ident}" for name, value in link.values.items()),
        partition=f"PARTITION BY {partition}" if partition else "",
        order=", ".join(filter(None, (link.first, *link.values.values()))),
        source=link.source,
    )
    if link.bound:
        names = ", ".join(table.columns[name].ident for name, _ in link.bound)
        yield load("seatrial.rows", "parent_sizes").format(alias=link.sizes, names=names, source=link.alias)


def joins(table: Table, links: Iterable[Link]) -> str:
    """The joins of a row's numbers with the rows of its parents."""
    return "\n".join(_join(table, link) for link in links)


def _join(table: Table, link: Link) -> str:
    picked = f'{link.alias}."#r" = g."r#{link.number}"'
    if not link.bound:
        return f"LEFT JOIN {link.alias} ON {picked}"
    idents = [(table.columns[name].ident, alias) for name, alias in link.bound]
    sized = " AND ".join(f"{link.sizes}.{ident} = {alias}.{ident}" for ident, alias in idents)
    same = " AND ".join(f"{link.alias}.{ident} = {alias}.{ident}" for ident, alias in idents)
    return f'LEFT JOIN {link.sizes} ON {sized} LEFT JOIN {link.alias} ON {same} AND {picked} % {link.sizes}."#c"'


def repointed(schema: Schema, table: Table, key: ForeignKey) -> str:
    """The statement that lets the rows of a table which point nowhere point to a parent's rows, one after the other."""
    link = _link(schema, table, key, {}, [])
    pairs = zip(key.columns, link.values.values(), strict=True)
    taken = " AND ".join(f"u.{table.columns[name].ident} = {value}" for name, value in pairs)
    link = replace(link, first=f"EXISTS (SELECT FROM {table.seen('u')} WHERE {taken})")
    idents = [table.columns[name].ident for name in key.columns]
    return load("seatrial.rows", "repoint").format(
        parents=definitions(table, [link]),
        parent=link.alias,
        table=table.only,
        lost=f"NOT {_exists(schema, key, {name: f't.{table.columns[name].ident}' for name in key.columns})}"
        + (f" AND {table.condition}" if table.condition else ""),
        assignments=", ".join(f"{ident} = {link.alias}.{ident}" for ident in idents),
    )
