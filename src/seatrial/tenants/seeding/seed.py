"""Two tenants with rows in every table, and users of every kind, on a scratch."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, StatementFailed
from seatrial.model.isolation import World
from seatrial.model.rows import NotFilled
from seatrial.pg.connection import rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.pg.statement import ask, execute_statement
from seatrial.rows.fill import Filler, prepare
from seatrial.rows.manner import Manner
from seatrial.rows.text import literal
from seatrial.tenants.seeding.forgeries import forgeries, named, told
from seatrial.tenants.seeding.found import Found
from seatrial.tenants.seeding.ground import TENANT, survey
from seatrial.tenants.seeding.held import held, hold
from seatrial.tenants.seeding.kinds import anonymous, kind_of, metadata_of
from seatrial.tenants.seeding.people import NEWCOMER, outsiders, people_of
from seatrial.tenants.seeding.registry import make_registry, register
from seatrial.tenants.seeding.settle import Settler
from seatrial.tenants.seeding.spares import check_spares
from seatrial.tenants.seeding.tokens import identifier
from seatrial.tenants.seeding.wanted import first_of_circle, of_nobody, of_tenant, of_users, wanted_first

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection
    from seatrial.tenants.seeding.ground import Ground
    from seatrial.tenants.seeding.people import Person

__all__ = ["seed"]

PACKAGE = "seatrial.tenants"
#: Numbers of rows of different worlds do not meet.
FAR = 400


def seed(connection: Connection, tenancy: Tenancy, *, seed: int = 0) -> World:
    """Make a world; what was there before stays, and is nobody's.

    Args:
        connection: of a superuser, idle, in autocommit mode, to a database of a scratch that nobody else needs.
        tenancy: as declared or inferred.
        seed: another one gives other rows; the same one on the same schema gives the same.

    Raises:
        CannotRun: the declaration does not fit the schema, or not even two tenants with members could be made.
        ConnectionLost: the server went away.
    """
    with translated(connection), connection.transaction():
        prepare(connection)
        make_registry(connection)
        ground = survey(connection, tenancy)
        work = _Work(connection, ground, _people(ground), seed)
        work.everything()
    _refresh(connection, work.found)
    return _world(work)


def _people(ground: Ground) -> tuple[Person, ...]:
    compared: dict[str, tuple[str, ...]] = {}
    if members := ground.tenancy.membership:
        table = ground.schema.tables[members.table]
        keyed = {name for key in table.keys for name in key.columns}
        keyed |= {name for key in table.foreign_keys for name in key.columns}
        for name, constants in ground.looked_at.of(members.table).items():
            if name not in keyed and table.columns[name].ident not in {members.tenant, members.user}:
                compared[table.columns[name].ident] = constants
    others = outsiders(named(ground), told(ground) if ground.tokens else (), held(ground))
    return people_of(ground.tenancy, compared, list(forgeries(ground)), list(others))


class _Work:
    """In progress."""

    def __init__(self, connection: Connection, ground: Ground, people: tuple[Person, ...], seed: int) -> None:
        self.connection = connection
        self.ground = ground
        self.people = people
        self.found = Found()
        self._manner = Manner(seed=seed, known=_known(ground))

    def everything(self) -> None:
        """First what belongs to nobody, then people without a tenant, then one tenant after the other."""
        self._name_without_table()
        self._register("")
        self._make_nobodys()
        for label in ("", "A", "B"):
            self._make(label)
        self._write_metadata()
        check_spares(self.connection, self.ground, self.found)

    def _name_without_table(self) -> None:
        """Where no table has the users, they are what the columns can hold that refer to them."""
        if self.ground.users[0]:
            return
        numbers = _are_numbers(self.ground)
        for number, person in enumerate(self.people, start=1001):
            self.found.users[person.name] = person.user or (str(number) if numbers else identifier(person.name))

    def _filler(self, number: int, label: str) -> tuple[Filler, Settler]:
        manner = replace(self._manner, first=number * FAR, fixed=_fixed(self.ground) if label else {})
        filler = Filler(connection=self.connection, schema=self.ground.schema, manner=manner)
        settler = Settler(ground=self.ground, people=self.people, label=label, found=self.found, filler=filler)
        return replace(filler, then=settler), settler

    def _make_nobodys(self) -> None:
        filler, settler = self._filler(0, "")
        filler = replace(filler, then=settler.keep_one_back)
        tables = self.ground.schema.tables
        counts = {name: filler.count(tables[name].seen("p")) for name in self.ground.tables}
        for result in filler.results(of_nobody(self.ground, counts)):
            if isinstance(result, NotFilled) and not counts.get(result.table):
                self.found.unfilled[result.table] = result
        self._register("")

    def _make(self, label: str) -> None:
        filler, settler = self._filler("AB".find(label) + 2 if label else 1, label)
        wanted = of_tenant(self.ground, self.people, label) if label else of_users(self.ground, self.people)
        if label:
            tenants = self.ground.tenancy.tenant_table
            self._fill(first_of_circle(filler, tenants, wanted), wanted_first(self.ground, wanted))
            wanted[tenants] = 1
            self._open(label)
        self._fill(filler, wanted)
        settler.finish()
        if not label:
            hold(settler)
        self._register(label)

    def _fill(self, filler: Filler, wanted: Mapping[str, int]) -> None:
        for result in filler.results(wanted):
            if isinstance(result, NotFilled):
                self.found.unfilled.setdefault(result.table, result)

    def _open(self, label: str) -> None:
        """From here on, generated rows hold the tenant's key."""
        if label not in self.found.tenants:
            raise _nobody(self.found, self.ground.tenancy.tenant_table, "tenant")
        ask(self.connection, load(PACKAGE, "label").format(key=literal(self.found.tenants[label])))

    def _register(self, label: str) -> None:
        register(self.connection, self.ground, self.ground.owned.union(self.ground.tables), label)

    def _write_metadata(self) -> None:
        """What users wrote into their metadata, where the platform keeps it."""
        if self.ground.users[0] != "auth.users":
            return
        for person in self.people:
            if person.forges is not None and person.name in self.found.users:
                metadata = metadata_of(self.ground, person, self.found.tenants)
                ask(
                    self.connection,
                    load(PACKAGE, "write_metadata").format(
                        metadata=literal(json.dumps(metadata)), user=literal(self.found.users[person.name])
                    ),
                )


def _known(ground: Ground) -> dict[str, set[str]]:
    """Columns that say whose a row is are not NULL by chance."""
    known: dict[str, set[str]] = {}
    for name in ground.tables:
        rule = ground.rule(name)
        through = ground.bare(name, rule.through) if rule and rule.through else ""
        known[name] = {*filter(None, (ground.tenant_column(name), ground.user_column(name), through))}
    return known


def _fixed(ground: Ground) -> dict[str, dict[str, str]]:
    tables = [name for name in ground.tables if name != ground.tenancy.tenant_table and ground.tenant_column(name)]
    return {name: {ground.tenant_column(name): TENANT} for name in tables}


def _are_numbers(ground: Ground) -> bool:
    """Whether the first column that refers to users holds numbers."""
    columns = [(name, ground.user_column(name)) for name in ground.schema.tables]
    types = [ground.schema.tables[name].columns[column].type.name for name, column in columns if column]
    return bool(types) and types[0].startswith(("int", "numeric"))


def _world(work: _Work) -> World:
    found, ground = work.found, work.ground
    members = ground.tenancy.membership
    if members and members.table in found.unfilled:
        raise _nobody(found, members.table, "member")
    there = [person for person in work.people if person.name in found.users and person.name not in found.missing]
    kinds = [kind_of(ground, person, found.users, found.tenants) for person in there if person.attacks]
    visitor = anonymous(ground)
    others = [person for person in there if not person.attacks and not person.name.startswith(NEWCOMER)]
    return World(
        tenants=found.tenants,
        kinds=(*kinds, *([visitor] if visitor else [])),
        victims={person.name: found.users[person.name] for person in others},
        spares=found.spares,
        unfilled=tuple(found.unfilled.values()),
        not_storable=tuple(found.refused),
    )


def _nobody(found: Found, table: str, who: str) -> CannotRun:
    result = found.unfilled.get(table)
    return CannotRun(
        "tenancy.no-tenant" if who == "tenant" else "tenancy.no-member",
        f"no {who} could be made for the attack",
        where=table,
        why=f"{result.constraint}: {result.why}" if result else "the table took no row",
        fix="give the table constraints that a row can satisfy, or correct [tenancy] in seatrial.toml",
    )


def _refresh(connection: Connection, found: Found) -> None:
    for row in rows(connection, load(PACKAGE, "materialized_views")):
        try:
            execute_statement(connection, f"REFRESH MATERIALIZED VIEW {row['name']}")
        except StatementFailed as failure:
            found.refused[f"materialized view {row['name']} could not be refreshed: {failure.sqlstate}"] = None
