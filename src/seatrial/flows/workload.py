"""Has the queries of the workload run before and after the release, on the same generated rows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.flows.stage import BEFORE
from seatrial.ledger.apply import apply_all
from seatrial.model.execution import Ending
from seatrial.model.narrator import Silent
from seatrial.model.words import count, duration
from seatrial.model.workload import Observed, Unmeasured, WorkloadTiming
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.rehearsal.sized import fill_for, strictness
from seatrial.rehearsal.workload import observe, tables_of
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.flows.folder import Folder
    from seatrial.flows.stage import Stage
    from seatrial.model.narrator import Narrator
    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection

__all__ = ["workload_of"]

PACKAGE = "seatrial.flows"
#: Rows of a table whose size nobody knows, and the most that are made: figures must not take longer than the release.
ROWS, MOST_ROWS = 20_000, 100_000
#: Seconds for a run of one query.
TIME_LIMIT = 5.0
#: The copy on which it happens.
COPY = "workload"


def workload_of(
    stage: Stage, folder: Folder, since: int, sizes: Mapping[str, int], *, narrator: Narrator
) -> tuple[WorkloadTiming, ...]:
    """Fill a copy of the state before the release, ask, apply the release to it, and ask again.

    The seeds come first, so that the users of the settings are there and generated rows belong to their tenants too.

    Args:
        stage: with the release applied, and a copy of the state before it.
        folder: its settings have the queries.
        since: what is numbered above this was made by the release.
        sizes: rows by table on the target.
        narrator: told that it takes a while.
    """
    queries = folder.release.workload
    if not queries:
        return ()
    begun = time.perf_counter()
    narrator.begin(f"running {count(len(queries), 'query')} of the workload before and after")
    with stage.observe() as rehearsed:
        quoted = {row["name"]: row["quoted"] for row in rows(rehearsed, load(PACKAGE, "table_rows"))}
        tables = {query.name: tables_of(rehearsed, query) for query in queries}
    filled = [quoted[name] for of in tables.values() for name in of if name in quoted]
    wanted = {name: min(sizes.get(name, ROWS), MOST_ROWS) for name in filled}
    before, after, there = _measured(stage, folder, since, wanted)
    server = str(stage.server.installation)
    narrator.end(f"ok {duration(time.perf_counter() - begun)}")
    return tuple(
        WorkloadTiming(
            query=query, before=before[query.name], after=after[query.name], server=server,
            tables=tuple((quoted[name], there.get(name, 0)) for name in _read(tables[query.name], after[query.name])
                         if name in quoted),
        )
        for query in queries
    )  # fmt: skip


def _read(named: Sequence[str], after: Observed | Unmeasured) -> tuple[str, ...]:
    """The tables of the query, then those that only policies and functions read."""
    return tuple(dict.fromkeys((*named, *(after.tables if isinstance(after, Observed) else ()))))


Answers = dict[str, Observed | Unmeasured]


def _measured(
    stage: Stage, folder: Folder, since: int, wanted: Mapping[str, int]
) -> tuple[Answers, Answers, Mapping[str, int]]:
    stage.server.clone(COPY, BEFORE)
    try:
        with stage.observe() as rehearsed, stage.observe(COPY) as copy:
            _seed(stage, folder)
            fill_for(copy, _there(copy, wanted), strictness(rehearsed, copy, since))
            execute_statement(copy, "ANALYZE")
            before = _asked(copy, folder.release.workload)
        with stage.connect(COPY) as deployer:
            execution = apply_all(deployer, stage.pending, stage.progress, Silent())
        if execution.ending is not Ending.COMPLETE:
            why = f"the release does not apply to generated rows ({execution.stopped_in})"
            return before, {query.name: Unmeasured(why=why) for query in folder.release.workload}, {}
        with stage.observe(COPY) as copy:
            _seed(stage, folder)
            fill_for(copy, wanted, ())
            execute_statement(copy, "ANALYZE")
            there = {row["name"]: row["rows"] for row in rows(copy, load(PACKAGE, "table_rows"))}
            return before, _asked(copy, folder.release.workload), there
    finally:
        stage.server.drop(COPY)


def _asked(connection: Connection, queries: Sequence[WorkloadQuery]) -> Answers:
    return {query.name: observe(connection, query, time_limit=TIME_LIMIT) for query in queries}


def _there(connection: Connection, wanted: Mapping[str, int]) -> dict[str, int]:
    known = {row["quoted"] for row in rows(connection, load(PACKAGE, "table_rows"))}
    return {name: number for name, number in wanted.items() if name in known}


def _seed(stage: Stage, folder: Folder) -> None:
    """As much of it as goes: before the release some tables of it are not there yet."""
    with stage.connect(COPY) as connection:
        for seed in folder.release.seeds:
            for statement in parse(seed).statements:
                try:
                    execute_statement(connection, statement.text)
                except StatementFailed:
                    continue
