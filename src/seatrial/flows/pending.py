"""What of a folder is to be deployed to a target, where the two agree on everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import Refused
from seatrial.flows.folder import again
from seatrial.flows.undo.halfway import ends_with, half_done
from seatrial.ledger.compare import compare
from seatrial.model.history import State, reached
from seatrial.model.migration import BEHIND, StepKind
from seatrial.model.words import count

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.model.history import History, Progress, Status
    from seatrial.model.migration import Migration
    from seatrial.model.release import Target

__all__ = ["found_on", "pending_on"]


def pending_on(
    folder: Folder, history: History, target: Target, *, include_all: bool, rehearsed: bool
) -> tuple[Migration, ...]:
    """What is to be applied, in order.

    Args:
        folder: the release.
        history: of the target.
        target: for messages.
        include_all: also files that are older than the newest one applied.
        rehearsed: whether a rehearsal has judged, or will judge, what the files do.

    Raises:
        Refused: folder and target disagree, or a finding blocks.
    """
    status = compare(folder.migrations, history)
    _refuse_orphaned(folder, history, target)
    _refuse_disagreements(status, folder.release.root, target, include_all=include_all)
    wanted = {row.version for row in status.in_state(State.PENDING, State.UNFINISHED, State.OUT_OF_ORDER)}
    pending = tuple(migration for migration in folder.migrations if migration.version in wanted)
    if rehearsed:
        folder.refuse_if_unrunnable()
    else:
        folder.refuse_if_blocked(applied=frozenset(each.version for each in history.applied))
    for migration in pending:
        progress = history.progress.get(migration.version)
        if progress and not _continues(migration, progress):
            raise Refused(
                "deploy.edited-halfway",
                f"{migration.label} was edited after some of its steps were applied",
                where=migration.script.source.path,
                why=f"{count(sum(progress.steps.values()), 'step')} of the older content are on {target.name}",
                fix="restore the content that was begun and deploy it, and put the change into a migration of its own; "
                "or take back by hand what is there, then "
                + again(f"repair {migration.version} --status reverted", folder.release.root, target.argument),
            )
    return pending


def found_on(pending: tuple[Migration, ...], history: History) -> tuple[str, ...]:
    """What an earlier run has left of the pending files, a line each."""
    found = []
    for migration in pending:
        progress = history.progress.get(migration.version)
        if progress is None:
            continue
        own = {number: done for number, done in progress.steps.items() if _is_own(number)}
        ahead = len(progress.indexes)
        steps = count(sum(_is_own(step.number) for step in migration.steps), "step")
        parts = [f"{sum(own.values())} of {steps} done"] if own or not ahead else []
        parts += [_begun(progress, number) for number, done in sorted(own.items()) if not done]
        parts += [f"{count(ahead, 'index')} built ahead or begun"] if ahead else []
        found.append(f"{migration.label}: {', '.join(parts)}; going on from there")
    return tuple(found)


def _begun(progress: Progress, number: int) -> str:
    if number in progress.positions:
        return reached(number, progress.rows.get(number, 0), progress.positions[number], "done")
    return f"step {number} was begun and will be looked at"


def _continues(migration: Migration, progress: Progress) -> bool:
    """Whether every step that was begun is still what it was; those behind it may have been mended.

    Those that a plan has put in front are looked at by what they have made.
    """
    steps = {step.number: step for step in migration.steps}
    return all(
        number in steps and steps[number].digest == digest
        # What was begun in batches cannot be gone on with as a whole: some rows have it already.
        and (steps[number].kind is StepKind.BATCH or number not in progress.positions)
        for number, digest in progress.digests.items() if _is_own(number)
    )  # fmt: skip


def _is_own(number: int) -> bool:
    """Whether a step is the file's, and not one that a plan has put in front of it or behind it."""
    return 0 < number < BEHIND


def _refuse_orphaned(folder: Folder, history: History, target: Target) -> None:
    """A file that was begun must not go on under another version: what is there would be done once more."""
    gone = sorted(history.progress.keys() - {migration.version for migration in folder.migrations})
    if undone := half_done(history):
        raise Refused(
            "deploy.half-rolled-back", f"the rollback of {undone} on {target.name} is half done", where=undone,
            why="some of its steps are there, and the others are not",
            fix=f"end it first: {ends_with(undone, history, folder.release.root, target)}",
        )  # fmt: skip
    if gone:
        raise Refused(
            "deploy.begun-elsewhere",
            f"{target.name} has a part of a version that this folder does not have",
            where=", ".join(gone),
            why="its file was renamed or removed after some of its steps were applied",
            fix="give the file its version back and deploy it; or take back by hand what is there, then "
            + again(f"repair {gone[0]} --status reverted", folder.release.root, target.argument),
        )


def _refuse_disagreements(status: Status, root: Path, target: Target, *, include_all: bool) -> None:
    if missing := status.in_state(State.MISSING):
        raise Refused(
            "deploy.missing-locally",
            f"{target.name} has {count(len(missing), 'version')} that this folder does not have",
            where=", ".join(row.remote for row in missing),
            why="the folder's newest may be older than the target, or somebody deployed from elsewhere",
            fix="get the files (git pull); or, where they never really ran, "
            + again(f"repair {' '.join(row.version for row in missing)} --status reverted", root, target.argument),
        )
    if edited := status.in_state(State.EDITED, State.RENAMED):
        raise Refused(
            "deploy.edited",
            f"{count(len(edited), 'applied file')} changed since",
            where=", ".join(f"{row.path} ({row.state})" for row in edited),
            why="the target has the older content, so what follows was written against something else",
            fix="restore the files and put the change into a new migration; or, where the target is right as it is, "
            + again(f"repair {' '.join(row.version for row in edited)} --status applied", root, target.argument),
        )
    late = status.in_state(State.OUT_OF_ORDER)
    if late and not include_all:
        raise Refused(
            "deploy.out-of-order",
            f"{count(len(late), 'pending file')} are older than the newest one on {target.name}",
            where=", ".join(row.path for row in late),
            why="they were merged late; what came after them never saw them",
            fix="rename them to a newer version, or apply them as they are: "
            + again("deploy --include-all", root, target.argument),
        )
