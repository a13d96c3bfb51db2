"""Finds indexes that are missing: each is built on a copy, has to be used by the planner there, and is measured."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.model.performance import Gain, ProposedIndex
from seatrial.model.workload import Observed
from seatrial.performance.indexes.candidates import LARGE, candidates
from seatrial.performance.indexes.choice import Trial, chosen, is_clear
from seatrial.performance.run import first_plan, median_of
from seatrial.performance.writes import write_rates
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.plan import steps_of
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.sql.compared import compared, compared_in_body

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.performance import Call
    from seatrial.model.workload import WorkloadTiming
    from seatrial.performance.indexes.candidates import Candidate
    from seatrial.pg.connection import Connection

__all__ = ["proposed"]

PACKAGE = "seatrial.performance.indexes"
#: Candidates that are built of one table.
MOST_OF_TABLE = 10
#: Of a call, for one median; and medians of each side, as one alone says nothing of its spread.
RUNS, MEDIANS = 20, 2
#: Milliseconds from which on one median is enough: the spread is small beside it, and there are many to take.
SLOW = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A table, or the whole of which it is a partition."""

    quoted: str
    policies: tuple[str, ...]


def proposed(
    connection: Connection, calls: Sequence[Call], timings: Sequence[WorkloadTiming], rewrites: Sequence[str] = (), *,
    time_limit: float = 5.0,
) -> tuple[ProposedIndex, ...]:  # fmt: skip
    """For each table the fewest indexes that give each call its gain; nothing of them stays.

    What functions read inside is not looked at.

    Args:
        connection: of a superuser, idle, to a copy with the release, rows and statistics.
        calls: whose plans are looked at; those without a timing, or that read little, are not.
        timings: of the calls after the release.
        rewrites: of policies, in whose presence an index has to be worth its cost.
        time_limit: seconds for each run.
    """
    reading = {(one.query.name, one.caller) for one in timings if isinstance(one.after, Observed) and _reads(one.after)}
    looked = [call for call in calls if (call.query.name, call.caller) in reading]
    with translated(connection), connection.transaction(force_rollback=True):
        for rewrite in rewrites:
            with suppress(StatementFailed), connection.transaction():
                execute_script(connection, rewrite)
        tables = _tables(connection)
        wanted = _wanted(connection, looked, tables, time_limit)
        return tuple(
            one for table in sorted(wanted) for one in _of_table(connection, table, wanted[table], time_limit)
        )  # fmt: skip


def _reads(after: Observed) -> bool:
    """Whether its plan may look at many rows."""
    return bool(after.scanned) or after.removed >= LARGE or any("Sort" in line for line in after.plan)


def _tables(connection: Connection) -> dict[str, _Table]:
    return {
        row["name"]: _Table(quoted=row["quoted"], policies=tuple(row["policies"]))
        for row in rows(connection, load(PACKAGE, "tables"))
    }


def _wanted(
    connection: Connection, calls: Sequence[Call], tables: Mapping[str, _Table], time_limit: float
) -> dict[str, dict[Candidate, list[Call]]]:
    """Candidates by table, each with the calls whose plans it comes from."""
    found: dict[str, dict[Candidate, list[Call]]] = defaultdict(lambda: defaultdict(list))
    for call in calls:
        plan = first_plan(connection, call, time_limit=time_limit, run=True)
        read = [table for node in steps_of(plan) if (table := tables.get(_relation(node)))] if plan else []
        written = _written(call, read)
        for candidate in candidates(plan, written) if plan else ():
            if candidate.table in tables:
                found[tables[candidate.table].quoted][candidate].append(call)
    return found


def _written(call: Call, read: Sequence[_Table]) -> dict[str, tuple[str, ...]]:
    """The constants that the query and the policies of its tables write down, by column, and all of them."""
    found: dict[str, tuple[str, ...]] = {}
    policies = {text for table in read for text in table.policies}
    for one in (compared_in_body("sql", call.query.sql), *map(compared, sorted(policies))):
        for column, constants in (*one.columns.items(), ("", one.constants)):
            found[column] = (*found.get(column, ()), *constants)
    return found


def _relation(node: Mapping[str, Any]) -> str:
    return f"{node.get('Schema', '')}.{node.get('Relation Name', '')}"


def _of_table(
    connection: Connection, table: str, wanted: Mapping[Candidate, Sequence[Call]], time_limit: float
) -> Iterator[ProposedIndex]:
    """Candidates of one table are tried with each of its calls, first those that come from most of them."""
    calls = list({(call.query.name, call.caller): call for of in wanted.values() for call in of}.values())
    before = {_name(call): found for call in calls if (found := _medians(connection, call, time_limit))}
    shapes = Counter((candidate.keys, candidate.where) for candidate, of in wanted.items() for _ in of)
    tried = [
        trial
        for (keys, where), _ in shapes.most_common(MOST_OF_TABLE)
        if (trial := _tried(connection, table, (keys, where), calls, before, time_limit))
    ]
    inserts = _inserts(connection, table) if tried else 0.0
    for trial in chosen(tried):
        with connection.transaction(force_rollback=True):
            execute_statement(connection, trial.sql)
            after = _inserts(connection, table)
        yield ProposedIndex(
            sql=trial.sql, table=table, gains=trial.gains, bytes=trial.bytes,
            inserts_before=inserts, inserts_after=after,
        )  # fmt: skip


def _tried(
    connection: Connection,
    table: str,
    shape: tuple[tuple[str, ...], tuple[str, ...]],
    calls: Sequence[Call],
    before: Mapping[tuple[str, str], Sequence[float]],
    time_limit: float,
) -> Trial | None:
    """What an index is worth; None where the server does not make it, or no call gains."""
    keys, where = shape
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    try:
        with connection.transaction(force_rollback=True):
            execute_statement(connection, f"CREATE INDEX ON {table} ({', '.join(keys)}){condition}")
            execute(connection, load(PACKAGE, "usable"), {"table": table})
            if any("(" in key for key in keys):
                # Only so are there statistics of an expression.
                execute_statement(connection, f"ANALYZE {table}")
            [made] = rows(connection, load(PACKAGE, "made"), {"table": table})
            gains = [
                Gain(query=call.query.name, caller=call.caller, before=min(before[_name(call)]), after=max(after))
                for call in calls
                if _name(call) in before and _uses(connection, call, made["names"], time_limit)
                and (after := _medians(connection, call, time_limit)) and is_clear(before[_name(call)], after)
            ]  # fmt: skip
    except StatementFailed:
        return None
    return Trial(sql=made["sql"], keys=len(keys), bytes=made["bytes"], gains=tuple(gains)) if gains else None


def _uses(connection: Connection, call: Call, names: Sequence[str], time_limit: float) -> bool:
    plan = first_plan(connection, call, time_limit=time_limit, run=False)
    return plan is not None and any(node.get("Index Name") in names for node in steps_of(plan))


def _medians(connection: Connection, call: Call, time_limit: float) -> list[float]:
    found: list[float] = []
    while len(found) < MEDIANS and (not found or found[-1] < SLOW):
        median = median_of(connection, call, time_limit=time_limit, runs=RUNS)
        if median is None:
            return []
        found.append(median)
    return found


def _inserts(connection: Connection, table: str) -> float:
    return write_rates(connection, [table], actions=("insert",)).get((table, "insert"), 0.0)


def _name(call: Call) -> tuple[str, str]:
    return call.query.name, call.caller
