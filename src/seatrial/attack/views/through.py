"""Writes through views and rules, and looks whether that reached rows of others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.attack.hidden import hidden, remembered
from seatrial.attack.touched import touched
from seatrial.attack.tried import Tried, as_superuser, observed, owner_of_another, past_children, rest, worst
from seatrial.attack.views.shapes import shape_of
from seatrial.attack.words import REFUSED, refusal
from seatrial.model.isolation import Observed, Request
from seatrial.model.words import count
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.attack.views.shapes import Shape
    from seatrial.model.isolation import Cell, Kind
    from seatrial.model.tenancy import Action
    from seatrial.pg.attempt import Attempt

__all__ = ["cells"]

#: Of a view WITH CHECK OPTION.
CHECK_OPTION = "44000"
ACTIONS: dict[Action, str] = {
    "update": "change rows of others through it",
    "delete": "delete rows of others through it",
    "insert": "add a row to another tenant through it",
}

METHODS: dict[Action, str] = {"update": "PATCH", "delete": "DELETE", "insert": "POST"}


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for each verb that a view, or a table with rules, takes and that the user has the privilege for."""
    shape = shape_of(scene, relation)
    if relation.is_table and not shape.diverted:
        return
    for verb in shape.verbs:
        statements = list(_statements(scene, kind, relation, shape, verb))
        ways = [_written(scene, kind, relation, shape, verb, statement) for statement in statements]
        yield from worst(kind, relation, ACTIONS[verb], ways)


def _statements(scene: Scene, kind: Kind, relation: Relation, shape: Shape, verb: Action) -> Iterator[str]:
    rights = relation.rights[kind.role]
    if not rights.schema:
        return
    if verb == "delete" and "DELETE" in rights.table:
        yield f"DELETE FROM {relation.name}"
    elif verb == "update":
        column = _harmless(scene, shape, rights.columns["UPDATE"])
        same = column if column in rights.columns["SELECT"] else "DEFAULT"
        if column:
            yield f"UPDATE {relation.name} SET {column} = {same}"
    elif verb == "insert":
        yield from _additions(scene, relation, shape, rights.columns["INSERT"])


def _harmless(scene: Scene, shape: Shape, granted: tuple[str, ...]) -> str:
    """A column that may be set to itself, best not one that says whose a row is."""
    allowed = [name for name in shape.columns if name in granted]
    telling = {name for rule in scene.tenancy.tables.values() for name in (rule.tenant, rule.user)}
    return next((name for name in allowed if name not in telling), next(iter(allowed), ""))


def _additions(scene: Scene, relation: Relation, shape: Shape, granted: tuple[str, ...]) -> Iterator[str]:
    """A row of the other tenant, as the first table behind the view would take it."""
    for table in shape.tables or (relation.name,):
        spare = scene.world.spares.get(table, {}).get("B")
        if spare:
            content = json.loads(spare)
            columns = [
                column.name for column in relation.columns
                if column.bare in content and column.name in granted and not column.generated
            ]  # fmt: skip
            if columns:
                yield f"INSERT INTO {relation.name} {scene.record(relation, content, columns)}"
                return


def _written(scene: Scene, kind: Kind, relation: Relation, shape: Shape, verb: Action, statement: str) -> Tried:
    _remember_rows(scene)
    answer = scene.session.attempt(kind, statement) if shape.diverted else past_children(scene, kind, statement)
    reached = _reached(scene, kind, relation, shape, verb) if answer.worked else 0
    request = Request(sql=statement, rest=rest(METHODS[verb], relation))
    if reached:
        return Tried(observed=Observed.ALLOWED, detail=f"{count(reached, 'row')} of others", request=request)
    state = observed(answer, {*REFUSED, CHECK_OPTION})
    detail = "no row of others" if answer.worked else refusal(answer)
    if state is Observed.BLOCKED and not answer.affected and not _could(scene, kind, relation, verb, statement):
        state, detail = Observed.UNDECIDED, f"{detail}; a superuser changes nothing by it, either"
    return Tried(observed=state, detail=detail, request=request)


def _remember_rows(scene: Scene) -> None:
    """Afterwards the state that an attempt has left must stay."""
    for table in _tables(scene):
        scene.seeded(table)


def _tables(scene: Scene) -> list[str]:
    return [one.name for one in scene.relations.values() if one.is_table and not one.is_partition]


def _reached(scene: Scene, kind: Kind, relation: Relation, shape: Shape, verb: Action) -> int:
    """Rows of others that were changed or made; rules and triggers can write anywhere."""
    known = [table for table in shape.tables or (relation.name,) if table in scene.relations]
    tables = _tables(scene) if shape.diverted else [table for table in known if not scene.relations[table].is_partition]
    if verb == "insert":
        return sum(_made(scene, kind, table) for table in tables)
    found = 0
    for table in tables:
        places = {(row.leaf, row.tid) for row in hidden(scene, kind, table, verb)}
        found += sum((row.leaf, row.tid) in places for row in touched(scene, table)) if places else 0
    return found


def _made(scene: Scene, kind: Kind, table: str) -> int:
    """New rows that hold another tenant, where a table says so itself."""
    column = scene.rule(scene.relations[table]).tenant
    others = [literal(key) for label, key in scene.world.tenants.items() if label not in kind.roles]
    if not column or not others:
        return 0
    found = scene.session.look(
        f"SELECT count(*) FROM {table} t WHERE t.{column}::text IN ({', '.join(others)}) AND NOT EXISTS ("
        "SELECT FROM seatrial_attack.seeded s WHERE s.leaf = t.tableoid AND s.tid = t.ctid)"
    )
    return int(found[0][0] or 0)


def _could(scene: Scene, kind: Kind, relation: Relation, verb: Action, statement: str) -> bool:
    """Whether the same changes something for a superuser, or for the owner of the other tenant."""

    def tried() -> bool:
        owner = owner_of_another(scene)
        answers: list[Attempt] = [as_superuser(scene, kind, statement)]
        if owner and not answers[0].affected:
            answers.append(scene.session.attempt(owner, statement))
        return any(answer.affected for answer in answers)

    return remembered(scene, ("could", relation.name, verb, statement), tried)
