"""Has the release run on generated rows at two sizes, and forecasts the target's."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.catalog.ours import is_ours
from seatrial.flows.stage import BEFORE
from seatrial.model.forecast import Measured, Timing
from seatrial.model.narrator import Silent
from seatrial.model.place import place_at
from seatrial.model.standin import NotCarried
from seatrial.model.words import duration
from seatrial.rehearsal.forecast import forecast, fractions, machine, together
from seatrial.rehearsal.record import install
from seatrial.rehearsal.replay import Manner, replay
from seatrial.rehearsal.sized import fill_for, strictness
from seatrial.sql.safer import safer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from seatrial.flows.stage import Stage
    from seatrial.model.evidence import Evidence
    from seatrial.model.execution import Execution, StatementRun
    from seatrial.model.failure import Failure
    from seatrial.model.forecast import Machine
    from seatrial.model.narrator import Narrator
    from seatrial.model.trial import StatementTrial

__all__ = ["Measurement", "found_ahead", "measure"]

#: How often each size is run: one run tells nothing of noise.
RUNS = 2
#: Rows of a table whose size nobody knows, to forecast for.
ASSUMED_ROWS = 1_000_000
#: Names of the copies.
FILLED, RUN = "filled", "filled_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What was found out on generated rows."""

    #: The statements of the release, with what is now known of them.
    statements: tuple[StatementTrial, ...] = ()
    timings: tuple[Timing, ...] = ()
    machine: Machine | None = None
    #: Tables that could not be filled and statements that generated rows do not fit.
    unmeasured: tuple[NotCarried, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    """All runs at one size: each statement by its version and place."""

    rows: Mapping[str, int]
    runs: tuple[Mapping[tuple[str, int], StatementRun], ...]
    unmeasured: tuple[NotCarried, ...]


def measure(
    stage: Stage, trials: Sequence[StatementTrial], since: int, sizes: Mapping[str, int], *,
    time_limit: float, narrator: Narrator,
) -> Measurement:  # fmt: skip
    """Run the release on a part of the sample and on all of it, twice each, and forecast.

    Args:
        stage: with the release applied, and a copy of the state before it.
        trials: what was recorded when it was applied.
        since: what is numbered above this was made by the release.
        sizes: rows by table on the target.
        time_limit: seconds for each statement.
        narrator: told that it takes a while.
    """
    # What is in the archive is of no size that generated rows could stand for.
    tables = {name for trial in trials for name in (*trial.scans, *trial.rewrites) if not is_ours(name)}
    if not tables:
        return Measurement(statements=tuple(_with_advice(trial) for trial in trials))
    begun = time.perf_counter()
    narrator.begin(f"running on generated rows: {', '.join(sorted(tables))}")
    wanted = {table: sizes.get(table, ASSUMED_ROWS) for table in sorted(tables)}
    found = [
        _at(stage, since, {table: max(1, round(rows * part)) for table, rows in wanted.items()}, time_limit)
        for part in fractions(wanted)
    ]
    timed = tuple(_timed(trial, found, dict(sizes) | wanted, tables - sizes.keys()) for trial in trials)
    statements = tuple(_with_advice(_with_hold(trial, timed)) for trial in timed)
    narrator.end(f"ok {duration(time.perf_counter() - begun)}")
    return Measurement(
        statements=statements, timings=_timings(statements),
        machine=machine(str(stage.server.installation)),
        unmeasured=tuple(dict.fromkeys(one for size in found for one in size.unmeasured)),
    )  # fmt: skip


def found_ahead(measured: Measurement, found: Collection[tuple[str, int]]) -> Measurement:
    """The same where statements only find the indexes that they would make; until then nobody waits for those.

    Args:
        measured: of all statements.
        found: path and offset of the statements.
    """
    marked = [replace(one, ahead=(one.script.source.path, one.statement.start) in found) for one in measured.statements]
    statements = tuple(_with_hold(one, marked) for one in marked)
    return replace(measured, statements=statements, timings=_timings(statements))


def _at(stage: Stage, since: int, wanted: Mapping[str, int], time_limit: float) -> _Size:
    """Fill a copy, and apply the release to copies of that."""
    stage.server.clone(FILLED, BEFORE)
    with stage.observe() as rehearsed, stage.observe(FILLED) as filler:
        rows, not_filled = fill_for(filler, wanted, strictness(rehearsed, filler, since))
    runs: list[Mapping[tuple[str, int], StatementRun]] = []
    refused: list[Failure] = []
    for _ in range(RUNS):
        stage.server.clone(RUN, FILLED)
        execution = _apply(stage, time_limit)
        stage.server.drop(RUN)
        runs.append({(run.version, one.start): one for run in execution.runs for one in run.statements})
        refused += execution.failures
    stage.server.drop(FILLED)
    unmeasured = [NotCarried(what=f"rows of {one.table}", why=f"{one.constraint}: {one.why}") for one in not_filled]
    # The server's words may quote a generated value, which may have been made from a sample of the target's.
    unmeasured += [
        NotCarried(what=str(one.place), why=f"generated rows do not fit it ({one.sqlstate})") for one in refused
    ]
    return _Size(rows=rows, runs=tuple(runs), unmeasured=tuple(unmeasured))


def _apply(stage: Stage, time_limit: float) -> Execution:
    with stage.connect(RUN) as connection, stage.observe(RUN) as observer:
        install(observer)
        manner = Manner(keep_going=True, time_limit=time_limit, progress=stage.progress)
        return replay(connection, observer, stage.pending, manner=manner, narrator=Silent())


def _timed(
    trial: StatementTrial, found: Sequence[_Size], sizes: Mapping[str, int], assumed: Collection[str]
) -> StatementTrial:
    key = (trial.script.source.version, trial.statement.start)
    seen = [(size, run[key]) for size in found for run in size.runs if key in run]
    if not seen or seen[-1][1].evidence is None:
        return trial
    # What was said on those rows may quote them.
    trial = replace(trial, at_size=replace(seen[-1][1].evidence, notices=()))
    tables = sorted({*trial.scans, *trial.rewrites}, key=lambda table: -sizes.get(table, 0))
    measured = [
        Measured(rows=sum(size.rows.get(table, 0) for table in tables), seconds=run.seconds) for size, run in seen
    ]
    rows = sum(sizes.get(table, found[-1].rows.get(table, 0)) for table in tables)
    told = forecast(measured, rows, tables, sorts=_builds_index(trial.at_size))
    return replace(trial, forecast=replace(told, assumed=any(table in assumed for table in tables)))


def _builds_index(seen: Evidence | None) -> bool:
    made = seen and any((one.action, one.kind) == ("created", "index") for one in seen.objects)
    return bool(made or (seen and any(one.kind == "index" for one in seen.rewrites)))


def _with_hold(trial: StatementTrial, timed: Iterable[StatementTrial]) -> StatementTrial:
    """What it locks is locked until the last statement of its transaction is through."""
    later = [
        replace(one.forecast, low=0.0, high=0.0, assumed=False) if one.ahead else one.forecast for one in timed
        if one.forecast and (one.script, one.step) == (trial.script, trial.step)
        and one.statement.start >= trial.statement.start
    ]  # fmt: skip
    return replace(trial, held=together(later)) if later else trial


def _with_advice(trial: StatementTrial) -> StatementTrial:
    return replace(trial, safer=safer(trial.statement.text)) if trial.strong_locks or trial.works_on_rows else trial


def _timings(trials: Iterable[StatementTrial]) -> tuple[Timing, ...]:
    return tuple(
        Timing(
            place=place_at(trial.script.source.path, trial.script.source.text, trial.statement.start),
            statement=trial.forecast, held=trial.held,
        )
        for trial in trials if trial.works_on_rows and trial.forecast and trial.held
    )  # fmt: skip
