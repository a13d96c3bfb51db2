"""Rehearses ways back on a stand-in for the target, as it is now."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.catalog.fingerprint import object_digest
from seatrial.catalog.ours import is_ours
from seatrial.errors import Refused
from seatrial.flows.conduct import Conducted
from seatrial.flows.measure import measure
from seatrial.flows.plan import plan_of
from seatrial.flows.questions import questions_of
from seatrial.flows.rehearsal import applied
from seatrial.flows.site import site_of
from seatrial.flows.stage import from_target
from seatrial.flows.undo.kept import way_back_of
from seatrial.model.execution import Ending
from seatrial.model.migration import UNDO
from seatrial.model.wishes import Wishes
from seatrial.model.words import counted, duration
from seatrial.pg.connection import connect, display
from seatrial.rehearsal.preflight import ask_target
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.flows.folder import Folder
    from seatrial.flows.rehearsal import Rehearsal
    from seatrial.flows.undo.ways import Way
    from seatrial.model.migration import Migration
    from seatrial.model.narrator import Narrator
    from seatrial.model.plan import Plan
    from seatrial.model.preflight import Question
    from seatrial.model.release import Target
    from seatrial.model.standin import Picture

__all__ = ["Retreating", "rehearse_back"]

#: Seconds for a statement of a rehearsal that somebody waits for.
PATIENCE = 60.0
#: Rows of a table that nobody has counted, and that is small enough to be measured as if it were full of small rows.
SMALL = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Retreating:
    """Ways back that went through on a stand-in."""

    ways: tuple[Way, ...]
    #: As they are executed, in that order.
    migrations: tuple[Migration, ...]
    plan: Plan
    #: What will not be as it was before the oldest of them, `kind name`: somebody has changed it since.
    others: tuple[str, ...]
    #: Rows that do not fit the schema before, unless the way back itself changes them.
    doubts: tuple[str, ...]


def rehearse_back(folder: Folder, target: Target, ways: Sequence[Way], *, narrator: Narrator) -> Retreating:
    """Take them back on a stand-in, see what they lock and for how long, and what comes out of it.

    Raises:
        Refused: one of them does not go through on the target as it is now.
        CannotRun: no scratch, no connection.
    """
    narrator.say("rehearsing the way back")
    begun = time.perf_counter()
    with connect(target.dsn, read_only=True) as connection:
        picture, site = read_target(connection), site_of(connection)
    migrations = tuple(
        way_back_of(f"{UNDO}{one.applied.version}", one.applied.name, one.reversal.script, one.applied.version)
        for one in ways
    )  # fmt: skip
    wishes = Wishes(start=target.name, fresh=False, time_limit=PATIENCE)
    sizes = _sizes(picture)
    with from_target(folder, picture, copy=True, place=display(target.dsn)) as standin:
        stage = replace(standin, pending=migrations)
        done = applied(stage, folder, wishes, narrator=narrator)
        _refuse_failed(done, target)
        with stage.observe() as observer:
            questions = questions_of(map(_valid_at_once, migrations), observer, done.since)
        seen = measure(stage, done.trial.statements, done.since, sizes, time_limit=PATIENCE, narrator=narrator)
    doubts = _refuse_rows_in_the_way(questions, target)
    done = replace(done, trial=replace(done.trial, statements=seen.statements or done.trial.statements))
    plan = plan_of(
        Conducted(
            folder=folder, wishes=wishes, target=target, picture=picture, rehearsal=done, measurement=seen,
            findings=(), elsewhere=(), edits=(), fresh_failure=None, gaps=(), twice=None, stalls=None,
            isolation=None, killed=None, questions=(), preflight=None, seconds=time.perf_counter() - begun,
            site=site, stands_for=target.name,
        )
    )  # fmt: skip
    narrator.say(f"  rehearsed in {duration(time.perf_counter() - begun)}")
    return Retreating(
        ways=tuple(ways),
        migrations=migrations,
        plan=plan,
        others=tuple(_others(done, ways)),
        doubts=doubts,
    )


def _sizes(picture: Picture) -> dict[str, int]:
    """Rows by table; of one that nobody has counted as many as there can be at most, where it is small."""
    return {
        name: size.most_rows for name, size in picture.sizes.items()
        if size.rows is not None or size.most_rows < SMALL
    }  # fmt: skip


def _refuse_failed(done: Rehearsal, target: Target) -> None:
    execution = done.execution
    if execution.ending is Ending.INTERRUPTED:
        raise KeyboardInterrupt
    if execution.ending is Ending.COMPLETE:
        return
    failure = execution.failure
    raise Refused(
        "rollback.not-rehearsed", f"{execution.stopped_in} does not go through on a stand-in for {target.name}",
        where=str(failure.place) if failure else "",
        why=failure.message if failure else execution.reason,
        fix="look what has changed on the target since the deployment, with seatrial verify, and put it right; or mend "
        "forward by a new migration",
    )  # fmt: skip


def _valid_at_once(migration: Migration) -> Migration:
    """What a way back makes NOT VALID it validates in a later step, where rows would stop it half-way."""
    statements = tuple(replace(one, text=one.text.removesuffix(" NOT VALID")) for one in migration.script.statements)
    return replace(migration, script=replace(migration.script, statements=statements))


def _refuse_rows_in_the_way(questions: Sequence[Question], target: Target) -> tuple[str, ...]:
    """What applications have written since, and the schema before forbids, would stop it in a later step.

    Returns:
        Those that the way back itself may put right, as nobody but it can tell.
    """
    with connect(target.dsn, read_only=True) as connection:
        # What of the archive has lost its parents stays there: the way back itself sees to it.
        asked = [one for one in questions if not is_ours(one.table)]
        found = [one for one in ask_target(connection, asked) if one.violating]
    said = {one: f"{one.question.table} has {counted(one.violating or 0, one.question.violated)}" for one in found}
    sure = [one for one in found if not one.question.written_before]
    if sure:
        raise Refused(
            "rollback.rows-in-the-way", "rows that were written since do not fit the schema before", where=target.name,
            why="; ".join(said[one] for one in sure),
            fix="put them right, then run it again; each is counted by: " + "; ".join(one.question.sql for one in sure),
        )  # fmt: skip
    # A constraint and the NOT NULL that comes of it are one doubt.
    return tuple({(one.question.table, one.violating): said[one] for one in found}.values())


def _others(done: Rehearsal, ways: Sequence[Way]) -> Iterator[str]:
    """Compared with what was there before the oldest one that speaks of it."""
    objects = done.after.objects.items() if done.after else ()
    now = {f"{kind} {name}": object_digest(one) for (kind, name), one in objects if not is_ours(name)}
    wanted = {name: digest for one in ways for name, digest in one.reversal.before.items()}
    yield from (name for name, digest in wanted.items() if now.get(name, "") != digest)
