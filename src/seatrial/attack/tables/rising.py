"""Tries to raise the user's own rights: through the membership, and through columns that policies look at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.attack.expected import may
from seatrial.attack.touched import touched
from seatrial.attack.words import observed_in, refusal
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Row, Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind
    from seatrial.model.tenancy import Membership

__all__ = ["cells"]


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for each way up."""
    if not kind.user or kind.super_administrator:
        return
    members = scene.tenancy.membership
    if members and relation.name == members.table:
        yield from _through_membership(scene, kind, relation, members)
    else:
        yield from _through_columns(scene, kind, relation)


def _through_membership(scene: Scene, kind: Kind, relation: Relation, members: Membership) -> Iterator[Cell]:
    bare = {column.name: column.bare for column in relation.columns}
    rows = scene.seeded(relation.name)
    own = [row for row in rows if row.content[bare[members.user]] == kind.user]
    others = [row for row in rows if row not in own]
    highest = literal(members.roles[-1]) if members.roles else ""
    if own and members.role and any(row.content[bare[members.role]] != members.roles[-1] for row in own):
        statement = f"UPDATE {relation.name} SET {members.role} = {highest}"
        yield _change(scene, kind, relation, "raise the own role", statement, own, others)
    if own and members.state and not kind.roles:
        statement = f"UPDATE {relation.name} SET {members.state} = {literal(members.active[0])}"
        yield _change(scene, kind, relation, "make the own membership active", statement, own, others)
    if rows and "B" not in kind.roles:
        content = dict(rows[0].content) | {
            bare[members.user]: kind.user,
            bare[members.tenant]: scene.world.tenants["B"],
        }
        content |= {bare[members.state]: members.active[0]} if members.state else {}
        # Where the highest role is refused, the lowest may do.
        roles = dict.fromkeys([*members.roles[-1:], *members.roles[:1]]) if members.role else {}
        ways = [{**content, bare[members.role]: role} for role in roles] or [content]
        joined = [_join(scene, kind, relation, way) for way in ways]
        yield next((cell for cell in joined if cell.observed is Observed.ALLOWED), joined[0])


def _change(
    scene: Scene, kind: Kind, relation: Relation, action: str, statement: str, own: list[Row], others: list[Row]
) -> Cell:
    answer = scene.session.attempt(kind, statement, before=scene.without(relation.name, others))
    changed = [row for row in touched(scene, relation.name, others) if row in own] if answer.affected else []
    observed = Observed.ALLOWED if changed else observed_in(answer)
    return _cell(kind, relation, action, statement, observed, "own row changed" if changed else refusal(answer))


def _join(scene: Scene, kind: Kind, relation: Relation, content: dict[str, object]) -> Cell:
    granted = relation.rights[kind.role].columns["INSERT"]
    plain = [column for column in relation.columns if not column.generated and column.identity != "a"]
    names = [column.name for column in plain if column.name in granted] or [column.name for column in plain]
    # A key of its own, where the server makes one.
    keys = set(relation.key) - {scene.rule(relation).tenant, getattr(scene.tenancy.membership, "user", "")}
    names = [name for name in names if not (name in keys and relation.column(name).has_default)]
    statement = f"INSERT INTO {relation.name} {scene.record(relation, content, names)}"
    answer = scene.session.attempt(kind, statement)
    observed = Observed.ALLOWED if answer.affected else observed_in(answer)
    return _cell(
        kind, relation, "join another tenant", statement, observed, "1 row" if answer.affected else refusal(answer),
        f"POST /rest/v1/{relation.name.rpartition('.')[2]} {json.dumps(content)}",
    )  # fmt: skip


def _through_columns(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """A profile that says who is an administrator, and that its owner may edit."""
    own = [row for row in scene.seeded(relation.name) if row.owner == kind.user]
    granted = relation.rights[kind.role].columns["UPDATE"]
    decisive = scene.looked_at.get(relation.name, {})
    for column in relation.columns:
        decides = column.name in granted and column.bare in decisive and column.name != scene.rule(relation).user
        values = _values(scene, relation, column.bare) if own and decides else []
        found = [_raised(scene, kind, relation, column.name, value, own) for value in values]
        if found:
            yield next((cell for cell in found if cell.observed is Observed.ALLOWED), found[0])


def _values(scene: Scene, relation: Relation, column: str) -> list[str]:
    """What policies compare it with, and the other tenant where it names one."""
    held = {str(row.content.get(column)) for row in scene.seeded(relation.name)}
    tenants = [scene.world.tenants["B"]] if held & set(scene.world.tenants.values()) else []
    return [*scene.looked_at[relation.name][column], *tenants]


def _raised(scene: Scene, kind: Kind, relation: Relation, column: str, value: str, own: list[Row]) -> Cell:
    """Whether more rows open up once the column holds a value."""
    statement = f"UPDATE {relation.name} SET {column} = {literal(value)}"
    others = [row for row in scene.seeded(relation.name) if row not in own]
    for table in scene.relations.values():
        if table.is_table:
            scene.seeded(table.name)
    before = _open(scene, kind, relation)
    answer = scene.session.attempt(kind, statement, before=scene.without(relation.name, others))
    if not answer.affected or not touched(scene, relation.name, others):
        return _cell(
            kind, relation, f"raise own rights through {column}", statement, observed_in(answer), refusal(answer)
        )
    after = _open(scene, kind, relation, again=True)
    more = [table for table, rows in after.items() if rows > before.get(table, 0)]
    observed = Observed.ALLOWED if more else Observed.BLOCKED
    detail = f"opens {', '.join(more)}" if more else "changed, and nothing more is open"
    return _cell(kind, relation, f"raise own rights through {column}", statement, observed, detail)


def _open(scene: Scene, kind: Kind, besides: Relation, *, again: bool = False) -> dict[str, int]:
    """How many rows can be read, and changed, of each table that is not open to the kind as declared."""
    ask = scene.session.again if again else scene.session.attempt
    counted = {}
    for table in scene.relations.values():
        if not table.is_table or table.name == besides.name or not table.rights[kind.role].columns["SELECT"]:
            continue
        closed = [row for row in scene.seeded_before(table.name) if not _may(scene, kind, table, row)]
        if closed:
            answer = ask(kind, f"SELECT count(*) FROM {table.name}")
            counted[table.name] = int(answer.rows[0][0] or 0) if answer.worked else 0
    return counted


def _may(scene: Scene, kind: Kind, table: Relation, row: Row) -> bool:
    return may(scene.tenancy, kind, scene.rule(table), "select", tenant=row.tenant, owner=row.owner)


def _cell(
    kind: Kind, relation: Relation, action: str, statement: str, observed: Observed, detail: str, rest: str = ""
) -> Cell:
    return Cell(
        kind=kind.name, subject=relation.name, action=action, expected=Observed.BLOCKED, observed=observed,
        detail=detail, request=Request(sql=statement, rest=rest),
    )  # fmt: skip
