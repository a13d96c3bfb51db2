"""Puts together what the runs of a rehearsal have seen. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.evidence import Evidence
from seatrial.model.trial import StatementTrial

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.execution import Execution, MigrationRun
    from seatrial.model.migration import Migration

__all__ = ["statement_trials"]


def statement_trials(execution: Execution, migrations: Sequence[Migration]) -> tuple[StatementTrial, ...]:
    """Every statement that went through, with what was recorded of it.

    Args:
        execution: of a replay.
        migrations: what was replayed.
    """
    by_version = {migration.version: migration for migration in migrations}
    return tuple(trial for run in execution.runs for trial in _of_run(run, by_version[run.version]))


def _of_run(run: MigrationRun, migration: Migration) -> Iterator[StatementTrial]:
    recorded = {one.start: one for one in run.statements}
    for step in migration.steps:
        for statement in step.statements:
            if found := recorded.get(statement.start):
                yield StatementTrial(
                    script=migration.script, statement=statement, step=step.number,
                    evidence=found.evidence or Evidence(),
                )  # fmt: skip
