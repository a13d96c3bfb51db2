"""Runs a query of the workload as those who send it, again and again, and reads from its plans what it used."""

from __future__ import annotations

import json
import time
from itertools import cycle
from statistics import median
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.model.workload import Observed, Prepared, Unmeasured
from seatrial.pg.connection import execute, on_notice, rows
from seatrial.pg.explain import explained, explained_as_text, explained_prepared, prepare
from seatrial.pg.plan import Node, steps_of
from seatrial.pg.queries import load
from seatrial.pg.sending import sending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seatrial.model.evidence import Notice
    from seatrial.model.performance import Call, Sender
    from seatrial.pg.connection import Connection

__all__ = ["first_plan", "median_of", "observe", "tables_of", "took"]

#: So many runs have a slowest hundredth; fewer where they take longer than PATIENCE (seconds) together.
MOST_RUNS, FEWEST_RUNS = 100, 3
PATIENCE = 0.5
#: Milliseconds from which on nobody asks how much longer it takes otherwise.
SLOW = 500.0
#: Only nodes that call a function have it.
_CALL = "Function Name"

#: One run, as EXPLAIN has it.
Run = dict[str, Any]


def observe(
    connection: Connection, call: Call, *, time_limit: float = 5.0, thorough: bool = True
) -> Observed | Unmeasured:
    """Run it, and undo it each time; its senders take turns.

    Args:
        connection: of a superuser, idle, to a database with rows and statistics.
        call: what is asked, and by whom.
        time_limit: seconds for each run.
        thorough: whether it is measured as a prepared statement, too.
    """
    sql = call.query.sql

    def plain(sender: Sender) -> Run:
        return explained(connection, sql, sender.params, run=True)

    try:
        runs = _runs(connection, call, plain, time_limit)
        nodes = list(steps_of(runs[-1]["Plan"]))
        functions = {node[_CALL] for node in nodes if node.get("Schema") != "pg_catalog" and _CALL in node}
        below = _inside(connection, call, time_limit)
        last = call.senders[(len(runs) - 1) % len(call.senders)]
        with sending(connection, last, time_limit=time_limit):
            plan = explained_as_text(connection, sql, last.params)
        custom, generic = (
            (_prepared(connection, call, time_limit, generic=one) for one in (False, True))
            if thorough and median(map(took, runs)) < SLOW and any(sender.params for sender in call.senders)
            else (None, None)
        )  # fmt: skip
    except StatementFailed as error:
        return Unmeasured(why=f"{error.code.removeprefix('sql.')} {error.what}")
    every = [*nodes, *below]
    times = sorted(map(took, runs))
    return Observed(
        indexes=_with_parents(connection, _indexes(every)), scanned=_scanned(every), tables=_tables(every),
        milliseconds=median(times), p99=_of_hundred(times), runs=len(runs), plan=plan, custom=custom, generic=generic,
        buffers=_buffers(nodes[0]), removed=_removed(nodes),
        rows=max(_returned(list(steps_of(run["Plan"]))) for run in runs),
        parallel=any("Gather" in node["Node Type"] for node in nodes),
        unseen=tuple(sorted(functions)) if functions and not below else (),
    )  # fmt: skip


def median_of(connection: Connection, call: Call, *, time_limit: float = 5.0, runs: int = 20) -> float | None:
    """Median milliseconds of server time; None where it cannot be run.

    Args:
        connection: of a superuser, idle, or in a transaction whose changes the call is to see.
        call: what is asked, and by whom.
        time_limit: seconds for each run.
        runs: how many at most.
    """

    def plain(sender: Sender) -> Run:
        return explained(connection, call.query.sql, sender.params, run=True)

    try:
        return median(map(took, _runs(connection, call, plain, time_limit, most=runs)))
    except StatementFailed:
        return None


def took(run: Run) -> float:
    """Milliseconds of the server: to plan and to execute."""
    return float(run["Planning Time"]) + float(run["Execution Time"])


def first_plan(connection: Connection, call: Call, *, time_limit: float, run: bool) -> Node | None:
    """The plan of a call as its first sender has it; None where there is none to be had.

    Args:
        connection: of a superuser, idle, or in a transaction whose changes the call is to see.
        call: what is asked, and by whom.
        time_limit: seconds.
        run: run it, and count; it is undone.
    """
    sender = call.senders[0]
    try:
        with sending(connection, sender, time_limit=time_limit):
            found = explained(connection, call.query.sql, sender.params, run=run)
    except StatementFailed:
        return None
    return found.get("Plan")


def tables_of(connection: Connection, calls: Iterable[Call]) -> tuple[str, ...]:
    """The tables of the plans of calls, those of policies too; none of a call that cannot be planned."""
    plans = (first_plan(connection, call, time_limit=1, run=False) for call in calls)
    return _tables(node for plan in plans if plan for node in steps_of(plan))


def _runs(
    connection: Connection, call: Call, ask: Callable[[Sender], Run], time_limit: float, *, most: int = MOST_RUNS
) -> list[Run]:
    """The first run of all warms the caches and does not count."""
    found: list[Run] = []
    senders = cycle(call.senders)
    begun = time.perf_counter()
    while len(found) <= FEWEST_RUNS or (len(found) <= most and time.perf_counter() - begun < PATIENCE):
        sender = next(senders)
        with sending(connection, sender, time_limit=time_limit):
            found.append(ask(sender))
    return found[1:]


def _prepared(connection: Connection, call: Call, time_limit: float, *, generic: bool) -> Prepared:
    prepare(connection, call.query.sql)

    def ask(sender: Sender) -> Run:
        return explained_prepared(connection, sender.params, generic=generic)

    runs = _runs(connection, call, ask, time_limit)
    nodes = [node for run in runs[-len(call.senders):] for node in steps_of(run["Plan"])]  # fmt: skip
    times = sorted(map(took, runs))
    return Prepared(
        milliseconds=median(times),
        p99=_of_hundred(times),
        scanned=_scanned(nodes),
        indexes=_with_parents(connection, _indexes(nodes)),
    )


def _inside(connection: Connection, call: Call, time_limit: float) -> list[Node]:
    """The plans of what functions run, which no EXPLAIN shows: auto_explain tells them, where it is loaded."""
    told: list[Node] = []

    def note(notice: Notice) -> None:
        if notice.message.startswith("duration: "):
            told.extend(steps_of(json.loads(notice.message.partition("plan:\n")[2])["Plan"]))

    sender = call.senders[0]
    end = on_notice(connection, note)
    try:
        with connection.transaction(force_rollback=True):
            # Only a superuser may ask for them.
            execute(connection, load("seatrial.performance", "plans_inside_functions"))
            with sending(connection, sender, time_limit=time_limit):
                explained(connection, call.query.sql, sender.params, run=True)
    finally:
        end()
    return [node for node in told if "Relation Name" in node or "Index Name" in node]


def _of_hundred(times: Sequence[float]) -> float:
    """What 99 of 100 did not exceed; of fewer, the longest."""
    return times[-1 - len(times) // MOST_RUNS]


def _indexes(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node["Index Name"] for node in nodes if "Index Name" in node))


def _with_parents(connection: Connection, names: tuple[str, ...]) -> tuple[str, ...]:
    """The index of a partition is there because its table has one, by which people know it."""
    found = rows(connection, load("seatrial.performance", "index_parents"), {"names": list(names)})
    return tuple(dict.fromkeys((*names, *(row["name"] for row in found))))


def _scanned(nodes: Iterable[Node]) -> tuple[str, ...]:
    return _tables(node for node in nodes if node["Node Type"] == "Seq Scan")


def _tables(nodes: Iterable[Node]) -> tuple[str, ...]:
    named = (node for node in nodes if "Relation Name" in node)
    return tuple(dict.fromkeys(f"{node['Schema']}.{node['Relation Name']}" for node in named))


def _buffers(top: Node) -> int:
    return sum(int(top.get(f"{what} Blocks", 0)) for what in ("Shared Hit", "Shared Read"))


def _removed(nodes: Iterable[Node]) -> int:
    """EXPLAIN has them for one loop."""
    return round(sum(
        float(node.get(f"Rows Removed by {what}", 0)) * int(node.get("Actual Loops", 1))
        for node in nodes for what in ("Filter", "Index Recheck", "Join Filter")
    ))  # fmt: skip


def _returned(nodes: list[Node]) -> int:
    """Of a statement that changes rows: those that it has found."""
    top = nodes[0]
    if top["Node Type"] == "ModifyTable" and not top["Actual Rows"]:
        top = next(node for node in nodes if node.get("Parent Relationship") == "Outer")
    return round(float(top["Actual Rows"]) * int(top["Actual Loops"]))
