"""`seatrial rollback`: migrations are taken back on a target, and nothing that was written since is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.archive.read import read_archive
from seatrial.deployment.window import read_window
from seatrial.errors import Refused
from seatrial.flows.backup import back_up, refuse_without_command
from seatrial.flows.deploy import hold_to, refuse_held_too_long, terms_of, texts_of
from seatrial.flows.folder import again, read_folder, target_of, typed_name
from seatrial.flows.pending import found_on
from seatrial.flows.perform import Performance, perform
from seatrial.flows.undo.case import FAILS
from seatrial.flows.undo.question import question_back
from seatrial.flows.undo.rehearsed import rehearse_back
from seatrial.flows.undo.ways import chosen, ways_of
from seatrial.ledger.read import read_history
from seatrial.ledger.reversals import read_reversals
from seatrial.model.archive import Cause
from seatrial.model.execution import Ending, Execution
from seatrial.model.migration import UNDO
from seatrial.model.outcome import Deployed, Outcome, Planned
from seatrial.model.reversal import Reversibility
from seatrial.model.words import count
from seatrial.pg.connection import connect, refuse_read_only, stay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.flows.question import Question
    from seatrial.flows.undo.rehearsed import Retreating
    from seatrial.flows.undo.ways import Way
    from seatrial.model.archive import Archived
    from seatrial.model.history import History
    from seatrial.model.migration import Migration
    from seatrial.model.narrator import Narrator
    from seatrial.model.release import Target
    from seatrial.model.undertaking import Retreat

__all__ = ["rollback"]


def rollback(
    root: Path,
    wanted: str,
    how: Retreat,
    *,
    confirm: Callable[[Question], None],
    named: Callable[[str], None] = lambda _: None,
    narrator: Narrator,
) -> Outcome:
    """Rehearse the way back of what was deployed last, and take it.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        how: what exactly.
        confirm: asks a person; raises to refuse.
        named: told the target's name before anything is looked at; raises where another one was agreed to.
        narrator: told of each migration as it begins and ends.

    Raises:
        Refused: there is no way back, or not all of it; another deployer is at work; or the person said no.
        CannotRun: no connection, read-only target, unusable settings.
    """
    window = read_window(how.window) if how.window else None
    folder = read_folder(root, wanted, files_only=True)
    with target_of(root, wanted) as target, connect(target.dsn) as connection:
        stay(connection)
        named(typed_name(target))
        if not how.dry_run:
            refuse_read_only(connection)
        if how.backup:
            refuse_without_command(target)
        history = read_history(connection)
        undone, how = chosen(history, how, folder.release.root, target)
        if not undone:
            return _nothing(target)
        ways = ways_of(folder, undone, read_reversals(connection), target, narrator)
        _refuse_incomplete(ways, history, read_archive(connection), how, target, folder)
        what = rehearse_back(folder, target, ways, narrator=narrator)
        terms, found = terms_of(folder, how), found_on(what.migrations, history)
        asked = question_back(target, how, terms, what, found)
        if how.dry_run:
            return _dry_run(what, asked, target, narrator)
        refuse_held_too_long(what.plan, how, terms, folder, target)
        confirm(asked)
        performance = Performance(
            folder=folder, target=target, how=how, plan=what.plan, terms=terms, told=found, window=window,
            steps=lambda now: _left(what.migrations, now), reversals=tuple(one.reversal for one in what.ways),
            backed_up=back_up(target, None, asked=how.backup, narrator=narrator),
            hold_to=lambda: hold_to(what.plan, connection, folder, target, command=how.again()),
        )  # fmt: skip
        return perform(connection, performance, narrator) or _nothing(target)


def _left(migrations: Sequence[Migration], history: History) -> tuple[Migration, ...]:
    there = {one.version for one in history.applied}
    return tuple(one for one in migrations if one.undoes in there)


def _refuse_incomplete(
    ways: Sequence[Way], history: History, archived: Sequence[Archived], how: Retreat, target: Target, folder: Folder
) -> None:  # fmt: skip
    for one in ways:
        # One that was begun may have brought it back already; what it still lacks shows in its rehearsal.
        begun = f"{UNDO}{one.applied.version}" in history.progress
        reasons = [] if begun or one.reversal.by_author else list(_purged(one, archived))
        if not one.reversal.script or any(why.startswith(FAILS) for why in one.reversal.reasons):
            reasons += one.reversal.reasons
        if reasons:
            raise Refused(
                "rollback.no-way", f"there is no way back from {one.reversal.label}", where=target.name,
                why="; ".join(reasons), fix="mend forward: put what is wrong right by a new migration, and deploy it",
            )  # fmt: skip
        if one.reversal.verdict is Reversibility.NOT and not how.incomplete:
            raise Refused(
                "rollback.incomplete", f"{one.reversal.label} cannot be taken back completely", where=target.name,
                why="; ".join(one.reversal.reasons),
                fix="mend forward by a new migration; or leave that as it is and take back the rest: "
                + again(replace(how, incomplete=True).again(), folder.release.root, target.argument),
            )  # fmt: skip


def _purged(way: Way, archived: Sequence[Archived]) -> list[str]:
    """What the deployment had kept, and is not there any more."""
    there = {
        f"{one.contents} {one.object}" for one in archived
        if one.version == way.applied.version and one.cause is Cause.DEPLOY and not one.returned_at
    }  # fmt: skip
    return [
        f"{what}, which its deployment kept, was purged" for what in way.reversal.kept
        if _entry(what) not in there
    ]  # fmt: skip


def _entry(what: str) -> str:
    """`columns public.contacts` of `column email of public.contacts`: as the archive lists it."""
    kind, _, rest = what.partition(" ")
    return f"{'columns' if kind == 'column' else kind} {rest.rpartition('of ')[2] if kind != 'table' else rest}"


def _nothing(target: Target) -> Outcome:
    body = Deployed(target=target.name, execution=Execution(ending=Ending.COMPLETE, runs=()))
    return Outcome(command="rollback", summary=f"Nothing of that is on {target.name} to be rolled back.", body=body)


def _dry_run(what: Retreating, asked: Question, target: Target, narrator: Narrator) -> Outcome:
    for line in asked.lines:
        narrator.say(line)
    number = count(len(what.migrations), "migration")
    return Outcome(
        command="rollback", summary=f"Dry run: {number} would be taken back on {target.name}; nothing was.",
        body=Planned(target=target.name, migrations=texts_of(what.migrations), said=asked.lines),
    )  # fmt: skip
