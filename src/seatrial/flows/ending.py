"""How a deployment ended: what of it stays, the exit code, the sentence and the next command."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seatrial.errors import CannotConnect, Exit, SeatrialError
from seatrial.flows.folder import again
from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending, Execution
from seatrial.model.outcome import Deployed, Outcome
from seatrial.model.words import count, duration
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.model.history import History
    from seatrial.model.release import Target

__all__ = ["ended"]

#: A server that restarts after a crash is back within this time, or a person has to look at it.
RECONNECT_SECONDS = 10.0
POLL_SECONDS = 0.25
WORDS = {Ending.FAILED: "Failed", Ending.INTERRUPTED: "Interrupted", Ending.LOST: "Connection lost"}


def ended(execution: Execution, root: Path, target: Target) -> Outcome:
    """The outcome; after a Ctrl-C or a lost connection, perhaps during COMMIT, the target is asked what happened."""
    if execution.ending is Ending.COMPLETE:
        return _complete(execution, root, target)
    if execution.ending is Ending.FAILED:
        migrations, steps = len(execution.runs), execution.steps_kept
        return _stopped(
            execution, root, target, _kept(execution, migrations, steps=steps, half_made=execution.half_made)
        )
    try:
        history = _history(target)
    except SeatrialError as error:
        return _unknown(execution, root, target, error)
    return _stopped(execution, root, target, _found(execution, history))


def _complete(execution: Execution, root: Path, target: Target) -> Outcome:
    took = duration(sum(run.seconds for run in execution.runs))
    return Outcome(
        command="deploy",
        summary=f"Deployed: {count(len(execution.runs), 'migration')} applied to {target.name} in {took}.",
        next=(again("verify", root, target.argument),),
        body=Deployed(target=target.name, execution=execution),
    )


def _stopped(execution: Execution, root: Path, target: Target, kept: str) -> Outcome:
    interrupted, failed = (execution.ending is ending for ending in (Ending.INTERRUPTED, Ending.FAILED))
    left = f"nothing of this run remains on {target.name}"
    if kept:
        left = f"{kept} kept on {target.name}, consistent; {'mend the cause and ' if failed else ''}run again"
    code = Exit.REMAINS if kept else Exit.NO
    return Outcome(
        command="deploy",
        exit_code=Exit.INTERRUPTED if interrupted else code,
        summary=f"{WORDS[execution.ending]} in {execution.stopped_in}: {left}.",
        next=() if failed and not kept else (again("deploy", root, target.argument),),
        body=Deployed(target=target.name, execution=execution),
    )


def _unknown(execution: Execution, root: Path, target: Target, error: SeatrialError) -> Outcome:
    interrupted = execution.ending is Ending.INTERRUPTED
    return Outcome(
        command="deploy",
        exit_code=Exit.INTERRUPTED if interrupted else Exit.REMAINS,
        summary=f"Unknown, a person is needed: {WORDS[execution.ending].lower()} in {execution.stopped_in}, and "
        f"{target.name} cannot be asked what happened ({error.what}).",
        next=tuple(again(command, root, target.argument) for command in ("status", "deploy")),
        body=Deployed(target=target.name, execution=execution),
    )


def _history(target: Target) -> History:
    deadline = time.monotonic() + RECONNECT_SECONDS
    while True:
        try:
            with connect(target.dsn, read_only=True) as connection:
                return read_history(connection)
        except CannotConnect:
            if time.monotonic() >= deadline:
                raise
        time.sleep(POLL_SECONDS)


def _found(execution: Execution, history: History) -> str:
    version = execution.stopped_in.partition("_")[0]
    applied = {each.version for each in history.applied}
    progress = history.progress.get(version)
    steps = progress.steps if progress else {}
    return _kept(
        execution,
        # A server that crashed may have lost what it had already said yes to (synchronous_commit = off).
        sum(run.version in applied for run in execution.runs) + (version in applied),
        committed=version in applied,
        steps=sum(steps.values()),
        half_made=[f"step {number}, which was begun," for number, done in steps.items() if not done],
    )


def _kept(
    execution: Execution, migrations: int, *, committed: bool = False, steps: int, half_made: Sequence[str]
) -> str:
    """What stays, in words; empty where nothing does."""
    among = f", {execution.stopped_in} among them," if committed else ""
    parts = [
        *([count(migrations, "migration") + among] if migrations else ()),
        *([f"{count(steps, 'step')} of {execution.stopped_in}"] if steps else ()),
        *half_made,
    ]
    return " and ".join(parts)
