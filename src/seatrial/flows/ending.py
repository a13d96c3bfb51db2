"""How a deployment or a rollback ended: what of it stays, the exit code, the sentence and the next command."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seatrial.deployment.lock import WORKER, holders
from seatrial.deployment.window import opening, read_window
from seatrial.errors import CannotConnect, CannotRun, Exit, SeatrialError
from seatrial.flows.folder import again
from seatrial.flows.left import of_failed, of_ledger
from seatrial.ledger.read import read_history
from seatrial.ledger.resume import half_made
from seatrial.model.execution import Ending, Execution
from seatrial.model.history import Progress
from seatrial.model.migration import UNDO
from seatrial.model.outcome import Deployed, Outcome
from seatrial.model.undertaking import Retreat, Undertaking
from seatrial.model.words import count, duration
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.model.history import History
    from seatrial.model.migration import Migration
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["ended", "is_through"]

#: A server that restarts after a crash is back within this time, or a person has to look at it.
RECONNECT_SECONDS = 10.0
POLL_SECONDS = 0.25
#: The server looks every two seconds whether somebody still waits for what a session does.
ORPHAN_SECONDS = 10.0
#: What has become of what is through.
_WORDS = {"deploy": "kept", "rollback": "taken back"}
WORDS = {
    Ending.FAILED: "Failed",
    Ending.INTERRUPTED: "Interrupted",
    Ending.LOST: "Connection lost",
    Ending.STOPPED: "Stopped",
}


def ended(
    execution: Execution,
    root: Path,
    target: Target,
    *,
    how: Undertaking | Retreat | None = None,
    pending: Sequence[Migration] = (),
) -> Outcome:
    """The outcome; after a Ctrl-C or a lost connection, perhaps during COMMIT, the target is asked what happened.

    Args:
        execution: how it ended.
        root: the release folder.
        target: where.
        how: it was asked for, so that the command that goes on with it asks for the same.
        pending: what was to be applied, with the steps that a plan puts in front.
    """
    how = how or Undertaking()
    if execution.ending is Ending.COMPLETE:
        return _complete(execution, root, target, how)
    run_again = again(how.again(), root, target.argument)
    migration = next((one for one in pending if one.label == execution.stopped_in), None)
    if execution.ending in {Ending.FAILED, Ending.STOPPED}:
        whole = _whole(execution, len(execution.runs), steps=execution.steps_kept, word=_WORDS[how.command])
        kept = _kept(whole, of_failed(migration, execution.half_made), target)
        return _stopped(execution, target, kept, run_again, how)
    try:
        kept = _asked(execution, migration, target, _WORDS[how.command])
    except SeatrialError as error:
        return _unknown(execution, root, target, error, run_again, how)
    return _stopped(execution, target, kept, run_again, how)


def is_through(version: str, history: History) -> bool:
    """Whether the ledger says that it is complete; of a way back, that what it takes back is gone."""
    there = {each.version for each in history.applied}
    return version.removeprefix(UNDO) not in there if version.startswith(UNDO) else version in there


def _complete(execution: Execution, root: Path, target: Target, how: Undertaking | Retreat) -> Outcome:
    took = duration(sum(run.seconds for run in execution.runs))
    number = count(len(execution.runs), "migration")
    deployed = how.command == "deploy"
    return Outcome(
        command=how.command,
        summary=f"Deployed: {number} applied to {target.name} in {took}."
        if deployed
        else f"Rolled back: {number} taken back on {target.name} in {took}.",
        next=(again("verify", root, target.argument), again("watch", root, target.argument))
        if deployed
        else (again("archive list", root, target.argument), again("status", root, target.argument)),
        body=Deployed(target=target.name, execution=execution),
    )


def _stopped(
    execution: Execution, target: Target, kept: str, run_again: str, how: Undertaking | Retreat
) -> Outcome:  # fmt: skip
    interrupted, failed = (execution.ending is ending for ending in (Ending.INTERRUPTED, Ending.FAILED))
    why = f"; it {opening(read_window(how.window))}" if how.window else ""
    why = f" ({execution.reason}{why})" if execution.ending is Ending.STOPPED else ""
    left = f"nothing of this run remains on {target.name}"
    if kept:
        left = f"{kept}; {'mend the cause and ' if failed else ''}run again"
    code = Exit.REMAINS if kept else Exit.NO
    return Outcome(
        command=how.command,
        exit_code=Exit.INTERRUPTED if interrupted else code,
        summary=f"{WORDS[execution.ending]} in {execution.stopped_in}{why}: {left}.",
        next=(run_again,),
        body=Deployed(target=target.name, execution=execution),
    )


def _unknown(
    execution: Execution, root: Path, target: Target, error: SeatrialError, run_again: str,
    how: Undertaking | Retreat,
) -> Outcome:  # fmt: skip
    interrupted = execution.ending is Ending.INTERRUPTED
    return Outcome(
        command=how.command,
        exit_code=Exit.INTERRUPTED if interrupted else Exit.REMAINS,
        summary=f"Unknown, a person is needed: {WORDS[execution.ending].lower()} in {execution.stopped_in}, and "
        f"{target.name} cannot be asked what happened ({error.what}).",
        next=(again("status", root, target.argument), run_again),
        body=Deployed(target=target.name, execution=execution),
    )


def _asked(execution: Execution, migration: Migration | None, target: Target, word: str) -> str:
    """What the ledger says of it, once the target answers and nothing of ours runs any more."""
    deadline = time.monotonic() + RECONNECT_SECONDS
    while True:
        try:
            with connect(target.dsn, read_only=True) as connection:
                _wait_for_orphan(connection)
                return _found(execution, migration, target, read_history(connection), half_made(connection), word)
        except CannotConnect:
            if time.monotonic() >= deadline:
                raise
        time.sleep(POLL_SECONDS)


def _wait_for_orphan(connection: Connection) -> None:
    """What our session had begun may go on without us, and be committed, until the server misses us."""
    deadline = time.monotonic() + ORPHAN_SECONDS
    while who := holders(connection, WORKER):
        if time.monotonic() >= deadline:
            raise CannotRun("deploy.still-at-work", f"what it had begun still runs: {who}")
        time.sleep(POLL_SECONDS)


def _found(
    execution: Execution, migration: Migration | None, target: Target, history: History, left: Sequence[str],
    word: str,
) -> str:  # fmt: skip
    version = execution.stopped_in.partition("_")[0]
    committed = is_through(version, history)
    progress = history.progress.get(version, Progress(steps={}, digests={}))
    # A server that crashed may have lost what it had already said yes to (synchronous_commit = off).
    number = sum(is_through(run.version, history) for run in execution.runs) + committed
    whole = _whole(execution, number, committed=committed, steps=sum(progress.steps.values()), word=word)
    return _kept(whole, list(of_ledger(migration, progress, left)), target)


def _whole(execution: Execution, migrations: int, *, committed: bool = False, steps: int, word: str) -> str:
    """What is there for good; empty where nothing is."""
    among = f", {execution.stopped_in} among them," if committed else ""
    parts = [
        *([count(migrations, "migration") + among] if migrations else ()),
        *([f"{count(steps, 'step')} of {execution.stopped_in}"] if steps else ()),
    ]
    return f"{' and '.join(parts)} {word}" if parts else ""


def _kept(whole: str, begun: Sequence[str], target: Target) -> str:
    """What stays, in words; empty where nothing does."""
    if not whole and not begun:
        return ""
    return "; ".join([f"{whole or 'no step complete'} on {target.name}, consistent", *begun])
