"""Which policies lead back to the table that they are on, followed as PostgreSQL puts conditions into a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rules.isolation.conditions import conditions, functions, queries, selects
from seatrial.rules.isolation.reach import policy_clients
from seatrial.rules.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table

__all__ = ["circles"]

_COMMANDS = ("select", "insert", "update", "delete")


@once
def circles(schema: Schema) -> Iterator[tuple[Policy, tuple[str, ...]]]:
    """A policy of each circle, and the tables on the way back to its own, which is the last."""
    told: set[frozenset[str]] = set()
    for table in schema.tables:
        if not table.row_security:
            continue
        for policy in table.policies:
            for role in policy_clients(schema, table, policy):
                way = _way(schema, table, policy, role)
                around = frozenset((table.name, *way))
                if way and around not in told:
                    told.add(around)
                    yield policy, way


@once
def _protected(schema: Schema) -> Iterator[dict[str, Table]]:
    """Once for a schema: the tables with row security."""
    yield {table.name: table for table in schema.tables if table.row_security}


def _way(schema: Schema, table: Table, policy: Policy, role: str) -> tuple[str, ...]:
    """Empty where the policy does not lead back."""
    for name in _read(schema, policy):
        way = _back(schema, name, table, role, (name,))
        if way:
            return way
    return ()


def _back(schema: Schema, name: str, start: Table, role: str, way: tuple[str, ...]) -> tuple[str, ...]:
    [tables] = _protected(schema)
    found = tables[name]
    asked = [one for one in found.policies if one.applies_to("select") and _is_for(one, role)]
    if name == start.name:
        # With no sub-select in the conditions of the second round there is nothing more to put in.
        return way if any(selects(one) for policy in asked for one in conditions(policy)) else ()
    if len(way) > len(schema.tables):
        return ()
    for policy in asked:
        for other in _read(schema, policy):
            if other not in way:
                further = _back(schema, other, start, role, (*way, other))
                if further:
                    return further
    return ()


def _is_for(policy: Policy, role: str) -> bool:
    return bool({"public", role} & set(policy.roles)) or role == "public"


def _read(schema: Schema, policy: Policy) -> list[str]:
    """Tables that it reads with the rights of who asks: itself, by views and by functions."""
    found: list[str] = []
    for condition in conditions(policy):
        found += condition.tables
        for function in functions(schema, condition.names):
            if not function.made.definer:
                found += [name for query in queries(function) for name in query.tables]
    waiting, seen = list(dict.fromkeys(found)), set[str]()
    while waiting:
        name = waiting.pop(0)
        view = schema.view(name) if schema.views else None
        if name not in seen and view is not None and view.invoker:
            waiting += view.made.query.tables
        seen.add(name)
    [tables] = _protected(schema)
    return [name for name in dict.fromkeys((*found, *sorted(seen))) if name in tables]
