"""Reads a table together with the rows that it points to and that point to it, the way the REST layer embeds them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seatrial.attack.hidden import hidden
from seatrial.attack.tried import Tried, observed, rest, worst
from seatrial.attack.words import refusal
from seatrial.model.isolation import Observed, Request
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import ForeignKey, Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["cells"]

ACTION = "read rows of others by embedding"


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One request for a table, with every parent and every child that the user may read by privilege."""
    if relation.is_partition or not _readable(kind, relation):
        return
    joined = [*_parents(scene, kind, relation), *_children(scene, kind, relation)]
    if not joined:
        return
    request = _request(kind, relation, joined)
    first = scene.session.attempt(kind, request.sql)
    tables = {relation.name, *(other.name for _, other, _ in joined)}
    gone = [one for table in sorted(tables) for one in scene.without(table, hidden(scene, kind, table))]
    if not gone:
        return
    if not first.rows:
        way = Tried(observed=observed(first), detail=refusal(first) if first.sqlstate else "0 rows", request=request)
    else:
        second = scene.session.attempt(kind, request.sql, before=gone)
        lost = Counter(first.rows) - Counter(second.rows)
        state = Observed.ALLOWED if lost else Observed.BLOCKED
        detail = f"{count(lost.total(), 'row')} with rows of others" if lost else "the same without rows of others"
        way = Tried(observed=state, detail=detail, request=request)
    yield from worst(kind, relation, ACTION, [way])


def _parents(scene: Scene, kind: Kind, relation: Relation) -> Iterator[tuple[ForeignKey, Relation, bool]]:
    for key in relation.foreign_keys:
        parent = scene.relations.get(key.parent)
        if parent and _readable(kind, relation, key.columns) and _readable(kind, parent, key.parent_columns):
            yield key, parent, True


def _children(scene: Scene, kind: Kind, relation: Relation) -> Iterator[tuple[ForeignKey, Relation, bool]]:
    for child in scene.relations.values():
        for key in child.foreign_keys:
            if key.parent != relation.name or child.is_partition:
                continue
            if _readable(kind, child, key.columns) and _readable(kind, relation, key.parent_columns):
                yield key, child, False


def _readable(kind: Kind, relation: Relation, columns: tuple[str, ...] = ()) -> bool:
    rights = relation.rights[kind.role]
    granted = rights.columns["SELECT"]
    return rights.schema and bool(granted) and set(columns) <= set(granted)


def _request(kind: Kind, relation: Relation, joined: list[tuple[ForeignKey, Relation, bool]]) -> Request:
    picked = [f"t.{name}" for name in relation.rights[kind.role].columns["SELECT"]]
    laterals: list[str] = []
    for number, (key, other, is_parent) in enumerate(joined):
        columns = ", ".join(f"o.{name}" for name in other.rights[kind.role].columns["SELECT"])
        here, there = (key.columns, key.parent_columns) if is_parent else (key.parent_columns, key.columns)
        matches = " AND ".join(f"o.{a} = t.{b}" for a, b in zip(there, here, strict=True))
        rows = f"SELECT {columns} FROM {other.name} o WHERE {matches}"
        shown = f"e{number}"
        laterals.append(
            f"LEFT JOIN LATERAL ({rows}) {shown} ON true" if is_parent
            else f"LEFT JOIN LATERAL (SELECT json_agg(c ORDER BY c::text) AS many FROM ({rows}) c) {shown} ON true"
        )  # fmt: skip
        picked.append(f"row_to_json({shown})" if is_parent else f"{shown}.many")
    sql = f"SELECT {', '.join(picked)} FROM {relation.name} t {' '.join(laterals)}"
    embedded = ",".join(f"{other.name.rpartition('.')[2]}!{key.name}(*)" for key, other, _ in joined)
    return Request(sql=sql, rest=rest("GET", relation, f"?select=*,{embedded}"))
