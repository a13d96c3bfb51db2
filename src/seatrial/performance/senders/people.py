"""Those who send queries: users of each kind, of tenants of every size."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.callers import ANONYMOUS, SERVICE, member_roles
from seatrial.performance.senders.places import PACKAGE, find
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask, execute_statement
from seatrial.rows.text import literal
from seatrial.tenants.seeding.tokens import identifier

if TYPE_CHECKING:
    from seatrial.model.tenancy import Membership, Tenancy
    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection

__all__ = ["Crowd", "Person"]

#: A number that no generated row gets, for a user where users have numbers.
NOBODY = "999999999"
#: Tenants are all alike where nothing says how large they are.
_ALIKE = "(SELECT NULL::text AS tenant, 0::bigint AS place)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user, and the tenant that they ask for; empty where it makes no difference."""

    tenant: str = ""
    user: str = ""


class Crowd:
    """The people of one database, who are looked for once."""

    def __init__(self, connection: Connection, tenancy: Tenancy, most: int) -> None:
        """In a transaction that will be rolled back."""
        self._connection, self._tenancy, self._most = connection, tenancy, most
        self._known: dict[tuple[str, str], tuple[Person, ...]] = {}
        #: By the text of a query.
        self._weighed: dict[str, str] = {}
        #: Tables of this session, which are made once.
        self._sizes: dict[tuple[str, str], str] = {}
        self._crowds: dict[str, str] = {}
        self._nobody: str | None = None

    def people(self, query: WorkloadQuery, caller: str) -> tuple[Person, ...]:
        """Who sends a query as a kind of user; nobody where there are none."""
        is_member = caller in member_roles(self._tenancy)
        if not is_member and not {"tenant", "user"} & {*query.draw}:
            user = "" if caller in {ANONYMOUS, SERVICE} else self._outsider()
            return (Person(user=user),) * self._most
        sizes = self._size_of_tenants(query)
        kind = self._source(query, caller)
        key = sizes, kind
        if key not in self._known:
            self._known[key] = self._drawn(sizes, kind) if kind else ()
        return self._known[key]

    def why(self, caller: str) -> str:
        """Why nobody was found."""
        is_member = caller in member_roles(self._tenancy)
        return f"no active member is {caller}" if is_member and self._tenancy.membership else "there is no tenant"

    def _drawn(self, sizes: str, people: str) -> tuple[Person, ...]:
        if people not in self._crowds:
            self._crowds[people] = f"seatrial_crowd_{len(self._crowds)}"
            self._make("crowd", crowd=self._crowds[people], people=people)
        text = load(PACKAGE, "people").format(crowd=self._crowds[people], sizes=sizes, most=self._most)
        found = json.loads(ask(self._connection, text).value)
        return tuple(Person(tenant=tenant, user=user) for tenant, user in found)

    def _make(self, query: str, **names: str) -> None:
        execute_statement(self._connection, load(PACKAGE, query).format(**names))

    def _source(self, query: WorkloadQuery, caller: str) -> str:
        """A query for all pairs of tenant and user; empty where what it needs is not there."""
        members = self._tenancy.membership
        is_member = caller in member_roles(self._tenancy)
        if members and (is_member or (caller in {ANONYMOUS, SERVICE} and "user" in query.draw)):
            return self._members(members, caller if is_member and members.roles else "")
        if is_member or caller in {ANONYMOUS, SERVICE}:
            wants_user = is_member or "user" in query.draw
            return (wants_user and self._owners()) or self._tenants(_made_up("uuid"))
        return self._tenants(self._outsider())

    def _members(self, members: Membership, role: str) -> str:
        found = find(self._connection, members.table, [members.tenant, members.user, members.role, members.state])
        if isinstance(found, str):
            return ""
        conditions = ["true"]
        if role:
            conditions.append(f"m.{found.columns[members.role]}::text = {literal(role)}")
        if members.state:
            states = ", ".join(map(literal, members.active))
            conditions.append(f"m.{found.columns[members.state]}::text IN ({states})")
        return load(PACKAGE, "members").format(
            table=found.table, tenant=found.columns[members.tenant], user=found.columns[members.user],
            condition=" AND ".join(conditions),
        )  # fmt: skip

    def _owners(self) -> str:
        """Where no table says who is a member: users who have rows of a tenant."""
        for rule in self._tenancy.tables.values():
            found = find(self._connection, rule.table, [rule.tenant, rule.user]) if rule.tenant and rule.user else ""
            if not isinstance(found, str):
                return load(PACKAGE, "members").format(
                    table=found.table, tenant=found.columns[rule.tenant], user=found.columns[rule.user],
                    condition="true",
                )  # fmt: skip
        return ""

    def _tenants(self, user: str) -> str:
        found = find(self._connection, self._tenancy.tenant_table, [self._tenancy.tenant_key])
        if isinstance(found, str):
            return ""
        return load(PACKAGE, "tenants").format(
            table=found.table, tenant=found.columns[self._tenancy.tenant_key], user=f"{literal(user)}::text"
        )

    def _outsider(self) -> str:
        """A user without a membership: of those that there are, or else one that is made up."""
        if self._nobody is None:
            self._nobody = self._find_outsider()
        return self._nobody

    def _find_outsider(self) -> str:
        members = self._tenancy.membership
        found = find(self._connection, members.table, [members.user]) if members else ""
        if members is None or isinstance(found, str):
            return _made_up("uuid")
        user = found.columns[members.user]
        for where in rows(self._connection, load(PACKAGE, "users"), {"table": found.table, "column": user}):
            text = load(PACKAGE, "outsider").format(
                users=where["table"], key=where["key"], table=found.table, user=user
            )
            if outsider := ask(self._connection, text).value:
                return outsider
        return _made_up(found.types[members.user])

    def _size_of_tenants(self, query: WorkloadQuery) -> str:
        """A table of this session with the tenants by their rows in what the query reads."""
        if query.sql not in self._weighed:
            owned = [(rule.table, rule.tenant) for rule in self._tenancy.tables.values() if rule.tenant]
            members = self._tenancy.membership
            found = rows(
                self._connection, load(PACKAGE, "weighed"),
                {"sql": query.sql, "tables": [table for table, _ in owned], "tenants": [column for _, column in owned]},
            )  # fmt: skip
            pairs = [(one["table"], one["tenant"]) for one in found]
            pairs += [(members.table, members.tenant)] if members else []
            names = filter(None, (self._sizes_in(table, column) for table, column in pairs))
            self._weighed[query.sql] = next(names, _ALIKE)
        return self._weighed[query.sql]

    def _sizes_in(self, table: str, tenant: str) -> str:
        if (table, tenant) not in self._sizes:
            found = find(self._connection, table, [tenant])
            name = "" if isinstance(found, str) else f"seatrial_sizes_{len(self._sizes)}"
            if not isinstance(found, str):
                self._make("sizes", sizes=name, table=found.table, tenant=found.columns[tenant])
            self._sizes[table, tenant] = name
        return self._sizes[table, tenant]


def _made_up(kind: str) -> str:
    """The identifier of a user who is nowhere, of a type."""
    if kind == "uuid":
        return identifier("user of no tenant")
    return NOBODY if kind in {"smallint", "integer", "bigint", "numeric"} else "seatrial-nobody"
