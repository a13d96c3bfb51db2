"""A function that tells who asks, or that policies call, and that is declared to give always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.isolation.conditions import IDENTITY, conditions, functions, queries
from seatrial.rules.naming import along

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Function, Schema

LEVEL = Level.BLOCKS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such function."""
    callers: dict[str, tuple[Function, list[str]]] = {}
    for policy in schema.policies:
        for function in functions(schema, (name for one in conditions(policy) for name in one.names)):
            if function.made.volatility == "immutable":
                callers.setdefault(function.signature, (function, []))[1].append(policy.table)
    for function in schema.functions:
        if function.made.volatility == "immutable" and any(one.names & IDENTITY for one in queries(function)):
            callers.setdefault(function.signature, (function, []))
    for function, tables in callers.values():
        if _asks(schema, function):
            made = function.life.made
            whose = f"rows of {along(dict.fromkeys(tables))}" if tables else "rows, where a query is filtered by it"
            yield Hit(
                script=made.script,
                offset=made.offset,
                what=f'function "{function.signature}" depends on who asks and is IMMUTABLE',
                effect="a plan that is used again keeps what it gave to the first user: others then see that user's "
                f"{whose}",
                fix=f"alter function {function.signature} stable;",
                subject=function.signature,
            )


def _asks(schema: Schema, function: Function) -> bool:
    """By itself, or through what it calls."""
    called = [call for query in queries(function) for call in query.names]
    inside = (function, *functions(schema, called))
    found = [query for one in inside for query in queries(one)]
    return any(query.names & IDENTITY or query.keywords or query.tables for query in found)
