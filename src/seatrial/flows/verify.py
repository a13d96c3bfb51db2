"""`seatrial verify`: what the release is, against what the target has."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seatrial.catalog.compare import compare
from seatrial.catalog.read import read
from seatrial.errors import CannotRun, Exit, StatementFailed
from seatrial.flows.folder import Folder, again, read_folder, target_of
from seatrial.flows.rehearsal import Rehearsal, rehearsal
from seatrial.ledger.compare import compare as compare_ledger
from seatrial.ledger.read import read_history
from seatrial.model.history import State
from seatrial.model.narrator import Silent
from seatrial.model.outcome import Done, Outcome, Verified
from seatrial.model.verification import Answer
from seatrial.model.words import count, duration
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.verification.expectations import ask_expectations
from seatrial.verification.functional import run_functional

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.catalog import Catalog
    from seatrial.model.history import Status
    from seatrial.model.narrator import Narrator
    from seatrial.model.release import Target

__all__ = ["verify"]


def verify(root: Path, wanted: str, *, narrator: Narrator) -> Outcome:
    """Compare the target with a rehearsal of the folder; the target is only read.

    The functional round trips write, so they run on the scratch, on the same state with the seeds in it.

    Raises:
        CannotRun: no connection, no scratch, or a folder that does not rehearse.
        Refused: a finding of `check` blocks.
    """
    begun = time.perf_counter()
    folder = read_folder(root, wanted)
    folder.refuse_if_unrunnable()
    with target_of(root, wanted) as target, connect(target.dsn, read_only=True) as connection:
        status = compare_ledger(folder.migrations, read_history(connection))
        if unready := _not_deployed(folder, target, status):
            return unready
        narrator.begin("rehearsing the folder, to know what to expect")
        with rehearsal(folder, narrator=Silent()) as rehearsed:
            narrator.end(f"ok {duration(rehearsed.seconds)}")
            expected = _expected(rehearsed, folder)
            answers = _functional(rehearsed, folder)
            differences = compare(expected, read(connection))
            answers = _ledger(status) + ask_expectations(connection, folder.release.expectations) + answers
            body = Verified(
                target=target.name,
                server=str(rehearsed.stage.server.installation),
                objects=len(expected.objects),
                differences=differences,
                answers=answers,
                seconds=time.perf_counter() - begun,
            )
    return _outcome(body)


def _ledger(status: Status) -> tuple[Answer, ...]:
    """Objects may be as rehearsed while the ledger tells of other files: that is a difference, too."""
    differing = status.in_state(State.EDITED, State.RENAMED, State.MISSING)
    if not differing:
        return ()
    told = ", ".join(f"{row.state} {row.version}" for row in differing)
    return (Answer(kind="ledger", name="the ledger", expected="what the folder has", observed=told),)


def _not_deployed(folder: Folder, target: Target, status: Status) -> Outcome | None:
    waiting = status.in_state(State.PENDING, State.UNFINISHED, State.OUT_OF_ORDER)
    if not waiting:
        return None
    then = "status" if status.in_state(State.OUT_OF_ORDER) else "deploy"
    return Outcome(
        command="verify",
        exit_code=Exit.NO,
        summary=f"Not verified: {target.name} lacks {count(len(waiting), 'migration')} of this folder.",
        next=(again(then, folder.release.root, target.argument),),
        body=Done(notes=tuple(f"{row.state}: {row.local}" for row in waiting)),
    )


def _expected(rehearsed: Rehearsal, folder: Folder) -> Catalog:
    if rehearsed.catalog is not None:
        return rehearsed.catalog
    raise CannotRun(
        "verify.no-expectation",
        f"there is nothing to compare with: {rehearsed.execution.stopped_in} does not apply on a scratch",
        where=str(rehearsed.execution.failure.place) if rehearsed.execution.failure else "",
        why=rehearsed.execution.failure.message if rehearsed.execution.failure else rehearsed.execution.reason,
        fix=f"{again('rehearse', folder.release.root)} shows the statement",
    )


def _functional(rehearsed: Rehearsal, folder: Folder) -> tuple[Answer, ...]:
    if not folder.release.functional:
        return ()
    with rehearsed.stage.connect() as connection:
        for seed in folder.release.seeds:
            try:
                execute_script(connection, seed.text)
            except StatementFailed as error:
                raise CannotRun(
                    "verify.seed", "the seed does not apply on a scratch", where=seed.path,
                    why=error.what, fix="correct the seed; the functional checks need its rows",
                ) from error  # fmt: skip
        return run_functional(connection, folder.release.functional)


def _outcome(body: Verified) -> Outcome:
    wrong = [answer for answer in body.answers if not answer.as_expected]
    looked = f"{count(body.objects, 'object')} and {count(len(body.answers), 'answer')}"
    if not body.differences and not wrong:
        return Outcome(
            command="verify",
            summary=f"Verified: {looked} on {body.target} are as rehearsed, in {duration(body.seconds)}.",
            body=body,
        )
    found = [
        count(number, noun)
        for number, noun in ((len(body.differences), "difference"), (len(wrong), "wrong answer"))
        if number
    ]
    return Outcome(
        command="verify",
        exit_code=Exit.NO,
        summary=f"Not as released: {' and '.join(found)} on {body.target}, of {looked}.",
        body=body,
    )
