"""Rows that one condition keeps apart and another opens to everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import mentions
from seatrial.rules.isolation.findings import about, altered, belonging, title
from seatrial.rules.isolation.opening import is_narrowed, is_published
from seatrial.rules.isolation.owners import owned, things
from seatrial.rules.isolation.reach import policy_clients, who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit
    from seatrial.rules.isolation.owners import Owned

LEVEL = Level.WARNS
TRIED = True

_ASKS = re.compile(r"\bselect\b|\bauth\.|current_|session_user|\w\s*\(", re.IGNORECASE)
_STRING = re.compile(r"'(?:[^']|'')*'")
#: Columns by which a row is shown to the world on purpose.
_PUBLIC = re.compile(r"public|everyone|visib|shared", re.IGNORECASE)
_VERBS = {"select": "read", "update": "change", "delete": "delete"}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy with a condition on the row that says nothing about whose it is."""
    for table in schema.tables:
        found = owned(schema, table)
        if not (table.row_security and found) or found.read_by_all or is_published(table, found):
            continue
        for policy in table.policies:
            yield from _of(schema, table, policy, found)


def _of(schema: Schema, table: Table, policy: Policy, found: Owned) -> Iterator[Hit]:
    ways = policy.using.alternatives if policy.using and policy.permissive else ()
    way = next((one for one in ways if _is_open(table, one, found)), "")
    for action, verb in _VERBS.items() if way else ():
        roles = policy_clients(schema, table, policy, action) if policy.applies_to(action) else ()
        if not roles or is_narrowed(table, action) or not _is_bound(schema, table, found, action, roles):
            continue
        yield about(
            policy, policy.using,
            what=f"{title(policy)} lets rows through by {way}, whoever they belong to",
            effect=f"{who(schema, roles)} can {verb} {things(table.name)} of every {found.owner}, where {way}: "
            "permissive conditions are joined by OR",
            fix=_fix(schema, table, policy, way),
        )  # fmt: skip
        return


def _is_open(table: Table, way: str, found: Owned) -> bool:
    """It looks at columns of the row, none of which says whose it is, and at nobody who asks."""
    columns = [one.name for one in table.columns]
    if _ASKS.search(_STRING.sub("''", way).replace("NOT (", "not ")) or mentions(way, found.columns):
        return False
    asked = [one for one in columns if mentions(way, [one])]
    return bool(asked) and not any(_PUBLIC.search(one) for one in asked) and "'public'" not in way


def _is_bound(schema: Schema, table: Table, found: Owned, action: str, roles: tuple[str, ...]) -> bool:
    """Some way to the same rows does ask whose they are."""
    return any(
        mentions(way, found.columns)
        for one in table.policies
        if one.permissive and one.using and one.applies_to(action)
        and set(policy_clients(schema, table, one, action)) & set(roles)
        for way in one.using.alternatives
    )  # fmt: skip


def _fix(schema: Schema, table: Table, policy: Policy, way: str) -> str:
    using = policy.using
    ways = using.alternatives if using else ()
    bound = belonging(schema, table)
    return altered(policy, using=" or ".join(f"({one} and {bound})" if one == way else one for one in ways))
