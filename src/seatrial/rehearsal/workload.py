"""Runs a query of the workload as its role does, several times, and reads from its plan what it used."""

from __future__ import annotations

import json
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.model.workload import Observed, Unmeasured
from seatrial.pg.connection import execute, on_notice
from seatrial.pg.explain import explained
from seatrial.pg.impersonate import impersonating
from seatrial.pg.plan import Node, steps_of
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.evidence import Notice
    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection

__all__ = ["RUNS", "observe", "tables_of"]

#: The first one warms the caches and does not count.
RUNS = 6
#: Only nodes that call a function have it.
_CALL = "Function Name"


def observe(connection: Connection, query: WorkloadQuery, *, time_limit: float) -> Observed | Unmeasured:
    """Run it, and undo it each time.

    Args:
        connection: of a superuser, idle, to a database with rows and statistics.
        query: what is asked, and by whom.
        time_limit: seconds for each run.
    """
    found: list[dict[str, Any]] = []
    try:
        for _ in range(RUNS):
            with _undone(connection):
                execute(connection, "SELECT set_config('statement_timeout', %(limit)s, true)",
                        {"limit": str(round(time_limit * 1000))})  # fmt: skip
                with impersonating(connection, query.role, json.dumps(query.claims)):
                    found.append(explained(connection, query.sql, query.params, run=True))
    except StatementFailed as error:
        return Unmeasured(why=f"{error.code.removeprefix('sql.')} {error.what}")
    nodes = list(steps_of(found[-1]["Plan"]))
    functions = {node["Function Name"] for node in nodes if node.get("Schema") != "pg_catalog" and _CALL in node}
    below = _inside(connection, query) if functions else []
    every = [*nodes, *below]
    return Observed(
        indexes=tuple(dict.fromkeys(node["Index Name"] for node in every if "Index Name" in node)),
        scanned=_tables(node for node in every if node["Node Type"] == "Seq Scan"),
        milliseconds=median(one["Execution Time"] for one in found[1:]), runs=len(found) - 1,
        buffers=sum(int(nodes[0].get(f"{what} Blocks", 0)) for what in ("Shared Hit", "Shared Read")),
        rows=_rows(nodes), tables=_tables(every), unseen=tuple(sorted(functions)) if functions and not below else (),
    )  # fmt: skip


def _inside(connection: Connection, query: WorkloadQuery) -> list[Node]:
    """The plans of what functions run, which no EXPLAIN shows: auto_explain tells them, where it is loaded."""
    told: list[Node] = []

    def note(notice: Notice) -> None:
        if notice.message.startswith("duration: "):
            told.extend(steps_of(json.loads(notice.message.partition("plan:\n")[2])["Plan"]))

    # It stays with the session, which nobody else has told such plans to.
    on_notice(connection, note)
    with _undone(connection):
        execute(connection, load("seatrial.rehearsal", "plans_inside_functions"))
        with impersonating(connection, query.role, json.dumps(query.claims)):
            explained(connection, query.sql, query.params, run=True)
    return [node for node in told if "Relation Name" in node or "Index Name" in node]


def tables_of(connection: Connection, query: WorkloadQuery) -> tuple[str, ...]:
    """The tables of its plan, as a superuser has it: not those that only policies or functions read.

    None at all where it cannot be planned.
    """
    try:
        with _undone(connection):
            plan = explained(connection, query.sql, query.params, run=False)["Plan"]
    except StatementFailed:
        return ()
    return _tables(steps_of(plan))


def _tables(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_relation(node) for node in nodes if "Relation Name" in node))


@contextmanager
def _undone(connection: Connection) -> Iterator[None]:
    execute_statement(connection, "BEGIN")
    try:
        yield
    finally:
        execute_statement(connection, "ROLLBACK")


def _relation(node: Node) -> str:
    return f"{node['Schema']}.{node['Relation Name']}"


def _rows(nodes: list[Node]) -> int:
    """Of a statement that changes rows: those that it has found."""
    first = nodes[1] if nodes[0]["Node Type"] == "ModifyTable" and not nodes[0]["Actual Rows"] else nodes[0]
    return round(float(first["Actual Rows"]) * int(first["Actual Loops"]))
