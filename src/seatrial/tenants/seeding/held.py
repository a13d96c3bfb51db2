"""Outsiders with a row in a table of users that belongs to no tenant: one that may give its user rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rows.text import literal
from seatrial.tenants.seeding.edit import Change, apply, made, user_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.rows.facts import Table
    from seatrial.tenants.seeding.ground import Ground
    from seatrial.tenants.seeding.people import Person
    from seatrial.tenants.seeding.settle import Settler

__all__ = ["held", "hold"]

#: Kinds of user, for one table and for all.
MOST = 4
MOST_IN_ALL = 12


def held(ground: Ground) -> list[tuple[str, Mapping[str, str]]]:
    """Rows as something looks at them: table, and values by the bare name of the column.

    Where everybody has a row anyway, it is only its values that make a difference.
    """
    found: list[tuple[str, Mapping[str, str]]] = []
    for name in sorted(ground.looked_at.asked.intersection(ground.tables)):
        table = ground.schema.tables[name]
        user = _user(ground, table)
        if user:
            rows = [*([] if ground.user_column(name) else [{}]), *_values(ground, table, user)]
            found += [(name, values) for values in rows[:MOST]]
    return found[:MOST_IN_ALL]


def _user(ground: Ground, table: Table) -> str:
    """The bare name of the column that holds the user; empty where rows belong to tenants, or none is asked for."""
    members, rule = ground.tenancy.membership, ground.rule(table.name)
    known = {ground.tenancy.tenant_table, ground.users[0], members.table if members else ""}
    owners = [key for key in table.foreign_keys if key.parent in ground.owned and not table.may_be_null(key.columns)]
    if table.name in known or (rule and (rule.tenant or rule.through)):
        return ""
    if any(key.parent not in {ground.users[0], table.name} for key in owners):
        return ""
    looked_at = ground.looked_at.of(table.name)
    pointing = [name for name in ground.pointers_to_users(table.name) if name in looked_at]
    named = [name for name, constants in looked_at.items() if "user" in name and not constants]
    return next(filter(None, (ground.user_column(table.name), *pointing, *named)), "")


def _values(ground: Ground, table: Table, user: str) -> Iterator[dict[str, str]]:
    fixed = {user, *(name for key in table.foreign_keys for name in key.columns)}
    for column, constants in ground.looked_at.of(table.name).items():
        if column not in fixed and not table.columns[column].generated:
            yield from ({column: value} for value in constants)


def hold(settler: Settler) -> None:
    """Give everyone the row that they are to have; who cannot have it is missing.

    Args:
        settler: of the world of people without a tenant, whose rows nobody has registered yet.
    """
    for person in settler.people:
        if person.holds and person.name in settler.found.users and not _holds(settler, person, *person.holds):
            settler.found.missing.add(person.name)


def _holds(settler: Settler, person: Person, name: str, values: Mapping[str, str]) -> bool:
    ground, found = settler.ground, settler.found
    table = ground.schema.tables[name]
    column = _user(ground, table)
    user = user_in(settler.connection, ground, table, column, found.users[person.name])
    there = made(settler.connection, table)
    rows = [row for row in there if str(row.content[column]) == user]
    if not rows and settler.make_one(table, {key: literal(value) for key, value in values.items()}):
        # A generated row points to any user.
        before = {row.is_at for row in there}
        rows = [row for row in made(settler.connection, table) if row.is_at not in before]
    changes = [Change(row=0, column=key, value=literal(value)) for key, value in {column: user, **values}.items()]
    refused = apply(settler.connection, table, rows[:1], changes)
    if rows and not refused:
        return True
    found.refuse(f"there is no {person.name}, as in {name}", values, refused[0][1] if refused else None)
    return False
