"""`seatrial deploy`: the pending migrations, on a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.catalog.read import read
from seatrial.catalog.security import SecurityDiary
from seatrial.deployment.lock import deployment_lock
from seatrial.errors import Refused, Remains, SeatrialError, StatementFailed
from seatrial.flows.ending import ended
from seatrial.flows.folder import Folder, again, read_folder, target_of
from seatrial.flows.plan import basis_of, limited, refuse_if_changed
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.compare import compare
from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending, Execution
from seatrial.model.history import State
from seatrial.model.outcome import Deployed, Outcome, Planned
from seatrial.model.words import count
from seatrial.pg.connection import connect, display, refuse_read_only
from seatrial.project.plan_file import read_plan
from seatrial.standin.definitions import present_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seatrial.ledger.apply import Gate
    from seatrial.model.history import History, Progress, Status
    from seatrial.model.migration import Migration
    from seatrial.model.narrator import Narrator
    from seatrial.model.plan import Plan
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["Question", "deploy"]

#: The code of a refusal of ours among those of the server, whose classes begin with a digit or one of F, H, P and X.
NOT_AS_PROVED = "ST001"
#: How many objects are named.
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked before anything happens."""

    target: str
    #: `postgres@db.example:5432/app`
    place: str
    pending: tuple[str, ...]


def deploy(  # noqa: PLR0913 - one for each option
    root: Path,
    wanted: str,
    *,
    include_all: bool = False,
    dry_run: bool = False,
    plan: Path | None = None,
    digest: str = "",
    confirm: Callable[[Question], None],
    narrator: Narrator,
) -> Outcome:
    """Apply what is pending, one file at a time, each with its row in the ledger.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        include_all: also files that are older than the newest one applied.
        dry_run: show the statements and leave.
        plan: a plan that a rehearsal saved: it is deployed as it is, or not at all.
        digest: of the plan that somebody has seen and approved; empty where that is not asked for.
        confirm: asks a person; raises to refuse.
        narrator: told of each migration as it begins and ends.

    Raises:
        Refused: folder and target disagree, a finding blocks, another deployer is at work, or the person said no.
        CannotRun: no connection, read-only target, unusable settings.
    """
    folder = read_folder(root, wanted)
    planned = _approved(plan, digest) if plan else None
    with target_of(root, wanted) as target, connect(target.dsn) as connection:
        pending = _pending(
            folder, read_history(connection), target, include_all=include_all, rehearsed=planned is not None
        )
        if not pending:
            return _up_to_date(folder, target)
        if planned:
            _hold_to(planned, connection, folder, target, str(plan))
        if dry_run:
            return _plan(pending, target)
        refuse_read_only(connection)
        labels = tuple(migration.label for migration in pending)
        confirm(Question(target=target.name, place=display(target.dsn), pending=labels))
        return _execute(
            connection, folder, target, include_all=include_all, planned=planned, plan_path=str(plan), narrator=narrator
        )


def _approved(path: Path, digest: str) -> Plan:
    """The plan of a file, read once: what the file says later changes nothing."""
    plan = read_plan(path)
    if digest and plan.digest != digest.strip().lower():
        raise Refused(
            "deploy.other-plan", "this plan is not the one that was approved", where=str(path),
            why=f"its digest is {plan.digest}, and {digest.strip()} was approved",
            fix="deploy the file that was approved, or have this one approved",
        )  # fmt: skip
    return plan


def _hold_to(plan: Plan, connection: Connection, folder: Folder, target: Target, path: str) -> None:
    """Everything must be as it was when the plan was made."""
    history, catalog, definitions = read_history(connection), read(connection), present_on(connection)
    now = basis_of(folder, target, connection.info.user, history, catalog, definitions)
    refuse_if_changed(plan, now, target, folder, path)


def _execute(
    connection: Connection,
    folder: Folder,
    target: Target,
    *,
    include_all: bool,
    planned: Plan | None,
    plan_path: str,
    narrator: Narrator,
) -> Outcome:
    with connect(target.dsn, application_name="seatrial lock") as guard, deployment_lock(guard):
        # Whoever held the lock before us may have applied what we were asked about.
        if planned:
            _hold_to(planned, connection, folder, target, plan_path)
        write.create(connection)
        history = read_history(connection)
        pending = _pending(folder, history, target, include_all=include_all, rehearsed=planned is not None)
        if not pending:
            return _up_to_date(folder, target)
        if planned:
            pending = limited(planned, pending)
        try:
            gate = _as_proved(connection, planned) if planned else None
            execution = apply_all(connection, pending, history.progress, narrator, gate=gate)
        except SeatrialError:
            raise
        except Exception as fault:
            raise Remains(
                "deploy.fault",
                "a fault in Seatrial stopped the deployment; what it had applied by then stays",
                where=target.name,
                why=f"{type(fault).__name__}: {fault}",
                fix=again("status", folder.release.root, target.argument) + "; and please report this",
            ) from fault
    return ended(execution, folder.release.root, target)


def _as_proved(connection: Connection, plan: Plan) -> Gate:
    """Nothing is committed that does something else to policies, privileges, functions and views than was rehearsed."""
    diary = SecurityDiary(connection)

    def compare_security(connection: Connection, migration: Migration) -> None:
        expected, observed = plan.security.get(migration.version, {}), diary.changes(connection)
        differing = sorted(name for name in {**expected, **observed} if expected.get(name) != observed.get(name))
        if differing:
            raise StatementFailed(
                f"not what was rehearsed and proved: {', '.join(differing[:NAMED])}", sqlstate=NOT_AS_PROVED,
                hint="Nothing of this migration was committed. Somebody may be changing the target; rehearse again.",
            )  # fmt: skip

    return compare_security


def _pending(
    folder: Folder, history: History, target: Target, *, include_all: bool, rehearsed: bool
) -> tuple[Migration, ...]:
    status = compare(folder.migrations, history)
    _refuse_disagreements(status, folder.release.root, target, include_all=include_all)
    wanted = {row.version for row in status.in_state(State.PENDING, State.UNFINISHED, State.OUT_OF_ORDER)}
    pending = tuple(migration for migration in folder.migrations if migration.version in wanted)
    if rehearsed:
        # What was read has been held against a rehearsal, which made no plan where something blocked.
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


def _continues(migration: Migration, progress: Progress) -> bool:
    """Whether every step that was begun is still what it was; those behind it may have been mended."""
    steps = {step.number: step.digest for step in migration.steps}
    return all(steps.get(number) == digest for number, digest in progress.digests.items())


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


def _up_to_date(folder: Folder, target: Target) -> Outcome:
    body = Deployed(target=target.name, execution=Execution(ending=Ending.COMPLETE, runs=()))
    applied = count(len(folder.migrations), "migration")
    return Outcome(command="deploy", summary=f"{target.name} is up to date: {applied}, nothing to deploy.", body=body)


def _plan(pending: tuple[Migration, ...], target: Target) -> Outcome:
    shown = tuple(
        (migration.label, tuple(tuple(s.text for s in step.statements) for step in migration.steps))
        for migration in pending
    )
    return Outcome(
        command="deploy",
        summary=f"Dry run: {count(len(pending), 'migration')} would be applied to {target.name}; nothing was.",
        body=Planned(target=target.name, migrations=shown),
    )
