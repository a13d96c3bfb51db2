"""The plans of calls as lines that two servers can be compared by: steps, joins, indexes; no costs and no values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.pg.explain import explained
from seatrial.pg.sending import sending

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.performance import Call
    from seatrial.pg.connection import Connection
    from seatrial.pg.plan import Node

__all__ = ["lines_of", "planned_at"]

#: Seconds: where the planner wants to know the value of a function, it calls it.
TIME_LIMIT = 5.0
AGGREGATES = {"Plain": "", "Sorted": "Group", "Hashed": "Hash", "Mixed": "Mixed"}
#: Of what is read from end to end, or found by an index.
SOURCES = ("Function Name", "CTE Name", "Tuplestore Name", "Table Function Name")


def planned_at(connection: Connection, calls: Sequence[Call]) -> Mapping[tuple[str, str], tuple[str, ...] | str]:
    """The plan of each call as its first sender has it, row security included; nothing is run.

    What a function runs inside is not in it, as the planner does not look there either.

    Args:
        connection: of a superuser, to a database with rows, or to a stand-in at the target's size.
        calls: what is asked, and by whom.

    Returns:
        By query and caller: the steps, each indented below the one that reads it, or why there is no plan.
    """
    return {(call.query.name, call.caller): _planned(connection, call) for call in calls}


def _planned(connection: Connection, call: Call) -> tuple[str, ...] | str:
    sender = call.senders[0]
    try:
        with sending(connection, sender, time_limit=TIME_LIMIT):
            found = explained(connection, call.query.sql, sender.params, run=False)
    except StatementFailed as error:
        return f"{error.code.removeprefix('sql.')} {error.what}"
    return tuple(lines_of(found["Plan"])) if found else "a rule leaves nothing to plan"


def lines_of(node: Node, depth: int = 0) -> Iterator[str]:
    """A step of a plan and all below it, a line each."""
    # Servers before 18 say here what it returns.
    part = str(node.get("Subplan Name", "")).partition(" (")[0]
    words = [f"{part}:" if part else "", "Parallel" if node.get("Parallel Aware") else "", _kind(node), *_places(node)]
    yield "  " * depth + " ".join(word for word in words if word)
    for below in node.get("Plans", ()):
        yield from lines_of(below, depth + 1)


def _kind(node: Node) -> str:
    """As EXPLAIN calls it for a person."""
    kind = str(node["Node Type"])
    if kind == "ModifyTable":
        return str(node["Operation"])
    if kind == "Aggregate":
        mode = node.get("Partial Mode", "Simple")
        return f"{'' if mode == 'Simple' else f'{mode} '}{AGGREGATES.get(node['Strategy'], '')}Aggregate"
    if kind == "SetOp":
        return f"{kind} {node.get('Command', '')}".rstrip()
    join = node.get("Join Type", "Inner")
    if join != "Inner":
        return f"{kind.removesuffix(' Join')} {join} Join"
    return f"{kind} Backward" if node.get("Scan Direction") == "Backward" else kind


def _places(node: Node) -> Iterator[str]:
    """The index that it uses, and what it reads, as a query would call it."""
    index, relation, alias = node.get("Index Name"), node.get("Relation Name"), node.get("Alias")
    if index:
        yield f"using {index}" if relation else f"on {index}"
    if relation:
        schema = node.get("Schema", "public")
        yield f"on {relation}" if schema == "public" else f"on {schema}.{relation}"
        if alias != relation:
            yield str(alias)
    for source in SOURCES:
        if source in node:
            yield f"on {node[source]}"
