"""The rows that a user must not know of, and what it takes to have a world without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from seatrial.attack.expected import may
from seatrial.pg.connection import rows
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.attack.scene import Row, Scene
    from seatrial.model.isolation import Kind
    from seatrial.model.tenancy import Action

__all__ = ["hidden", "remembered", "without_hidden"]

T = TypeVar("T")


def remembered(scene: Scene, key: object, find: Callable[[], T]) -> T:
    """What stays the same for as long as the database does, found out once."""
    if key not in scene.memory:
        scene.memory[key] = find()
    found: T = scene.memory[key]
    return found


def hidden(scene: Scene, kind: Kind, table: str, action: Action = "select") -> list[Row]:
    """Rows of others that nobody has said the user may read, or else change."""
    rule = scene.rule(scene.relations[table])
    return [
        row for row in scene.foreign(kind, table)
        if not may(scene.tenancy, kind, rule, action, tenant=row.tenant, owner=row.owner)
    ]  # fmt: skip


def without_hidden(scene: Scene, kind: Kind, *, with_colleagues: bool = False) -> list[str]:
    """Statements that take all of them away, in every table that holds rows, for a superuser.

    Args:
        scene: what is attacked.
        kind: from whom they are hidden.
        with_colleagues: rows of users of the same tenant stay.
    """

    def find() -> list[str]:
        return [*_removals(scene, kind, _colleagues(scene, kind), with_colleagues=with_colleagues)]

    return remembered(scene, ("without", kind.name, with_colleagues), find)


def _removals(scene: Scene, kind: Kind, near: set[str], *, with_colleagues: bool) -> Iterator[str]:
    for table in scene.relations.values():
        if table.is_table and not table.is_partition:
            gone = hidden(scene, kind, table.name)
            stay = [row for row in gone if row.owner in near and row.tenant in {"", *kind.roles}]
            yield from scene.without(table.name, [row for row in gone if not (with_colleagues and row in stay)])
    if remembered(scene, "users", lambda: _has_users(scene)):
        # Who shares a tenant with somebody knows of them by the membership.
        known = ", ".join(literal(user) for user in sorted({*near, kind.user}))
        yield f"DELETE FROM auth.users WHERE id::text NOT IN ({known})"


def _has_users(scene: Scene) -> bool:
    """Whether the platform keeps users in a table that nobody has declared."""
    scene.session.renew()
    [found] = rows(scene.session.connection, "SELECT to_regclass('auth.users') IS NOT NULL AS there")
    return bool(found["there"]) and "auth.users" not in scene.tenancy.tables


def _colleagues(scene: Scene, kind: Kind) -> set[str]:
    """Identifiers of users of the user's tenants."""
    near = {user for label, user in scene.world.victims.items() if label.rpartition(" ")[2] in kind.roles}
    members = scene.tenancy.membership
    if members and members.table in scene.relations:
        column = scene.relations[members.table].column(members.user).bare
        seeded = scene.seeded(members.table)
        near.update(str(row.content[column]) for row in seeded if row.tenant in kind.roles)
    return near
