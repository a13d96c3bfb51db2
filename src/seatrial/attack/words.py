"""How rows and refusals are spoken of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.isolation import Observed
from seatrial.model.tenancy import SELF

if TYPE_CHECKING:
    from seatrial.attack.scene import Row
    from seatrial.model.isolation import Kind
    from seatrial.model.tenancy import TableRule
    from seatrial.pg.attempt import Attempt

__all__ = ["ANOTHER_TENANT", "NOBODYS", "OTHERS", "OWN", "OWN_TENANT", "REFUSED", "observed_in", "refusal", "whose"]

#: What a policy or a privilege says; what a trigger says on purpose.
REFUSED = frozenset({"42501", "P0001"})
#: A policy that cannot be evaluated: recursion, several rows where one belongs, a setting or a claim that is no uuid.
BROKEN = {"42P17", "21000", "22P02", "42704"}

OWN_TENANT = "rows of own tenant"
ANOTHER_TENANT = "rows of another tenant"
OWN = "own rows"
OTHERS = "rows of other users"
NOBODYS = "rows of no tenant"


def whose(kind: Kind, rule: TableRule, row: Row) -> str:
    """The sort of a row, as the user sees it."""
    if rule.user and SELF in {rule.select, rule.insert, rule.update, rule.delete}:
        if row.owner and row.owner == kind.user:
            return OWN
        return OTHERS if not row.tenant or row.tenant in kind.roles else ANOTHER_TENANT
    if not row.tenant:
        return NOBODYS
    return OWN_TENANT if row.tenant in kind.roles else ANOTHER_TENANT


def observed_in(answer: Attempt, *, needed: bool = False) -> Observed:
    """What an attempt that changed nothing says: refused, or stopped by something that nobody can judge.

    For somebody who must be able to do it, a policy that cannot be evaluated is as good as a refusal.
    """
    if answer.worked or answer.sqlstate in REFUSED or (needed and answer.sqlstate in BROKEN):
        return Observed.BLOCKED
    return Observed.UNDECIDED


def refusal(answer: Attempt) -> str:
    """The server's words, without DETAIL, which quotes values."""
    return f"{answer.sqlstate} {answer.message}"
