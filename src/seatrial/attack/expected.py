"""What a person has declared: whether somebody may do something with a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.isolation import Observed
from seatrial.model.tenancy import ANYONE, NOBODY, SELF, SIGNED_IN, TableRule

if TYPE_CHECKING:
    from seatrial.model.isolation import Kind
    from seatrial.model.tenancy import Action, Tenancy

__all__ = ["expected", "may", "rule_for"]


def expected(*, allowed: bool) -> Observed:
    """What a cell has to show."""
    return Observed.ALLOWED if allowed else Observed.BLOCKED


def rule_for(tenancy: Tenancy, table: str, root: str = "") -> TableRule:
    """Of a table, or of the one whose partition it is; of one that nobody has declared: nobody may do anything."""
    for name in filter(None, (table, root)):
        if name in tenancy.tables:
            return tenancy.tables[name]
        for shared in tenancy.shared:
            if shared.name == name:
                return TableRule(table=name, select=shared.select, system_rows=True)
    return TableRule(table=table)


def may(tenancy: Tenancy, kind: Kind, rule: TableRule, action: Action, *, tenant: str, owner: str) -> bool:
    """Whether a kind of user may do this with a row.

    Args:
        tenancy: names the roles and their order.
        kind: who.
        rule: of the row's table.
        action: what.
        tenant: label of the tenant that the row belongs to; empty for nobody's.
        owner: the user that the row belongs to; empty for none.
    """
    if kind.super_administrator and action in rule.super_administrator:
        return True
    lowest = rule.lowest(action)
    if lowest in {NOBODY, ANYONE}:
        return lowest == ANYONE
    if lowest == SIGNED_IN:
        return kind.role == tenancy.signed_in_role
    if lowest == SELF:
        in_reach = tenant in kind.roles or not (rule.tenant or rule.through)
        return bool(kind.user) and owner == kind.user and in_reach
    return tenant in kind.roles and _rank(tenancy, kind.roles[tenant]) >= _rank(tenancy, lowest)


def _rank(tenancy: Tenancy, role: str) -> int:
    """A role that nobody declared is below all; where there are no roles, all members are alike."""
    roles = tenancy.roles
    if not roles:
        return 0
    return roles.index(role) if role in roles else -1
