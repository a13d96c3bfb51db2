"""A policy that lets users write rows that belong to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import IDENTITY, conditions, mentions
from seatrial.rules.isolation.findings import about, altered, belonging, title
from seatrial.rules.isolation.members import members
from seatrial.rules.isolation.opening import holds_for_all, is_narrowed
from seatrial.rules.isolation.owners import owned, things
from seatrial.rules.isolation.reach import policy_clients, who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit
    from seatrial.rules.isolation.owners import Owned

LEVEL = Level.BLOCKS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy that asks less of a new row than of an old one, or nothing."""
    joined = {one.table for one in members(schema)}
    for table in schema.tables:
        found = owned(schema, table)
        if not (table.row_security and found):
            continue
        for policy in table.policies:
            action = "insert" if policy.command == "insert" else "update"
            roles = policy_clients(schema, table, policy, action) if policy.applies_to(action) else ()
            if policy.permissive and roles and not is_narrowed(table, action):
                yield from _of(schema, table, policy, found, roles, is_joined=table.name in joined)


def _of(
    schema: Schema, table: Table, policy: Policy, found: Owned, roles: tuple[str, ...], *, is_joined: bool
) -> Iterator[Hit]:
    check = policy.checked
    if check is None or (policy.using and holds_for_all(schema, policy.using)):
        return
    if policy.command == "insert" and set(found.tenant) & set(table.primary_key):
        # A new tenant is nobody else's.
        return
    lost = _lost(table, policy, found, check)
    if holds_for_all(schema, check):
        what = "lets every new row through"
    elif policy.check and policy.using and lost:
        what = f"asks for {lost} of old rows and not of new ones"
    elif lost and not is_joined and _is_granted(table, roles, lost, policy):
        what = f"does not ask for {lost} of new rows"
    else:
        return
    yield about(
        policy, policy.check or policy.using,
        what=f"{title(policy)} {what}",
        effect=_effect(who(schema, roles, asked=not check.constant), table, policy, found),
        fix=_fix(schema, table, policy, check),
    )  # fmt: skip


def _lost(table: Table, policy: Policy, found: Owned, check: Expression) -> str:
    """A column that other conditions of the table ask for, and this one does not ask for in any way."""
    if check.subqueries and any(one.correlated for one in check.subqueries):
        return ""
    if any(call.columns for call in check.calls):
        return ""
    others = [one for each in table.policies for one in conditions(each) if one is not check]
    if policy.check and policy.using:
        others = [policy.using]
    elif not check.columns or check.subqueries or not check.names & IDENTITY or check.names - IDENTITY:
        # It does not compare the row with the user, or asks more of him, such as that he is an administrator.
        return ""
    columns = (*found.tenant, *found.through) if policy.using is not None or found.tenant else found.columns
    columns = found.columns if policy.check and policy.using else columns
    return next(
        (one for one in columns if not mentions(check.text, [one]) and any(one in o.columns for o in others)), ""
    )


def _is_granted(table: Table, roles: tuple[str, ...], column: str, policy: Policy) -> bool:
    actions = {"insert", "update"} if policy.command == "all" else {policy.command}
    return any(
        one.name in actions and one.role in {*roles, "public"} and (not one.columns or column in one.columns)
        for one in table.privileges
    )


def _effect(person: str, table: Table, policy: Policy, found: Owned) -> str:
    another = f"another {found.owner}"
    if policy.command == "insert":
        return f"{person} can add {things(table.name)} in the name of {another}"
    return f"{person} can move own {things(table.name)} into {another}, where they are taken for its own"


def _fix(schema: Schema, table: Table, policy: Policy, check: Expression) -> str:
    condition = belonging(schema, table)
    if policy.check and policy.using and not holds_for_all(schema, policy.using):
        return altered(policy, check=policy.using.text)
    if holds_for_all(schema, check):
        return altered(policy, check=condition)
    return altered(policy, check=f"{check.text} and {condition}")
