"""How many rows each table of a world gets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.tenants.seeding.varied import number_of_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.rows.facts import Schema
    from seatrial.rows.fill import Filler
    from seatrial.tenants.seeding.ground import Ground
    from seatrial.tenants.seeding.people import Person

__all__ = ["first_of_circle", "of_nobody", "of_tenant", "of_users", "wanted_first"]

#: Rows of a table that belongs to nobody and has none.
NOBODYS = 2


def of_nobody(ground: Ground, counts: dict[str, int]) -> dict[str, int]:
    """Tables that belong to nobody: some rows where there are none, and one more to be taken away again."""
    return {name: (count or NOBODYS) + 1 for name, count in counts.items() if name not in ground.owned}


def of_users(ground: Ground, people: Collection[Person]) -> dict[str, int]:
    """Tables in which people without a tenant have rows; one row for each of them."""
    number = sum(not person.world for person in people)
    names = [name for name in ground.tables if _is_of_users_alone(ground, name)]
    return dict.fromkeys(filter(None, (*names, ground.users[0])), number)


def _is_of_users_alone(ground: Ground, name: str) -> bool:
    rule = ground.rule(name)
    table = ground.schema.tables[name]
    return bool(rule and rule.user and not rule.tenant and not rule.through and name in ground.owned) and all(
        key.parent in {ground.users[0], name} or key.parent not in ground.owned or table.may_be_null(key.columns)
        for key in table.foreign_keys
    )


def of_tenant(ground: Ground, people: Collection[Person], label: str) -> dict[str, int]:
    """All tables of a tenant; one row more than it keeps in each, and another one where rows may have no tenant."""
    made = sum(person.world == label for person in people)
    wanted = {name: _of_tenant(ground, people, label, name) for name in ground.tables if name in ground.owned}
    return wanted | ({ground.users[0]: made} if ground.users[0] else {})


def _of_tenant(ground: Ground, people: Collection[Person], label: str, name: str) -> int:
    members = ground.tenancy.membership
    table = ground.schema.tables[name]
    if name == ground.tenancy.tenant_table:
        return 2
    if members and name == members.table:
        return 1 + sum(place.label == label for person in people for place in person.places)
    if ground.is_personal(name):
        return sum(person.world == label for person in people)
    tenant = ground.tenant_column(name)
    without_tenant = bool(tenant) and not table.columns[tenant].not_null
    return number_of_rows(ground, table, sum(label in person.labels for person in people)) + 1 + without_tenant


def first_of_circle(filler: Filler, name: str, later: Collection[str]) -> Filler:
    """One that makes rows of a table before those that they point to and that point back: NULL stands there until then.

    Args:
        filler: of a world.
        name: of the table.
        later: tables that get their rows after it.
    """
    table = filler.schema.tables[name]
    checked = {column for check in table.checks for column in check.columns}
    circular = [
        key
        for key in table.foreign_keys
        if key.parent != name
        and (key.parent in later or name in _ancestors(filler.schema, key.parent))
        and table.may_be_null(key.columns)
        and not checked.intersection(key.columns)
    ]
    empty = {column for key in circular for column in key.columns if not table.columns[column].not_null}
    kept = tuple(key for key in table.foreign_keys if key not in circular)
    schema = replace(filler.schema, tables={**filler.schema.tables, name: replace(table, foreign_keys=kept)})
    fixed = {**filler.manner.values(name), **dict.fromkeys(empty, "NULL")}
    manner = replace(filler.manner, fixed={**filler.manner.fixed, name: fixed}) if empty else filler.manner
    return replace(filler, schema=schema, manner=manner)


def _ancestors(schema: Schema, name: str) -> set[str]:
    """The tables that rows of a table point to, and those that these point to."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = {key.parent for key in schema.tables[waiting.pop()].foreign_keys} - found
        found |= new
        waiting += new
    return found


def wanted_first(ground: Ground, wanted: Mapping[str, int]) -> dict[str, int]:
    """Rows that are made before anything is known of the tenant: its own, and all users where it cannot do without."""
    name, users = ground.tenancy.tenant_table, ground.users[0]
    table = ground.schema.tables[name]
    needs = any(key.parent == users and not table.may_be_null(key.columns) for key in table.foreign_keys)
    first = {users, name} if needs and name not in _ancestors(ground.schema, users) else {name}
    return {one: wanted[one] for one in first}
