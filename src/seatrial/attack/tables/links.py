"""Ties own rows to those of others: an own child to a foreign parent, and an own row over one of another tenant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.attack.hidden import hidden, remembered
from seatrial.attack.own import Own, addable, bare_names, changeable, goes_through, grantable
from seatrial.attack.touched import touched
from seatrial.attack.tried import HELD, Tried, as_superuser, observed, past_children, rest, worst
from seatrial.attack.words import REFUSED, refusal
from seatrial.model.isolation import Observed, Request
from seatrial.model.words import count
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.attack.scene import Row, Scene
    from seatrial.attack.surface import ForeignKey, Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["Link", "cells", "foreign_parents"]

BY_ADDING = "attach a new row to one of others"
BY_CHANGING = "attach an own row to one of others"
OVER = "add a row over one of others"
#: Someone has attached a row there, and only one may.
TAKEN = frozenset({"23505", "23P01"})
AND_THEN = {
    "c": ", and when they delete theirs, this one goes with it",
    "n": ", and when they delete theirs, this one is changed by it",
    "d": ", and when they delete theirs, this one is changed by it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A foreign key, and the values that make it point at a row of others."""

    key: ForeignKey
    parent: Row
    #: All of them that are hidden.
    gone: Sequence[Row]
    #: By bare name of the child's columns; the tenant's is not among them.
    values: Mapping[str, object]


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for each way to tie rows together; none for those who may not write."""
    if not relation.is_table or relation.is_partition:
        return
    for action, own in (
        (BY_ADDING, addable(scene, kind, relation)),
        (BY_CHANGING, changeable(scene, kind, relation)),
    ):
        if own:
            links = [link for link in foreign_parents(scene, kind, relation) if _fits(own, link)]
            yield from worst(kind, relation, action, [_linked(scene, kind, own, link) for link in links])
    yield from worst(kind, relation, OVER, list(_over(scene, kind, relation)))


def foreign_parents(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Link]:
    """For each foreign key to a table whose rows belong to tenants: a row of another one, hidden from the user."""
    bare, tenant = bare_names(relation), scene.rule(relation).tenant
    for key in relation.foreign_keys:
        parent = scene.relations.get(key.parent)
        pairs = [pair for pair in zip(key.columns, key.parent_columns, strict=True) if pair[0] != tenant]
        if not parent or not pairs or not (scene.rule(parent).tenant or scene.rule(parent).through):
            continue
        theirs = bare_names(parent)
        gone = hidden(scene, kind, parent.name)
        # A key with the tenant in it may lead to a row of one's own that is like the other's in all the rest.
        rest = [theirs[column] for _, column in pairs]
        own = {str([row.content[name] for name in rest]) for row in scene.seeded(parent.name) if row not in gone}
        row = next((row for row in gone if row.tenant and str([row.content[name] for name in rest]) not in own), None)
        if row:
            values = {bare[child]: row.content[theirs[column]] for child, column in pairs}
            yield Link(key=key, parent=row, gone=gone, values=values)


def _fits(own: Own, link: Link) -> bool:
    bare = bare_names(own.relation)
    return set(link.values) <= {bare[name] for name in own.columns}


def _linked(scene: Scene, kind: Kind, own: Own, link: Link) -> Tried:
    request = own.request(scene, link.values)
    answer = scene.session.attempt(kind, request.sql, before=own.room)
    if answer.sqlstate in TAKEN:
        others = scene.without(own.relation.name, hidden(scene, kind, own.relation.name))
        answer = scene.session.attempt(kind, request.sql, before=[*others, *own.room])
    if answer.affected and _tied(scene, own, link):
        detail = f"{link.key.name}: attached{_afterwards(scene, own, link)}"
        return Tried(observed=Observed.ALLOWED, detail=detail, request=request)
    if answer.worked:
        return Tried(observed=Observed.BLOCKED, detail=f"{link.key.name}: no row attached", request=request)
    detail = f"{link.key.name}: {refusal(answer)}"
    closed = answer.sqlstate in {*REFUSED, HELD}
    return _controlled(scene, kind, own, Tried(
        observed=Observed.BLOCKED if closed else Observed.UNDECIDED, detail=detail, request=request,
    ))  # fmt: skip


def _controlled(scene: Scene, kind: Kind, own: Own, way: Tried) -> Tried:
    """A refusal counts if the same row goes through with the parent that it has."""
    if way.observed is not Observed.BLOCKED or own.row:
        return way
    plain = goes_through(scene, kind, own)
    if plain.worked:
        return way
    detail = f"the user's own row is refused, too: {refusal(plain)}"
    return Tried(observed=Observed.UNDECIDED, detail=detail, request=way.request)


def _tied(scene: Scene, own: Own, link: Link) -> bool:
    """Whether there is a row now that was not seeded so, and that points there: a trigger may have put it right."""
    return (_ties(scene, own, link) or 0) > 0


def _ties(scene: Scene, own: Own, link: Link, first: str = "") -> int | None:
    """How many there are, after a statement of a superuser; None if that one fails."""
    names = ", ".join(column.name for column in own.relation.columns if column.bare in link.values)
    record = f"jsonb_populate_record(NULL::{own.relation.name}, {literal(json.dumps(link.values))})"
    found = scene.session.look(
        f"{first}SELECT count(*) FROM {own.relation.name} t WHERE ({names}) = (SELECT {names} FROM {record}) "
        "AND NOT EXISTS (SELECT FROM seatrial_attack.seeded s WHERE s.leaf = t.tableoid AND s.tid = t.ctid)"
    )
    return int(found[0][0] or 0) if found else None


def _afterwards(scene: Scene, own: Own, link: Link) -> str:
    """What becomes of the own row when the others delete the one that it is attached to."""
    if link.key.on_delete not in AND_THEN:
        return ""
    deletion = f"DELETE FROM {link.key.parent} WHERE {link.parent.is_at}; "
    return AND_THEN[link.key.on_delete] if _ties(scene, own, link, deletion) == 0 else ""


def _over(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Tried]:
    """A new row of the own tenant with the key of somebody else's, which it is to replace.

    All of it, as the REST layer does, which moves that row; or all but the tenant and what must be unique, which
    leaves it where it is.
    """
    bare, spares = bare_names(relation), scene.world.spares.get(relation.name, {})
    label = next((label for label in (*kind.roles, "A") if label in spares), None)
    other = next(iter(hidden(scene, kind, relation.name, "update")), None)
    if label is None or other is None or not relation.key:
        return
    content = json.loads(spares[label]) | {bare[name]: other.content[bare[name]] for name in relation.key}
    columns = grantable(kind, relation, content)
    if not set(relation.key) <= set(columns):
        return
    rights = relation.rights[kind.role].columns["UPDATE"]
    whole = tuple(name for name in columns if name in rights and name not in relation.key)
    held = {scene.rule(relation).tenant, *(name for unique in relation.uniques for name in unique.columns)}
    left = tuple(name for name in whole if name not in held)
    record = f"INSERT INTO {relation.name} {scene.record(relation, content, columns)}"
    shown = json.dumps({bare[name]: content[bare[name]] for name in columns})
    call = rest("POST", relation, f" with Prefer: resolution=merge-duplicates {shown}")
    requests = [
        Request(sql=f"{record} ON CONFLICT ({', '.join(relation.key)}) DO UPDATE SET {_set(changed)}", rest=call)
        for changed in dict.fromkeys((whole, left)) if changed
    ]  # fmt: skip
    for request in requests:
        yield _put_over(scene, kind, relation, request, requests)


def _set(columns: Sequence[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in columns)


def _put_over(scene: Scene, kind: Kind, relation: Relation, request: Request, all_ways: Sequence[Request]) -> Tried:
    """A refusal counts if one of the ways gets through to that row for a superuser."""
    answer = past_children(scene, kind, request.sql)
    lost = touched(scene, relation.name) if answer.affected else []
    foreign = [row for row in lost if row in hidden(scene, kind, relation.name, "update")]
    if foreign:
        return Tried(observed=Observed.ALLOWED, detail=f"{count(len(foreign), 'row')} of others", request=request)
    state, detail = observed(answer), refusal(answer) if answer.sqlstate else "no row of others"
    if state is Observed.BLOCKED and not answer.affected:
        why_not = remembered(scene, ("over", relation.name), lambda: _why_not(scene, kind, all_ways))
        if why_not:
            state, detail = Observed.UNDECIDED, f"{detail}; a superuser gets {why_not}"
    return Tried(observed=state, detail=detail, request=request)


def _why_not(scene: Scene, kind: Kind, all_ways: Sequence[Request]) -> str:
    """What keeps a superuser from it; empty if nothing does."""
    above = [as_superuser(scene, kind, way.sql) for way in all_ways]
    return "" if any(answer.affected for answer in above) else refusal(above[-1])
