"""Deletes own rows that others may point to, and looks whether rows of another tenant go or change with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.attack.expected import may
from seatrial.attack.hidden import hidden
from seatrial.attack.own import bare_names
from seatrial.attack.tried import HELD, Tried, observed, rest, worst
from seatrial.attack.words import REFUSED, refusal
from seatrial.errors import StatementFailed
from seatrial.model.isolation import Observed, Request
from seatrial.model.tenancy import ANYONE, SIGNED_IN
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Row, Scene
    from seatrial.attack.surface import ForeignKey, Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["cells"]

ACTION = "delete own rows and with them those of others"
#: CASCADE, SET NULL and SET DEFAULT ask no policy.
CROSSING = {"c", "n", "d"}


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One for a table whose rows are shown to users of every tenant, so that they may point to them.

    Where they are shown to one tenant alone, it is the pointing that is wrong; links are tried elsewhere.
    """
    rule = scene.rule(relation)
    if not relation.is_table or relation.is_partition or rule.select not in {SIGNED_IN, ANYONE}:
        return
    own = next((row for row in scene.seeded(relation.name) if _is_to_delete(scene, kind, relation, row)), None)
    if own:
        children = [(child, key) for child in scene.relations.values() for key in child.foreign_keys]
        ways = [
            way for child, key in children if key.parent == relation.name and key.on_delete in CROSSING
            for way in _deleted(scene, kind, relation, own, child, key)
        ]  # fmt: skip
        yield from worst(kind, relation, ACTION, ways)


def _is_to_delete(scene: Scene, kind: Kind, relation: Relation, row: Row) -> bool:
    if (row.leaf, row.tid) in scene.left_out(kind, relation, "delete"):
        return False
    return may(scene.tenancy, kind, scene.rule(relation), "delete", tenant=row.tenant, owner=row.owner)


def _deleted(
    scene: Scene, kind: Kind, relation: Relation, own: Row, child: Relation, key: ForeignKey
) -> Iterator[Tried]:
    """A row of another tenant points to the own one, which is then deleted."""
    other = next((row for row in hidden(scene, kind, child.name) if row.tenant), None) if child.is_table else None
    # Nothing crosses over where the key holds the tenant.
    if other is None or scene.rule(child).tenant in key.columns or not relation.key:
        return
    above, names = bare_names(relation), bare_names(child)
    values = dict(zip((names[one] for one in key.columns), _held(own, above, key.parent_columns), strict=True))
    columns = ", ".join(key.columns)
    pointed_to = literal(json.dumps(values))
    record = f"SELECT {columns} FROM jsonb_populate_record(NULL::{child.name}, {pointed_to})"
    where = " AND ".join(f"{one} = {literal(str(own.content[above[one]]))}" for one in relation.key)
    request = Request(
        sql=f"DELETE FROM {relation.name} WHERE {where}",
        rest=rest("DELETE", relation, f"?{above[relation.key[0]]}=eq.{own.content[above[relation.key[0]]]}"),
    )
    pointing = f"UPDATE {child.name} SET ({columns}) = ({record}) WHERE {other.is_at}"
    try:
        answer = scene.session.attempt(kind, request.sql, before=[pointing])
    except StatementFailed:
        # No such row can point there.
        return
    detail = f"{key.name}: {refusal(answer) if answer.sqlstate else 'nothing of others'}"
    state = observed(answer, {*REFUSED, HELD})
    if answer.affected:
        left = scene.session.look(f"SELECT count(*) FROM {child.name} WHERE ({columns}) = ({record})")
        if left == (("0",),):
            state, detail = Observed.ALLOWED, f"{key.name}: a row of another tenant in {child.name}"
    yield Tried(observed=state, detail=detail, request=request)


def _held(row: Row, bare: dict[str, str], columns: tuple[str, ...]) -> list[object]:
    return [row.content[bare[name]] for name in columns]
