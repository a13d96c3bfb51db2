"""A row of one's own that says what one may do, and that one may change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import mentions
from seatrial.rules.isolation.findings import about, title
from seatrial.rules.isolation.members import asked_tables, members
from seatrial.rules.isolation.opening import is_narrowed
from seatrial.rules.isolation.owners import owned
from seatrial.rules.isolation.reach import policy_clients, who
from seatrial.rules.naming import joined
from seatrial.rules.parts import uncommented
from seatrial.rules.spelling import names, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit
    from seatrial.rules.isolation.owners import Owned

LEVEL = Level.BLOCKS
TRIED = True

_RIGHTS = re.compile(
    r"(?:\w+_)?roles?|(?:is_)?(?:super_?)?(?:admin|user_is_admin|staff|moderator|superuser)|permissions?|scopes"
    r"|access_level|(?:subscription_)?(?:plan|tier)(?:_id)?|subscription_status|(?:is_)?(?:premium|pro|verified|approved)"
    r"|credits?|credit_balance|balance|points|quota|banned|is_banned"
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy for changing one's own row, or for adding a row that gives a right."""
    for table in schema.tables:
        found = owned(schema, table)
        for policy in table.policies if table.row_security and found else ():
            action = _action(schema, table, policy, found) if found else ""
            roles = policy_clients(schema, table, policy, action) if action else ()
            if found and policy.permissive and roles and not is_narrowed(table, action):
                yield from _of(schema, table, policy, found, roles, action)


def _action(schema: Schema, table: Table, policy: Policy, found: Owned) -> str:
    """What the policy lets users do to the row that says what they may do; empty for a row that says nothing of it."""
    keys = [set(columns) & {*found.user, *found.tenant} for columns, _ in table.unique_keys if set(columns) <= {
        *found.user, *found.tenant}]  # fmt: skip
    is_person = any(key & set(found.user) for key in keys)
    is_joined = any(one.table == table.name for one in members(schema))
    if is_person and policy.applies_to("update") and not (is_joined and policy.command == "all"):
        return "update"
    # That a user can make himself a member is told of by another rule.
    [asked] = asked_tables(schema)
    is_asked = table.name in asked and not is_person and not is_joined
    return "insert" if is_asked and policy.applies_to("insert") else ""


def _of(
    schema: Schema, table: Table, policy: Policy, found: Owned, roles: tuple[str, ...], action: str
) -> Iterator[Hit]:
    check = policy.checked
    if check is None or not set(found.user) & set(check.columns) or len(check.alternatives) > 1 or check.subqueries:
        return
    rights = [
        one.name for one in table.columns
        if (_RIGHTS.fullmatch(one.name) or (one.name in found.tenant and action == "update"))
        and not mentions(check.text, [one.name]) and _is_granted(table, roles, one.name, action)
        and not _is_guarded(schema, table, one.name, action)
    ]  # fmt: skip
    if rights:
        lets = (
            f"change {joined(rights)} of their own row" if action == "update" else f"choose {joined(rights)} themselves"
        )
        yield about(
            policy, policy.check or policy.using,
            what=f"{title(policy)} lets users {lets}",
            effect=f"{who(schema, roles, asked=True)} can give themselves another {joined(rights)}",
            fix=_fix(table, found, rights, roles) if action == "update" else
            f"revoke insert on {relation(table.name)} from {names(roles)};",
        )  # fmt: skip


def _is_granted(table: Table, roles: tuple[str, ...], column: str, action: str) -> bool:
    return not table.privileges or any(
        one.name == action and one.role in {*roles, "public"} and (not one.columns or column in one.columns)
        for one in table.privileges
    )


def _is_guarded(schema: Schema, table: Table, column: str, action: str) -> bool:
    """Whether a trigger looks at the column before it is written."""
    called = [
        function for trigger in table.triggers if trigger.timing == "before" and action in trigger.events
        for function in schema.called(trigger.function)
    ]  # fmt: skip
    return any(mentions(uncommented(one.made.body), [column]) for one in called)


def _fix(table: Table, found: Owned, rights: list[str], roles: tuple[str, ...]) -> str:
    kept = {*rights, *found.columns, *table.primary_key, "created_at"}
    left = [one.name for one in table.columns if one.name not in kept and one.column.generated is None]
    revoked = f"revoke update on {relation(table.name)} from {names(roles)};"
    signed_in = [one for one in roles if one != "anon"] or list(roles)
    granted = f"grant update ({names(left)}) on {relation(table.name)} to {names(signed_in)};"
    return f"{revoked}\n{granted}" if left else revoked
