"""An attack on the separation of tenants: who tried what, what was to happen, and what did."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.rows import NotFilled

__all__ = ["NOTHING_OF_OTHERS", "Cell", "Kind", "Matrix", "Mutant", "Mutation", "Observed", "Request", "World"]


#: Of a call that was made and worked.
NOTHING_OF_OTHERS = "nothing of others in it"


class Observed(StrEnum):
    """What came of an attempt."""

    ALLOWED = "allowed"
    #: Refused by a policy or a privilege (42501), or no row was there for it.
    BLOCKED = "blocked"
    #: Something else stood in the way, so nobody knows whether the door is closed.
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of user: what the database can tell of somebody who makes a request."""

    #: `admin`, `suspended admin`, `anonymous`, `user of no organization`, `super administrator`.
    name: str
    #: The role of the database.
    role: str
    #: Claims of the verified token; empty for a platform without tokens.
    claims: Mapping[str, object] = field(default_factory=dict)
    #: Settings that the application or the gateway makes for the request.
    settings: Mapping[str, str] = field(default_factory=dict)
    #: Identifier of the user; empty for nobody.
    user: str = ""
    #: The user's role in each tenant in which they are active, by the tenant's label; an empty role where none exist.
    roles: Mapping[str, str] = field(default_factory=dict)
    super_administrator: bool = False
    #: Claims something that any user can write: it must not count.
    forged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Tenants with rows in every table, and users of every kind; made by us, on a scratch."""

    #: Key of each tenant, as text, by its label: `A` and `B`. Every kind that is a member is one of `A`.
    tenants: Mapping[str, str]
    #: Those who attack.
    kinds: tuple[Kind, ...]
    #: Users for others to pass as: label (`owner of B`, `colleague in A`) → identifier.
    victims: Mapping[str, str]
    #: For each table and label of a tenant: a row, as JSON without generated columns, that could be inserted now.
    spares: Mapping[str, Mapping[str, str]]
    #: Tables that have no rows of both tenants, with the constraint that stood in the way.
    unfilled: tuple[NotFilled, ...] = ()
    #: Values that a policy looks at and that no row can hold, a line each.
    not_storable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a user sent, so that anybody can send it again."""

    #: The statement alone; the session before it follows from the kind.
    sql: str
    #: The same through the REST layer, as method, path, and body; empty where it cannot be said there.
    rest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One kind, one relation or function, one action."""

    kind: str
    #: A relation, a function with its argument types, a sequence, a schema, a role.
    subject: str
    #: `read own rows`, `read rows of another tenant`, `insert`, `truncate`, `call with another tenant's id` …
    action: str
    #: Whether it must work, or must not.
    expected: Observed
    observed: Observed
    #: `2 rows of another tenant`, `42501 permission denied for table contacts`; no value of a customer.
    detail: str = ""
    request: Request | None = None

    @property
    def agrees(self) -> bool:
        """Whether it is as declared."""
        return self.expected is self.observed

    @property
    def is_leak(self) -> bool:
        """Somebody can do what they must not."""
        return self.expected is Observed.BLOCKED and self.observed is Observed.ALLOWED


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A release that is a little worse: one thing of it is weakened."""

    #: `policy`, `privilege`, `row security`, `view`, `function`.
    sort: str
    #: `policy contacts_select on public.contacts`
    subject: str
    #: `the condition is replaced by true`
    change: str
    #: Statements that make it so, as a superuser.
    sql: str
    #: Relations and functions that it can open; none for all of them.
    reach: frozenset[str] = frozenset()
    #: Why it is the same as before by the server's own rules, where it is: to be shown, by `shown`, not believed.
    same_because: str = ""
    #: A query that gives true where that reason holds.
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """What became of a mutant."""

    mutant: Mutant
    #: The cell in which the attack noticed it; None for a mutant that survived or means the same.
    caught: Cell | None = None
    #: Why no attack can tell it from the release: another barrier holds, as was shown by removing that one too.
    equivalent: str = ""

    @property
    def survived(self) -> bool:
        """The attack lacks something."""
        return self.caught is None and not self.equivalent


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Everything that was tried."""

    world: World
    cells: tuple[Cell, ...]
    #: Relations, functions and attempts that were left out, a line each, with the reason.
    left_out: tuple[str, ...] = ()
    #: Tables of whose rows nobody has said whose they are.
    undeclared: tuple[str, ...] = ()
    mutations: tuple[Mutation, ...] | None = None
    seconds: float = 0.0
