"""How the server would run a query of the workload, as its role: it is planned, never run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from seatrial.pg.explain import explained
from seatrial.pg.impersonate import impersonating
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection

__all__ = ["Node", "planned", "steps_of"]

#: One step of a plan, as EXPLAIN writes it.
Node: TypeAlias = "Mapping[str, Any]"


def planned(connection: Connection, query: WorkloadQuery) -> list[Node]:
    """The steps of its plan; what a function runs inside is not among them.

    Args:
        connection: in a transaction, as somebody who may take the query's role; nothing of it stays.
        query: what is asked, and by whom.

    Raises:
        StatementFailed: it cannot be planned, or not as that role.
    """
    execute_statement(connection, "SAVEPOINT seatrial_plan")
    try:
        with impersonating(connection, query.role, json.dumps(query.claims)):
            found = explained(connection, query.sql, query.params, run=False)
    finally:
        execute_statement(connection, "ROLLBACK TO SAVEPOINT seatrial_plan; RELEASE SAVEPOINT seatrial_plan")
    return list(steps_of(found["Plan"])) if found else []


def steps_of(plan: Node) -> Iterator[Node]:
    """A step, and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from steps_of(below)
