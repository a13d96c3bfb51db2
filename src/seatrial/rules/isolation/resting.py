"""Tables that policies ask before they let anybody through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rules.isolation.conditions import conditions, functions, queries
from seatrial.rules.isolation.reach import WRITES, reaching
from seatrial.rules.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table

__all__ = ["unprotected"]


@once
def unprotected(schema: Schema) -> Iterator[tuple[Table, tuple[Policy, ...]]]:
    """Those without row security that clients may write to, with the policies that rest on them."""
    resting: dict[str, list[Policy]] = {}
    for policy in schema.policies:
        for name in _asked(schema, policy):
            if name != policy.table:
                resting.setdefault(name, []).append(policy)
    for table in schema.tables:
        if table.name in resting and not table.row_security and reaching(schema, table, *WRITES):
            yield table, tuple(resting[table.name])


def _asked(schema: Schema, policy: Policy) -> set[str]:
    found = set[str]()
    for condition in conditions(policy):
        found.update(condition.tables)
        for function in functions(schema, condition.names):
            found.update(name for query in queries(function) for name in query.tables)
    return found
