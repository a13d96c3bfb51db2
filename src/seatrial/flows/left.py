"""What an early end has left of the migration that it ended in, in words: rows of batches, things half-made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.history import reached
from seatrial.model.migration import StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.history import Progress
    from seatrial.model.migration import Migration, Step

__all__ = ["of_failed", "of_ledger"]

#: What a REINDEX that is cut off leaves beside the indexes.
REBUILT = ("_ccnew", "_ccold")


def of_failed(migration: Migration | None, left: Sequence[str]) -> list[str]:
    """What a step that failed has left.

    Args:
        migration: with the steps that a plan puts in front; None where it is not known.
        left: `index public.a (INVALID)`, or rows of batches, which are there for good.
    """
    steps = [step for step in migration.steps if step.standalone] if migration else []
    said = []
    for one in left:
        mine = [step.number for step in steps if _is_of(step, one)]
        begun = f"step {mine[0]} begun, " if mine else ""
        said.append(f"{begun}{_left(one)}" if one.endswith(")") else one)
    return said


def of_ledger(migration: Migration | None, progress: Progress, half_made: Sequence[str]) -> Iterator[str]:
    """Of each step that has no end yet, what is there of it.

    Args:
        migration: with the steps that a plan puts in front; None where it is not known.
        progress: of it.
        half_made: everything in the database that a stand-alone statement was cut off in.
    """
    steps = {step.number: step for step in migration.steps} if migration else {}
    for number, done in sorted(progress.steps.items()):
        step = steps.get(number)
        if done:
            continue
        if number in progress.positions or (step and step.kind is StepKind.BATCH):
            yield reached(number, progress.rows.get(number, 0), progress.positions.get(number))
            continue
        mine = [_left(one) for one in half_made if step and _is_of(step, one)]
        yield f"step {number} begun, {', '.join(mine) or 'which the next run looks at first'}"


def _left(what: str) -> str:
    return f"{what} left, which the next run {'ends' if what.startswith('partition ') else 'builds again'}"


def _is_of(step: Step, what: str) -> bool:
    """Whether something half-made is this step's: somebody else may have left the same."""
    statement = step.statements[0]
    if statement.node == "alter_table_stmt":
        return what.startswith("partition ")
    if statement.node == "reindex_stmt":
        return any(mark in what for mark in REBUILT)
    name = statement.index.rpartition(".")[2]
    return bool(name) and what.endswith(f".{name} (INVALID)")
