"""A table of members into which users can write themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.findings import about, title
from seatrial.rules.isolation.members import members
from seatrial.rules.isolation.opening import is_narrowed
from seatrial.rules.isolation.owners import owned
from seatrial.rules.isolation.reach import policy_clients, who
from seatrial.rules.spelling import name, names, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit
    from seatrial.rules.isolation.members import Members

LEVEL = Level.BLOCKS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy for adding members that asks only whether the new member is the one who asks."""
    for found in members(schema):
        table = schema.table(found.table)
        for policy in table.policies if table else ():
            if table and _is_open(schema, table, policy, found):
                yield _of(schema, table, policy, found)


def _is_open(schema: Schema, table: Table, policy: Policy, found: Members) -> bool:
    check = policy.checked
    action = "insert"
    if not (check and policy.permissive and table.row_security and policy.applies_to(action)):
        return False
    roles = policy_clients(schema, table, policy, action)
    if not roles or is_narrowed(table, action) or not _may_set(table, action, found.tenant, roles):
        return False
    return found.user in check.columns and found.tenant not in check.columns and not check.subqueries


def _may_set(table: Table, action: str, column: str, roles: tuple[str, ...]) -> bool:
    return (
        any(
            one.name == action and one.role in {*roles, "public"} and (not one.columns or column in one.columns)
            for one in table.privileges
        )
        or not table.privileges
    )


def _of(schema: Schema, table: Table, policy: Policy, found: Members) -> Hit:
    roles = policy_clients(schema, table, policy)
    own = owned(schema, table)
    return about(
        policy, policy.check or policy.using,
        what=f"{title(policy)} asks only for {found.user} of a new row, and {found.tenant} can be anything",
        effect=f"{who(schema, roles, asked=True)} can join every {own.owner if own else 'tenant'}, "
        "and then reads what its members read",
        fix=f"drop policy {name(policy.name)} on {relation(table.name)};\n"
        f"revoke insert, update on {relation(table.name)} from {names(roles)};\n"
        "-- members are added by a function that looks at an invitation",
    )  # fmt: skip
