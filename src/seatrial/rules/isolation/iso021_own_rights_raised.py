"""A row of one's own that says what one may do, and that one may change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import mentions, queries
from seatrial.rules.isolation.findings import about, title
from seatrial.rules.isolation.opening import is_narrowed
from seatrial.rules.isolation.owners import members, owned
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
    """One hit for each policy for changing one's own row."""
    joined = {one.table for one in members(schema)}
    for table in schema.tables:
        found = owned(schema, table)
        if not table.row_security or found is None or not _is_person(table, found):
            continue
        for policy in table.policies:
            if policy.command == "all" and table.name in joined:
                # That he can add such a row is worse, and told of already.
                continue
            roles = policy_clients(schema, table, policy, "update") if policy.applies_to("update") else ()
            if policy.permissive and roles and not is_narrowed(table, "update"):
                yield from _of(schema, table, policy, found, roles)


def _is_person(table: Table, found: Owned) -> bool:
    """A row for each user, or for each user in each tenant."""
    keys = [set(columns) for columns, _ in table.unique_keys]
    return any(key and key & set(found.user) and key <= {*found.user, *found.tenant} for key in keys)


def _of(schema: Schema, table: Table, policy: Policy, found: Owned, roles: tuple[str, ...]) -> Iterator[Hit]:
    check = policy.checked
    if check is None or not policy.using or not set(found.user) & set(check.columns) or len(check.alternatives) > 1:
        return
    rights = [
        one.name for one in table.columns
        if (_RIGHTS.fullmatch(one.name) or one.name in found.tenant)
        and not mentions(check.text, [one.name]) and _is_granted(table, roles, one.name)
        and not _is_guarded(schema, table, one.name)
    ]  # fmt: skip
    if rights:
        yield about(
            policy, policy.check or policy.using,
            what=f"{title(policy)} lets users change {joined(rights)} of their own row",
            effect=f"{who(schema, roles)} can give himself another {joined(rights)}",
            fix=_fix(table, found, rights, roles),
        )  # fmt: skip


def _is_granted(table: Table, roles: tuple[str, ...], column: str) -> bool:
    return not table.privileges or any(
        one.name == "update" and one.role in {*roles, "public"} and (not one.columns or column in one.columns)
        for one in table.privileges
    )


def _is_guarded(schema: Schema, table: Table, column: str) -> bool:
    """Whether a trigger looks at the column before it is changed."""
    called = [
        function for trigger in table.triggers if trigger.timing == "before" and "update" in trigger.events
        for function in schema.called(trigger.function)
    ]  # fmt: skip
    return any(
        column in query.columns or mentions(uncommented(one.made.body), [column])
        for one in called
        for query in (*queries(one), *one.made.dynamic)
    ) or any(mentions(uncommented(one.made.body), [column]) for one in called)


def _fix(table: Table, found: Owned, rights: list[str], roles: tuple[str, ...]) -> str:
    kept = {*rights, *found.columns, *table.primary_key, "created_at"}
    left = [one.name for one in table.columns if one.name not in kept and one.column.generated is None]
    revoked = f"revoke update on {relation(table.name)} from {names(roles)};"
    signed_in = [one for one in roles if one != "anon"] or list(roles)
    granted = f"grant update ({names(left)}) on {relation(table.name)} to {names(signed_in)};"
    return f"{revoked}\n{granted}" if left else revoked
