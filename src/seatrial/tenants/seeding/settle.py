"""What is done with each table of a world once it has its rows, before those that point to them are made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from seatrial.model.rows import NotFilled
from seatrial.rows.text import literal
from seatrial.tenants.seeding.edit import Change, Made, apply, changed, could_put, legible, made, put, remove, user_in
from seatrial.tenants.seeding.enrol import enrol
from seatrial.tenants.seeding.ground import TENANT
from seatrial.tenants.seeding.people import NEWCOMER
from seatrial.tenants.seeding.tokens import email
from seatrial.tenants.seeding.varied import canaries, is_document, large, large_value, plain, varied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.errors import StatementFailed
    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Table
    from seatrial.rows.fill import Filler
    from seatrial.tenants.seeding.found import Found
    from seatrial.tenants.seeding.ground import Ground
    from seatrial.tenants.seeding.people import Person

__all__ = ["Settler"]

#: Rows that are made one by one have higher numbers.
EXTRA = 200
#: More partitions of a table than these are like them.
MOST_PARTITIONS = 12
#: An account of the platform as it is after it was confirmed.
_ACCOUNT = {
    "aud": "'authenticated'",
    "role": "'authenticated'",
    "raw_app_meta_data": """'{"provider": "email", "providers": ["email"]}'""",
    "raw_user_meta_data": "'{}'",
    "email_confirmed_at": "now()",
    "created_at": "now()",
    "updated_at": "now()",
    "is_super_admin": "NULL",
    "is_sso_user": "false",
    "is_anonymous": "false",
    "banned_until": "NULL",
    "deleted_at": "NULL",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """Of one world."""

    ground: Ground
    people: tuple[Person, ...]
    #: Label of its tenant; empty for the world of those who have none.
    label: str
    found: Found
    filler: Filler
    #: Rows that are to belong to no tenant: table → row as JSON.
    orphans: dict[str, str] = field(default_factory=dict)
    extra: Iterator[int] = field(default_factory=count)

    @property
    def connection(self) -> Connection:
        """Of a superuser."""
        return self.filler.connection

    @property
    def members(self) -> list[Person]:
        """Those whose rows there are: of the tenant, active or not; in the world of nobody, everyone in it."""
        if not self.label:
            return [person for person in self.people if not person.world]
        return [person for person in self.people if self.label in person.labels]

    def __call__(self, table: Table) -> None:
        """Settle one table."""
        if table.name not in self.ground.tables and table.name != self.ground.users[0]:
            return
        rows = made(self.connection, table)
        members = self.ground.tenancy.membership
        if table.name == self.ground.users[0]:
            self._name(table, rows)
        elif self.label and members and table.name == members.table:
            enrol(self, table, rows)
        elif self.label and table.name == self.ground.tenancy.tenant_table:
            self._open(table, rows)
        elif table.name in self.ground.owned:
            self._dress(table, self._set_aside(table, rows))

    def spare(self, table: Table, text: str) -> None:
        """A row that could be added."""
        self.found.spares.setdefault(table.name, {})[self.label] = text

    def keep_one_back(self, table: Table) -> None:
        """In a table that belongs to nobody all rows stay but one."""
        rows = made(self.connection, table)
        if rows and table.name not in self.ground.owned and table.name in self.ground.tables:
            self.spare(table, rows[-1].text)
            remove(self.connection, table, rows[-1:])

    def _open(self, table: Table, rows: list[Made]) -> None:
        """One tenant, and another one that is not there."""
        key = self.ground.bare(table.name, self.ground.tenancy.tenant_key)
        self.found.tenants[self.label] = as_text(rows[0].content[key])
        for row in rows[1:2]:
            self.spare(table, row.text)
        remove(self.connection, table, rows[1:])
        apply(self.connection, table, rows[:1], list(plain(self.ground, table, 1)))

    def _name(self, table: Table, rows: list[Made]) -> None:
        """Every person gets a row that identifies them."""
        people = [person for person in self.people if person.world == self.label]
        account = {name: value for name, value in _ACCOUNT.items() if table.name == "auth.users"}
        changes = [one for one in plain(self.ground, table, len(rows)) if one.column not in account]
        for number, (person, row) in enumerate(zip(people, rows, strict=False)):
            user = person.user or as_text(row.content[self.ground.users[1]])
            self.found.users[person.name] = user
            values = {**account, "email": literal(email(user))} if account else {}
            values |= {self.ground.users[1]: literal(user)} if person.user else {}
            changes += [
                Change(row=number, column=column, value=value, is_optional=True)
                for column, value in values.items()
                if column in table.columns
            ]
        apply(self.connection, table, rows, [*changes, *self._tenant(table, [row.content for row in rows])])

    def _set_aside(self, table: Table, rows: list[Made]) -> list[Made]:
        """Take away a row that could be added, and one that is to belong to no tenant."""
        if not self.label or len(rows) <= 1:
            return rows
        gone = [self._spare_of(table, rows)]
        tenant = self.ground.tenant_column(table.name)
        kept = [row for row in rows if row not in gone]
        if tenant and not table.columns[tenant].not_null and kept[1:] and not self.ground.is_personal(table.name):
            gone.append(kept.pop())
            self.orphans[table.name] = gone[1].text
        remove(self.connection, table, gone)
        return kept

    def _spare_of(self, table: Table, rows: list[Made]) -> Made:
        """The newcomer's where everyone has one row; else the last, in the name of who may do most."""
        user = self.ground.user_column(table.name)
        if user and self.ground.is_personal(table.name):
            newcomer = self.found.users.get(f"{NEWCOMER} in {self.label}")
            spare = next((row for row in rows if as_text(row.content[user]) == newcomer), rows[-1])
            self.spare(table, spare.text)
            return spare
        highest = self.highest()
        users = [*filter(None, (user,)), *self.ground.pointers_to_users(table.name)] if highest else []
        values = {name: user_in(self.connection, self.ground, table, name, highest) for name in users}
        self.spare(table, changed(self.connection, rows[-1].text, values))
        return rows[-1]

    def highest(self) -> str:
        """The user with the highest role of the tenant."""
        roles = self.ground.tenancy.roles or ("",)
        some = [person for person in self.members if person.roles.get(self.label) == roles[-1]]
        some.sort(key=lambda person: person.world != self.label)
        return next((self.found.users[one.name] for one in some if one.name in self.found.users), "")

    def _reach_partitions(self, table: Table) -> None:
        """A row in each partition, as users may reach it by its own name."""
        for leaf in self.ground.partitions.get(table.name, ())[:MOST_PARTITIONS]:
            part = self.ground.schema.tables[leaf]
            tenant = {
                column.name: TENANT for column in [table.columns.get(self.ground.tenant_column(table.name))] if column
            }
            if not made(self.connection, part) and not self.make_one(part, tenant):
                whose = f"tenant {self.label}" if self.label else "people without a tenant"
                self.found.refused[f"{leaf}: no row of {whose} fits its bounds"] = None

    def _dress(self, table: Table, rows: list[Made]) -> None:
        contents = [row.content for row in rows]
        changes = [*self._tenant(table, contents), *self._users(table, contents), *self.responsible(table, contents)]
        if self.ground.tells_users(table.name):
            changes += plain(self.ground, table, len(rows))
        changes += self._varied(table, rows, contents)
        changes += canaries(self.ground, table, self.label, len(rows))
        candidates = large(self.ground, table)
        changes += [self._large(table, name) for name in candidates[:1] if rows]
        refused = apply(self.connection, table, rows, changes)
        for change, failure in refused:
            if not change.is_optional:
                self._otherwise(table, change, failure)
        if any(change.column in candidates[:1] for change, _ in refused):
            self._enlarge(table, candidates[1:3])
        self._reach_partitions(table)
        self._keep_spare(table)

    def _varied(self, table: Table, rows: Sequence[Made], contents: Sequence[dict[str, object]]) -> list[Change]:
        changes = list(varied(self.ground, table, contents))
        objects = [one for one in changes if one.is_optional and is_document(table.columns[one.column])]
        kept = legible(self.connection, table, rows, objects)
        return [one for one in changes if one not in objects or one in kept]

    def _keep_spare(self, table: Table) -> None:
        """Another one, if a row that was made or changed later has what the first one must not share."""
        text = self.found.spares.get(table.name, {}).get(self.label)
        if text is None or not self.label or could_put(self.connection, table, text, quiet=True) is None:
            return
        before = made(self.connection, table)
        if self.make_one(table, {}):
            new = [row for row in made(self.connection, table) if row.is_at not in {one.is_at for one in before}]
            self.spare(table, new[0].text)
            remove(self.connection, table, new)

    def _tenant(self, table: Table, contents: Sequence[dict[str, object]]) -> Iterator[Change]:
        """Where generated rows do not belong to the tenant by themselves."""
        column = self.ground.tenant_column(table.name)
        key = self.found.tenants.get(self.label)
        if not column or key is None or table.columns[column].generated:
            return
        for number, content in enumerate(contents):
            if as_text(content[column]) != key:
                yield Change(row=number, column=column, value=literal(key))

    def _users(self, table: Table, contents: Sequence[dict[str, object]]) -> Iterator[Change]:
        """One row for each user, as far as there are rows."""
        column = self.ground.user_column(table.name)
        users = [self.found.users[person.name] for person in self.members if person.name in self.found.users]
        if not column or not users or self.ground.is_personal(table.name):
            return
        users = [user_in(self.connection, self.ground, table, column, user) for user in users]
        for number, content in enumerate(contents):
            if as_text(content[column]) != (user := users[number % len(users)]):
                yield Change(row=number, column=column, value=literal(user), is_optional=True)

    def responsible(self, table: Table, contents: Sequence[dict[str, object]]) -> Iterator[Change]:
        """Who made a row is one who may: a suspended user's own rows would be another matter."""
        # One row may belong to anybody, whatever is unique.
        keyed = {name for key in table.keys for name in key.columns if len(contents) > 1}
        if not self.label or not (highest := self.highest()):
            return
        for name in self.ground.pointers_to_users(table.name):
            for number, content in enumerate(contents):
                if name not in keyed and as_text(content[name]) != highest:
                    yield Change(row=number, column=name, value=literal(highest), is_optional=True)

    def _otherwise(self, table: Table, change: Change, failure: StatementFailed) -> None:
        """A value that a row cannot take may fit another one that is made for it."""
        value = None if change.value == "NULL" else change.shown
        alone = [check.name for check in table.checks if check.columns == {change.column}]
        what = (table.name, change.column, change.value)
        hopeless = (
            what in self.found.hopeless
            or failure.sqlstate != "23514"
            or any(f'"{name}"' in failure.what for name in alone)
        )
        if hopeless or not self.make_one(table, {change.column: change.value}):
            self.found.refuse(table.name, {change.column: value}, failure)
            self.found.hopeless.add(what)

    def make_one(self, table: Table, values: Mapping[str, str]) -> bool:
        """One more row, with some values as SQL."""
        manner = self.filler.manner
        fixed = {**manner.fixed, table.name: {**manner.values(table.name), **values}}
        ones = self.found.memories.setdefault(f"{table.name} {sorted(values.items())}", {})
        memory = ones if values else manner.memory
        # A number that no row has that was taken away.
        first = manner.first + EXTRA + next(self.extra)
        filler = replace(
            self.filler, manner=replace(manner, first=first, fixed=fixed, memory=memory), then=lambda _: None
        )
        before = filler.count(table.seen("p"))
        result = filler.result(table.name, before + 1, ())
        return not isinstance(result, NotFilled) and filler.count(table.seen("p")) > before

    def _large(self, table: Table, column: str) -> Change:
        """One row with a value that is stored apart from it."""
        return Change(row=0, column=column, value=large_value(table.columns[column]), is_optional=True)

    def _enlarge(self, table: Table, columns: Sequence[str]) -> None:
        """In another column, where an index takes no such value of the first."""
        for column in columns:
            if not apply(self.connection, table, made(self.connection, table)[:1], [self._large(table, column)]):
                return

    def finish(self) -> None:
        """What waits until all tables have their rows: rows of no tenant, and who a tenant itself belongs to."""
        for name, text in self.orphans.items():
            table = self.ground.schema.tables[name]
            tenant = self.ground.tenant_column(name)
            failure = put(self.connection, table, text, {tenant: None})
            if failure and not self.make_one(table, {tenant: "NULL"}):
                self.found.refuse(name, {tenant: None}, failure)
        table = self.ground.schema.tables[self.ground.tenancy.tenant_table]
        rows = made(self.connection, table) if self.label else []
        apply(self.connection, table, rows, list(self.responsible(table, [row.content for row in rows])))


def as_text(value: object) -> str:
    """A value out of JSON, as the server writes it."""
    return "" if value is None else str(value)
