"""A user's own row: one that could be added now, and one that is there and could be changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from seatrial.attack.expected import may
from seatrial.attack.hidden import remembered
from seatrial.attack.tried import rest
from seatrial.model.isolation import Request
from seatrial.model.tenancy import SELF
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.attack.scene import Row, Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["Own", "addable", "bare_names", "changeable", "goes_through", "grantable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A row of the user's, and how it comes to hold other values."""

    relation: Relation
    content: Mapping[str, object]
    #: The columns that the user may give.
    columns: tuple[str, ...]
    #: What makes room for it: statements for a superuser.
    room: tuple[str, ...] = ()
    #: The row that is there; None for one that is to be added.
    row: Row | None = None

    def request(self, scene: Scene, values: Mapping[str, object]) -> Request:
        """The statement by which it comes to hold some values, by bare name."""
        content = {**self.content, **values}
        if self.row is None:
            sql = f"INSERT INTO {self.relation.name} {scene.record(self.relation, content, self.columns)}"
            shown = {
                column.bare: content.get(column.bare) for column in self.relation.columns if column.name in self.columns
            }
            return Request(sql=sql, rest=rest("POST", self.relation, f" {json.dumps(shown)}"))
        names = ", ".join(column.name for column in self.relation.columns if column.bare in values)
        record = f"jsonb_populate_record(NULL::{self.relation.name}, {literal(json.dumps(values))})"
        bare = bare_names(self.relation)
        key = [(name, str(self.row.content[bare[name]])) for name in self.relation.key]
        where = " AND ".join(f"{name} = {literal(value)}" for name, value in key)
        query = "&".join(f"{bare[name]}=eq.{quote(value)}" for name, value in key)
        sql = f"UPDATE {self.relation.name} SET ({names}) = (SELECT {names} FROM {record}) WHERE {where}"
        return Request(sql=sql, rest=rest("PATCH", self.relation, f"?{query} {json.dumps(values)}"))


def bare_names(relation: Relation) -> dict[str, str]:
    """As JSON has them, by the quoted ones."""
    return {column.name: column.bare for column in relation.columns}


def addable(scene: Scene, kind: Kind, relation: Relation) -> Own | None:
    """The row that a user may add, as declared and by privilege; None for nobody who may."""
    rule, bare = scene.rule(relation), bare_names(relation)
    spares = scene.world.spares.get(relation.name, {})
    label = next((label for label in (*kind.roles, *("A" if not rule.tenant else "", "")) if label in spares), None)
    if label is None or not may(scene.tenancy, kind, rule, "insert", tenant=label, owner=kind.user):
        return None
    content: dict[str, object] = json.loads(spares[label])
    forced = {column: kind.user if value == SELF else value for column, value in rule.insert_only.items()}
    if rule.user and rule.insert == SELF:
        forced[rule.user] = kind.user
    content |= {bare.get(column, column): value for column, value in forced.items()}
    columns = grantable(kind, relation, content)
    columns = tuple(name for name in columns if not rule.insert_columns or name in rule.insert_columns)
    key = [bare[name] for name in relation.key]
    twins = [row for row in scene.seeded(relation.name) if key and all(row.content[n] == content.get(n) for n in key)]
    return Own(relation=relation, content=content, columns=columns, room=tuple(scene.without(relation.name, twins)))


def goes_through(scene: Scene, kind: Kind, own: Own) -> Attempt:
    """Whether the row can be added as it is: without that, a refusal of another one says nothing."""
    return remembered(
        scene, ("own", kind.name, own.relation.name),
        lambda: scene.session.attempt(kind, own.request(scene, {}).sql, before=own.room),
    )  # fmt: skip


def grantable(kind: Kind, relation: Relation, content: Mapping[str, object]) -> tuple[str, ...]:
    """Columns of a new row that the user may give by privilege."""
    granted = relation.rights[kind.role].columns["INSERT"] if relation.rights[kind.role].schema else ()
    plain = [column for column in relation.columns if not column.generated and column.bare in content]
    return tuple(column.name for column in plain if column.name in granted)


def changeable(scene: Scene, kind: Kind, relation: Relation) -> Own | None:
    """A seeded row that a user may change, as declared and by privilege, and can find by its key."""
    rights, rule = relation.rights[kind.role], scene.rule(relation)
    if not relation.key or not rights.schema or not set(relation.key) <= set(rights.columns["SELECT"]):
        return None
    rows: Sequence[Row] = [
        row for row in scene.seeded(relation.name)
        if scene.is_mine(kind, row, rule)
        and may(scene.tenancy, kind, rule, "update", tenant=row.tenant, owner=row.owner)
    ]  # fmt: skip
    columns = rights.columns["UPDATE"]
    return Own(relation=relation, content={}, columns=columns, row=rows[0]) if rows and columns else None
