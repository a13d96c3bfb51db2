"""Memberships: one for each place that a person has with a tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from seatrial.rows.text import literal
from seatrial.tenants.seeding.edit import Made, changed, made, put, remove, tried, user_in
from seatrial.tenants.seeding.people import OUTSIDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.errors import StatementFailed
    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Table
    from seatrial.tenants.seeding.found import Found
    from seatrial.tenants.seeding.ground import Ground
    from seatrial.tenants.seeding.people import Person, Place

__all__ = ["enrol"]


class World(Protocol):
    """What is needed of the world that is being made."""

    @property
    def ground(self) -> Ground:
        """What is known."""

    @property
    def people(self) -> tuple[Person, ...]:
        """Everyone."""

    @property
    def label(self) -> str:
        """Of its tenant."""

    @property
    def found(self) -> Found:
        """What came of it."""

    @property
    def connection(self) -> Connection:
        """Of a superuser."""

    def spare(self, table: Table, text: str) -> None:
        """Keep a row that could be added."""

    def make_one(self, table: Table, values: Mapping[str, str]) -> bool:
        """One more row, with some values as SQL."""


def enrol(world: World, table: Table, rows: list[Made]) -> None:
    """Put persons in the place of generated users, with their roles and states.

    Args:
        world: whose members.
        table: of memberships.
        rows: as generated, so that everything else in them is valid and different.
    """
    remove(world.connection, table, rows)
    texts = [row.text for row in rows]
    places = [
        (person, place)
        for person in world.people
        for place in person.places
        if place.label == world.label and person.name in world.found.users
    ]
    outsider = world.found.users.get(OUTSIDER)
    if outsider and texts:
        text = texts.pop() if len(texts) > len(places) else texts[-1]
        user, tenant = _user(world), world.ground.tenant_column(table.name)
        outsider = user_in(world.connection, world.ground, table, user, outsider)
        world.spare(table, changed(world.connection, text, {user: outsider, tenant: world.found.tenants[world.label]}))
    for number, (person, place) in enumerate(places):
        if not _enrolled(world, table, texts[number % len(texts)], person, place, again=number >= len(texts)):
            world.found.missing.add(person.name)


def _user(world: World) -> str:
    members = world.ground.tenancy.membership
    return world.ground.bare(members.table, members.user) if members else ""


def _enrolled(world: World, table: Table, text: str, person: Person, place: Place, *, again: bool) -> bool:
    values = {world.ground.bare(table.name, ident): value for ident, value in place.values.items()}
    user = _user(world)
    whose = {user: user_in(world.connection, world.ground, table, user, world.found.users[person.name])}
    tenant = {world.ground.tenant_column(table.name): world.found.tenants[world.label]}
    failure = None
    for without in (_defaults(table, values, again=again), ()):
        failure = put(world.connection, table, text, {**values, **whose, **tenant}, without)
        if failure is None:
            return True
    if failure and failure.sqlstate == "23514" and _made_for(world, table, values, whose):
        return True
    world.found.refuse(f"there is no {person.name} in {world.label}, as in {table.name}", values, failure)
    return False


def _defaults(table: Table, values: Mapping[str, str | None], *, again: bool) -> list[str]:
    """Columns that are best left to their defaults, as if nobody had set anything in them."""
    pointing = {name for key in table.foreign_keys for name in key.columns}
    return [
        column.name
        for column in table.columns.values()
        if column.default
        and column.name not in pointing
        and column.name not in values
        and (again or not column.numbered)
    ]


def _made_for(world: World, table: Table, values: Mapping[str, str | None], whose: Mapping[str, str]) -> bool:
    """A row whose other values go with the role and the state."""
    before = {row.is_at for row in made(world.connection, table)}
    if not world.make_one(table, {n: "NULL" if v is None else literal(v) for n, v in values.items()}):
        return False
    [new] = [row for row in made(world.connection, table) if row.is_at not in before]
    [(name, user)] = whose.items()
    statement = f"UPDATE {table.only} SET {table.columns[name].ident} = {literal(user)} WHERE {new.is_at}"  # noqa: S608
    failure: StatementFailed | None = tried(world.connection, statement)
    if failure:
        remove(world.connection, table, [new])
    return failure is None
