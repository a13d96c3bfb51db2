"""Rehearses the lock queue for the statements of a release that would make readers wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.flows.stage import BEFORE
from seatrial.ledger.apply import apply_all
from seatrial.model.evidence import LockMode
from seatrial.model.narrator import Silent
from seatrial.model.place import place_at
from seatrial.rehearsal.queue import Scene, stall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.flows.stage import Stage
    from seatrial.model.migration import Migration
    from seatrial.model.queue import Stall
    from seatrial.model.trial import StatementTrial

__all__ = ["stalls"]

COPY = "queue"


def stalls(stage: Stage, trials: Sequence[StatementTrial], reader_seconds: float) -> tuple[Stall, ...]:
    """How long unrelated reads would stall, for the first statement that locks each table against reads.

    Args:
        stage: with a copy of the state before the release.
        trials: what was recorded of the release.
        reader_seconds: for how long somebody has the table open.
    """
    stage.server.clone(COPY, BEFORE)
    first = dict(_first_of_each_table(trials))
    found = []
    for migration in stage.pending:
        for table, trial in first.items():
            if trial.script is migration.script:
                found.append(stall(_scene(stage, migration, trial, table), reader_seconds))
        with stage.connect(COPY) as connection:
            apply_all(connection, [migration], stage.progress, Silent())
    return tuple(found)


def _first_of_each_table(trials: Sequence[StatementTrial]) -> Iterator[tuple[str, StatementTrial]]:
    seen: set[str] = set()
    for trial in trials:
        for lock in trial.strong_locks:
            if lock.mode is LockMode.ACCESS_EXCLUSIVE and lock.relation not in seen:
                seen.add(lock.relation)
                yield lock.relation, trial


def _scene(stage: Stage, migration: Migration, trial: StatementTrial, table: str) -> Scene:
    step = next(step for step in migration.steps if step.number == trial.step)
    before = [one for one in step.statements if one.start < trial.statement.start]
    source = migration.script.source
    place = place_at(source.path, source.text, trial.statement.start)
    return Scene(
        statements=(*before, trial.statement), table=table, path=place.path, line=place.line,
        deploy=lambda: stage.connect(COPY), observe=lambda: stage.observe(COPY),
    )  # fmt: skip
