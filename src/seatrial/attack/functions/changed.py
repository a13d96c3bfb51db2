"""What a statement that worked did to rows of others, and to the rights of who sent it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.attack.functions.footprint import footprint_of
from seatrial.attack.touched import touched
from seatrial.model.words import count
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.attack.scene import Row, Scene
    from seatrial.model.isolation import Kind

__all__ = ["RAISED", "changes"]

RAISED = "it raises own rights"
#: A member who is asked, and says yes.
_AWAITED = re.compile("invit|pend|request|await", re.IGNORECASE)


def changes(scene: Scene, kind: Kind, written: Collection[str], *, alone: bool = False) -> list[str]:
    """In words; the last attempt must have worked.

    Args:
        scene: after it.
        kind: who made it.
        written: tables that may have been written.
        alone: nobody else was named; what speaks of the user may be changed then.
    """
    if kind.super_administrator:
        return []
    left = _left(scene, kind, written)
    found = [words for table in sorted(written) for words in _to_others(scene, kind, table, left, alone=alone)]
    if scene.tenancy.membership and scene.tenancy.membership.table in written:
        found += _of_memberships(scene, kind)
    if RAISED not in found and _speaks_of(scene, kind, written) and _sees_more(scene, kind):
        found.append(RAISED)
    return found


def _left(scene: Scene, kind: Kind, written: Collection[str]) -> set[str]:
    """Tenants, by label, in which the user's own membership was changed or ended: they may note that it was."""
    declared = scene.tenancy.membership
    if declared is None or declared.table not in written:
        return set()
    return {row.tenant for row in touched(scene, declared.table) if _value(row, declared.user) == kind.user}


def _to_others(scene: Scene, kind: Kind, table: str, left: Collection[str], *, alone: bool) -> Iterator[str]:
    hidden = footprint_of(scene).hidden(kind, alone=alone)
    if table not in hidden:
        return
    others = [row for row in hidden[table] if _is_anothers(kind, row)]
    changed = [row for row in touched(scene, table) if row in others]
    if changed:
        yield f"{count(len(changed), 'row')} of others in {table} changed"
    elif made := _made(scene, kind, table, left):
        yield f"{count(made, 'row')} of others in {table} made"


def _is_anothers(kind: Kind, row: Row) -> bool:
    """Not of nobody, whose rows functions may keep for all."""
    if row.owner:
        return row.owner != kind.user
    return bool(row.tenant) and row.tenant not in kind.roles


def _made(scene: Scene, kind: Kind, table: str, left: Collection[str]) -> int:
    rule = scene.tenancy.tables.get(table)
    if rule is None or not (rule.tenant or rule.user):
        return 0
    keys = [literal(key) for label, key in scene.world.tenants.items() if label not in {*kind.roles, *left}]
    users = [literal(user) for user in scene.world.victims.values() if user != kind.user]
    column, theirs = (rule.tenant, keys) if rule.tenant else (rule.user, users)
    if not theirs:
        return 0
    [[number]] = scene.session.look(
        f"SELECT count(*) FROM {table} t WHERE {column}::text IN ({', '.join(theirs)}) AND NOT EXISTS ("
        f"SELECT FROM seatrial_attack.seeded s WHERE s.leaf = t.tableoid AND s.tid = t.ctid)"
    )
    return int(number or 0)


def _of_memberships(scene: Scene, kind: Kind) -> list[str]:
    """Somebody is a member where they were none, or has a higher role."""
    declared = scene.tenancy.membership
    assert declared is not None  # noqa: S101 - asked before
    columns = ", ".join(f"{one}::text" if one else "''" for one in (declared.tenant, declared.role, declared.state))
    now = scene.session.look(
        f"SELECT {columns} FROM {declared.table} WHERE {declared.user}::text = {literal(kind.user)}"
    )
    labels = {key: label for label, key in scene.world.tenants.items()}
    awaited = {
        row.tenant
        for row in scene.seeded_before(declared.table)
        if _value(row, declared.user) == kind.user and _AWAITED.search(_value(row, declared.state))
    }
    for tenant, role, state in now:
        label = labels.get(tenant or "", "")
        if not label or (declared.active and state not in declared.active):
            continue
        before = kind.roles.get(label)
        if (before is None and label not in awaited) or (
            before is not None and _rank(scene, role) > _rank(scene, before)
        ):
            return [RAISED]
    return []


def _rank(scene: Scene, role: str | None) -> int:
    roles = scene.tenancy.roles
    return roles.index(role) if role in roles else -1


def _value(row: Row, column: str) -> str:
    return str(row.content.get(column.strip('"'), "")) if column else ""


def _speaks_of(scene: Scene, kind: Kind, written: Collection[str]) -> bool:
    """Whether a table with rows of the user's own was written: they may say what the user may do."""
    return bool(kind.user) and any(
        row.owner == kind.user
        for table in written
        if table in footprint_of(scene).seeded
        for row in scene.seeded_before(table)
    )


def _sees_more(scene: Scene, kind: Kind) -> bool:
    """Whether tables show rows of others that they did not show before."""
    now = scene.session.again(kind, _census(scene, kind))
    known = ("census", kind.name)
    if known not in scene.memory:
        scene.memory[known] = scene.session.attempt(kind, _census(scene, kind))
    before = scene.memory[known]
    return now.worked and before.worked and any(
        int(more[0] or 0) > int(less[0] or 0) for more, less in zip(now.rows, before.rows, strict=True)
    )  # fmt: skip


def _census(scene: Scene, kind: Kind) -> str:
    """How many of the rows of others each table shows, a row for each; only of tables that may be asked as a whole."""
    asked = []
    for table, gone in footprint_of(scene).hidden(kind).items():
        rights = scene.relations[table].rights.get(kind.role) if table in scene.relations else None
        if rights and rights.schema and "SELECT" in rights.table:
            places = " OR ".join(row.is_at for row in gone)
            asked.append(f"SELECT count(*) FROM {table} WHERE {places}")
    return " UNION ALL ".join(asked) or "SELECT 0"
