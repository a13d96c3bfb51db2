"""Who owns which row, and who may do what with it, as a person has declared it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ACTIONS",
    "ANYONE",
    "MEMBER",
    "NOBODY",
    "SELF",
    "SIGNED_IN",
    "Action",
    "Claim",
    "Membership",
    "Shared",
    "SuperAdministrator",
    "TableRule",
    "Tenancy",
    "Unreadable",
]

Action = Literal["select", "insert", "update", "delete"]
ACTIONS: tuple[Action, ...] = ("select", "insert", "update", "delete")

#: Besides the names of roles of a membership, these may stand for those who may take an action.
NOBODY = ""
#: The user that the row belongs to.
SELF = "self"
SIGNED_IN = "signed_in"
#: Any member of the tenant, where a membership or claim has no roles.
MEMBER = "member"
#: Without signing in, too.
ANYONE = "anyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A table that says which user belongs to which tenant."""

    #: `public.organization_members`, quoted where SQL wants it.
    table: str
    #: Its columns: of the tenant, of the user, of the role and of the state; the last two may be missing.
    tenant: str
    user: str
    role: str = ""
    #: Lowest first; each may do what those before it may.
    roles: tuple[str, ...] = ()
    state: str = ""
    active: tuple[str, ...] = ()
    inactive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The tenant that a request says it is for: a claim of the verified token, or a setting of the session."""

    #: `app_metadata.organization_id`: keys of the token from the outermost on, with points between them.
    path: str = ""
    #: `app.tenant_id`, where the application sets it.
    setting: str = ""
    #: Where the role is, in the same place; empty where there are no roles.
    role: str = ""
    roles: tuple[str, ...] = ()
    #: The claim is a list of tenants.
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperAdministrator:
    """Who may act for every tenant: a claim of the verified token with this value."""

    claim: str
    equals: str | bool | int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """One table: to whom a row of it belongs, and who may do what with its rows.

    An action names the lowest role that may take it, or MEMBER, SELF, SIGNED_IN, ANYONE; NOBODY leaves it to the
    service.
    """

    table: str
    #: The column that holds the tenant; empty where `through` or only `user` says it, or nobody owns rows.
    tenant: str = ""
    #: A column with a foreign key: a row belongs to the tenant that the row it points to belongs to.
    through: str = ""
    #: The column that holds the user.
    user: str = ""
    select: str = NOBODY
    insert: str = NOBODY
    update: str = NOBODY
    delete: str = NOBODY
    #: Where not every column may be given or changed.
    insert_columns: tuple[str, ...] = ()
    update_columns: tuple[str, ...] = ()
    #: What a new row must hold: a value, or SELF for the user's own identifier.
    insert_only: Mapping[str, str] = field(default_factory=dict)
    #: By action: an SQL condition. With rows of the own tenant for which it does not hold nobody may do it; `{user}`
    #: stands for the user's identifier as a literal.
    only: Mapping[str, str] = field(default_factory=dict)
    #: What a super administrator may do with every row.
    super_administrator: tuple[Action, ...] = ()
    #: Rows that belong to no tenant are expected: NULL in the tenant's column, or all rows where there is none.
    system_rows: bool = False
    #: It need not be there: another program makes it, on some targets.
    optional: bool = False

    def lowest(self, action: Action) -> str:
        """Who may take an action."""
        return {"select": self.select, "insert": self.insert, "update": self.update, "delete": self.delete}[action]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A table, view or function that shows the same to users of every tenant, on purpose."""

    #: A relation, or a function as `public.plans()` with its argument types.
    name: str
    #: SIGNED_IN or ANYONE.
    select: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Columns that nobody but the service may read."""

    table: str
    columns: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancy:
    """All of it."""

    #: The table with one row per tenant, and the column that others refer to.
    tenant_table: str
    tenant_key: str
    membership: Membership | None = None
    claim: Claim | None = None
    #: Database roles: of requests without a user (empty where there are none), with one, and of the service.
    anonymous_role: str = "anon"
    signed_in_role: str = "authenticated"
    service_role: str = "service_role"
    #: How the database learns who the user is: a claim of the token, or a setting of the session.
    user_claim: str = "sub"
    user_setting: str = ""
    super_administrator: SuperAdministrator | None = None
    #: By qualified name.
    tables: Mapping[str, TableRule] = field(default_factory=dict)
    shared: tuple[Shared, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    #: Values that functions can work with, where generated ones are no use: function → argument → SQL expression.
    arguments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Derived from the schema; no person has said that it is meant so.
    inferred: bool = False
    #: Of the state before a release, in which not everything is there that it speaks of.
    earlier: bool = field(default=False, compare=False)

    @property
    def optional(self) -> frozenset[str]:
        """Tables that need not be there."""
        return frozenset(name for name, rule in self.tables.items() if rule.optional)

    @property
    def roles(self) -> tuple[str, ...]:
        """Of a membership or a claim, lowest first."""
        return (self.membership.roles if self.membership else ()) or (self.claim.roles if self.claim else ())
