"""A policy that is true for every row, or asks only whether somebody is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.findings import about, belonging, narrower, title
from seatrial.rules.isolation.opening import holds_for_all, is_narrowed, is_published
from seatrial.rules.isolation.owners import all_of, owned
from seatrial.rules.isolation.reach import policy_clients, who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit

LEVEL = Level.BLOCKS
TRIED = True

_VERBS = {"select": "read", "update": "change", "delete": "delete"}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such policy: for reading where rows belong to somebody, for writing on any table."""
    for table in schema.tables:
        for policy in table.policies if table.row_security else ():
            if policy.permissive and policy.using and holds_for_all(schema, policy.using):
                yield from _of(schema, table, policy)


def _of(schema: Schema, table: Table, policy: Policy) -> Iterator[Hit]:
    found = owned(schema, table)
    opened = {
        action: roles for action in _VERBS
        if policy.applies_to(action) and (roles := policy_clients(schema, table, policy, action))
        and not is_narrowed(table, action)
    }  # fmt: skip
    if found is None or found.read_by_all or is_published(table, found):
        opened.pop("select", None)
    if not opened:
        return
    verbs = [_VERBS[action] for action in opened]
    can = " and ".join([", ".join(verbs[:-1]), verbs[-1]] if verbs[1:] else verbs)
    roles = tuple(dict.fromkeys(role for each in opened.values() for role in each))
    is_true = bool(policy.using and policy.using.constant)
    asks = "is true for every row" if is_true else "asks nothing of the row"
    yield about(
        policy, policy.using,
        what=f"{title(policy)} {asks}",
        effect=f"{who(schema, roles, asked=not is_true)} can {can} {all_of(table, found)}",
        fix=narrower(policy, belonging(schema, table)),
    )  # fmt: skip
