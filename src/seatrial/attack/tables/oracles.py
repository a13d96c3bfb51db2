"""Asks of constraints whether another tenant has a row: keys, exclusion constraints and foreign keys see every row.

The user's own row is given the values of somebody else's, in the world as it was seeded and in that without the rows
of others. If what comes back differs, it tells whether such a row is there.

A value that one would have to know already tells nothing: keys with a column of type uuid are left out, unless that
column points to a table that belongs to no tenant, as one for users does; so are numbers that a sequence deals out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.hidden import hidden, remembered
from seatrial.attack.own import Own, addable, bare_names, changeable, goes_through
from seatrial.attack.tables.links import foreign_parents
from seatrial.attack.tried import HELD, Tried, outcome, worst
from seatrial.attack.words import REFUSED, refusal
from seatrial.model.isolation import Observed
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.attack.scene import Row, Scene
    from seatrial.attack.surface import Relation, Unique
    from seatrial.model.isolation import Cell, Kind, Request
    from seatrial.pg.attempt import Attempt

__all__ = ["cells"]

BY_ADDING = "learn from a conflict whether others have a row"
BY_CHANGING = "learn from a conflict, by changing a row, whether others have one"
BY_POINTING = "learn by pointing at a row of others whether it exists"
_NUMBERS = {"smallint", "integer", "bigint"}


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for each way to ask; none for those who may neither add nor change a row of their own."""
    if not relation.is_table or relation.is_partition:
        return
    new, old = addable(scene, kind, relation), changeable(scene, kind, relation)
    if not new and not old:
        return
    conflicts = list(_conflicts(scene, kind, relation))
    for action, own in ((BY_ADDING, new), (BY_CHANGING, old)):
        if own:
            gone = scene.without(relation.name, hidden(scene, kind, relation.name))
            ways = [_asked(scene, kind, own, values, name, gone) for name, values in conflicts if _fits(own, values)]
            yield from worst(kind, relation, action, ways)
    ways = [
        _asked(scene, kind, own, link.values, link.key.name, scene.without(link.key.parent, link.gone))
        for own in (new, old) if own
        for link in foreign_parents(scene, kind, relation) if _fits(own, link.values)
    ]  # fmt: skip
    yield from worst(kind, relation, BY_POINTING, ways)


def _fits(own: Own, values: Mapping[str, object]) -> bool:
    """Whether the user may give all of these columns."""
    bare = bare_names(own.relation)
    return set(values) <= {bare[name] for name in own.columns}


def _conflicts(scene: Scene, kind: Kind, relation: Relation) -> Iterator[tuple[str, dict[str, object]]]:
    """For each key that sees rows of every tenant: the values with which somebody else's row stands in the way."""
    others = hidden(scene, kind, relation.name)
    if not others or not relation.uniques:
        return
    used = remembered(scene, ("conflicts", relation.name), lambda: _used(scene, relation))
    bare, tenant = bare_names(relation), scene.rule(relation).tenant
    for unique in relation.uniques:
        columns = used.get(unique.name, unique.columns)
        scoped = tenant and tenant in (columns if unique.expressions else unique.columns)
        if scoped or not columns or not _is_guessable(scene, relation, unique):
            continue
        found = next((row for row in others if _collides(row, [bare[name] for name in unique.columns])), None)
        if found:
            yield unique.name, {bare[name]: found.content[bare[name]] for name in columns if name != tenant}


def _used(scene: Scene, relation: Relation) -> dict[str, Sequence[str]]:
    scene.session.renew()
    query = load("seatrial.attack", "conflicts").format(literal=literal(relation.name))
    return {row["name"]: row["columns"] for row in rows(scene.session.connection, query)}


def _collides(row: Row, names: Sequence[str]) -> bool:
    return all(row.content[name] is not None for name in names)


def _is_guessable(scene: Scene, relation: Relation, unique: Unique) -> bool:
    """Whether somebody who has not seen the row can name its key, and would learn something from it."""
    columns = [relation.column(name) for name in unique.columns]
    if any(column.type == "uuid" and not _is_of_nobody(scene, relation, column.name) for column in columns):
        return False
    dealt = [column for column in columns if column.type in _NUMBERS and (column.identity or column.has_default)]
    return len(dealt) < len(columns) or not columns or not unique.primary


def _is_of_nobody(scene: Scene, relation: Relation, column: str) -> bool:
    """Whether a column points to rows of no tenant, which others may know of: users, above all."""
    for key in relation.foreign_keys:
        if column in key.columns:
            parent = scene.relations.get(key.parent)
            return parent is None or not (scene.rule(parent).tenant or scene.rule(parent).through)
    return column == scene.rule(relation).user


def _asked(scene: Scene, kind: Kind, own: Own, values: Mapping[str, object], name: str, gone: Sequence[str]) -> Tried:
    request = own.request(scene, values)
    first = scene.session.attempt(kind, request.sql, before=own.room)
    second = scene.session.attempt(kind, request.sql, before=[*gone, *own.room])
    if outcome(first) != outcome(second):
        detail = f"{name}: {_said(first)} where the row is there, {_said(second)} where it is not"
        return Tried(observed=Observed.ALLOWED, detail=detail, request=request)
    return _judged(scene, kind, own, name, first, request)


def _judged(scene: Scene, kind: Kind, own: Own, name: str, answer: Attempt, request: Request) -> Tried:
    """The same either way: it went through, it was refused, or something else kept the question from being asked."""
    detail = f"{name}: {_said(answer)} either way"
    closed = answer.sqlstate in {*REFUSED, HELD}
    if closed and own.row is None:
        plain = goes_through(scene, kind, own)
        if not plain.worked:
            detail = f"the user's own row is refused, too: {refusal(plain)}"
            return Tried(observed=Observed.UNDECIDED, detail=detail, request=request)
    return Tried(
        observed=Observed.BLOCKED if closed or answer.worked else Observed.UNDECIDED, detail=detail, request=request
    )


def _said(answer: Attempt) -> str:
    return answer.sqlstate or ("success" if answer.affected else "no row")
