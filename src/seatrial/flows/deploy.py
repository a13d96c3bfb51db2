"""`seatrial deploy`: the pending migrations, on a target."""

from __future__ import annotations

import math
from dataclasses import replace
from shlex import quote
from typing import TYPE_CHECKING

from seatrial.catalog.read import read
from seatrial.deployment.window import read_window
from seatrial.errors import Refused
from seatrial.flows.backup import back_up, dropped, refuse_without_command
from seatrial.flows.folder import Folder, again, read_folder, target_of, typed_name
from seatrial.flows.pending import found_on, pending_on
from seatrial.flows.perform import Performance, perform
from seatrial.flows.plan import Observed, basis_of, planned, refuse_if_changed
from seatrial.flows.question import Question, question
from seatrial.flows.requires import refuse_unknown, refuse_unless_verified
from seatrial.flows.script import as_script, refuse_unwritable_script, write_script
from seatrial.flows.site import site_of
from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending, Execution
from seatrial.model.outcome import Deployed, Outcome, Planned
from seatrial.model.terms import Terms
from seatrial.model.undertaking import Retreat, Undertaking
from seatrial.model.words import count, duration
from seatrial.pg.connection import connect, refuse_read_only, snapshot, stay
from seatrial.project.plan_file import read_plan
from seatrial.project.settings import read_settings
from seatrial.standin.definitions import present_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from seatrial.model.history import History
    from seatrial.model.migration import Migration
    from seatrial.model.narrator import Narrator
    from seatrial.model.plan import Plan
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["Question", "deploy", "hold_to", "refuse_held_too_long", "terms_of", "texts_of"]


def deploy(
    root: Path,
    wanted: str,
    how: Undertaking | None = None,
    *,
    confirm: Callable[[Question], None],
    named: Callable[[str], None] = lambda _: None,
    narrator: Narrator,
) -> Outcome:
    """Rehearse what is pending, make a plan of it, and deploy that; or deploy a plan that was made.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        how: what exactly.
        confirm: asks a person; raises to refuse.
        named: told the target's name before anything is looked at; raises where another one was agreed to.
        narrator: told of each migration as it begins and ends.

    Raises:
        Refused: folder and target disagree, a finding blocks, another deployer is at work, or the person said no.
        CannotRun: no connection, read-only target, unusable settings.
    """
    how = how or Undertaking()
    _refuse_unusable(how, root)
    folder = read_folder(root, wanted, files_only=not how.unrehearsed)
    with target_of(root, wanted) as target, connect(target.dsn) as connection:
        stay(connection)
        named(typed_name(target))
        refuse_unknown(root, target, how.requires)
        saved = _approved(how.plan, how.digest, root, target) if how.plan else None
        rehearsed = not how.unrehearsed and not how.dry_run
        history = read_history(connection)
        pending = pending_on(folder, history, target, include_all=how.include_all, rehearsed=rehearsed)
        if not pending:
            return _up_to_date(folder, target)
        if saved and not how.agreed:
            # Nobody should be asked about what will be refused; without a question the look under the lock is enough.
            hold_to(saved, connection, folder, target, str(how.plan))
        if how.dry_run:
            return _dry_run(saved, pending, target, str(how.plan))
        _refuse_unfit(connection, how, target)
        refuse_unless_verified(root, folder, target, how.requires, narrator)
        plan, no = (saved, None) if saved or how.unrehearsed else _rehearsed(root, wanted or target.name, narrator)
        if no:
            return no
        if how.as_script:
            return _script(connection, folder, target, plan, pending, how)
        terms, found = terms_of(folder, how), found_on(pending, history)
        _refuse_unasked(plan, how, terms, folder, target)
        confirm(question(root, target, how, terms, pending, plan, found))
        what = _performance(connection, folder, target, how, terms, plan, narrator)
        return perform(connection, replace(what, told=found), narrator) or _up_to_date(folder, target)


def _refuse_unusable(how: Undertaking, root: Path) -> None:
    if how.window:
        read_window(how.window)
    if how.as_script:
        refuse_unwritable_script(how.as_script, root)


def _refuse_unfit(connection: Connection, how: Undertaking, target: Target) -> None:
    if not how.as_script:
        refuse_read_only(connection)
    if how.backup:
        refuse_without_command(target)


def _performance(
    connection: Connection,
    folder: Folder,
    target: Target,
    how: Undertaking,
    terms: Terms,
    plan: Plan | None,
    narrator: Narrator,
) -> Performance:
    """All that was agreed on, with a backup where one is to be made."""

    def steps(history: History) -> tuple[Migration, ...]:
        pending = pending_on(
            folder, history, target, include_all=how.include_all, rehearsed=plan is not None
        )  # fmt: skip
        return planned(plan, pending, str(how.plan or "")) if plan else pending

    return Performance(
        folder=folder, target=target, how=how, plan=plan, terms=terms, steps=steps,
        reversals=plan.reversals if plan else (),
        window=read_window(how.window) if how.window else None,
        backed_up=back_up(target, plan, asked=how.backup, narrator=narrator),
        hold_to=lambda: hold_to(plan, connection, folder, target, str(how.plan or "")) if plan else None,
    )  # fmt: skip


def _rehearsed(root: Path, target: str, narrator: Narrator) -> tuple[Plan | None, Outcome | None]:
    # A plan that was saved is deployed without anything that a rehearsal needs.
    from seatrial.flows.rehearse import rehearse_for_plan

    plan, no = rehearse_for_plan(root, target, narrator=narrator)
    return plan, None if plan else no


def _approved(path: Path, digest: str, root: Path, target: Target) -> Plan:
    """The plan of a file, read once: what the file says later changes nothing."""
    plan = read_plan(path, again(f"rehearse --from {target.argument} --plan {quote(str(path))}", root))
    if digest and plan.digest != digest.strip().lower():
        raise Refused(
            "deploy.other-plan", "this plan is not the one that was approved", where=str(path),
            why=f"its digest is {plan.digest}, and {digest.strip()} was approved",
            fix="deploy the file that was approved, or have this one approved",
        )  # fmt: skip
    return plan


def hold_to(
    plan: Plan, connection: Connection, folder: Folder, target: Target, path: str = "", *, command: str = "deploy"
) -> None:  # fmt: skip
    """Everything must be as it was when the plan was made, or as the plan itself has left it since.

    Raises:
        Refused: names what changed.
    """
    with snapshot(connection):
        observed = Observed(
            role=connection.info.user, site=site_of(connection), history=read_history(connection),
            catalog=read(connection), definitions=present_on(connection),
        )  # fmt: skip
    now = basis_of(folder, target, observed, plan.versions)
    refuse_if_changed(plan, now, target, folder, path, command=command)


def terms_of(folder: Folder, how: Undertaking | Retreat) -> Terms:
    """How long others may be kept waiting: of the command line, or else of the settings."""
    settings = read_settings(folder.release.root / "seatrial.toml").deploy
    return Terms(
        deadline_ms=settings.lock_wait_ms, cancel_older_than=how.cancel_older_than,
        hold_seconds=how.hold_seconds if how.hold_seconds is not None else settings.hold_seconds,
        patience_seconds=how.patience_seconds if how.patience_seconds is not None else settings.patience_seconds,
    )  # fmt: skip


def _refuse_unasked(plan: Plan | None, how: Undertaking, terms: Terms, folder: Folder, target: Target) -> None:
    """Nobody is asked about a backup that cannot be made, or about what will be given up each time."""
    if plan and dropped(plan) and target.backup_command:
        refuse_without_command(target)
    if plan:
        refuse_held_too_long(plan, how, terms, folder, target)


def refuse_held_too_long(
    plan: Plan, how: Undertaking | Retreat, terms: Terms, folder: Folder, target: Target
) -> None:  # fmt: skip
    """Nobody is asked about what will be given up each time.

    Raises:
        Refused: a step is sure to hold its locks for longer than is allowed.
    """
    allowed = terms.hold_seconds
    for step in plan.steps:
        if step.held and step.held[0] > allowed:
            held, on = duration(step.held[0]), ", ".join(lock.relation for lock in step.locks)
            raise Refused(
                "deploy.held-too-long", f"{step.label} would keep everybody waiting for {held} at least",
                where=f"step {step.number}, {on}",
                why=f"locks that others wait for may be held for {duration(allowed)} on {target.name}",
                fix="make it the safe way that seatrial rehearse shows; or, when nobody works there, "
                + again(how.again(hold=math.ceil(step.held[1] * 2)), folder.release.root, target.argument),
            )  # fmt: skip


def _script(
    connection: Connection,
    folder: Folder,
    target: Target,
    plan: Plan | None,
    pending: tuple[Migration, ...],
    how: Undertaking,
) -> Outcome:
    path = how.as_script
    assert path is not None, "it was asked for"  # noqa: S101 - the caller has seen to it
    steps = planned(plan, pending, str(how.plan or "")) if plan else pending
    write_script(path, as_script(connection, folder, target, plan, read_history(connection), steps))
    return Outcome(
        command="deploy",
        summary=f"Written: {count(len(steps), 'migration')} for {target.name} as {path}; nothing was deployed.",
        next=(again("status", folder.release.root, target.argument),),
    )


def _up_to_date(folder: Folder, target: Target) -> Outcome:
    body = Deployed(target=target.name, execution=Execution(ending=Ending.COMPLETE, runs=()))
    applied = count(len(folder.migrations), "migration")
    return Outcome(command="deploy", summary=f"{target.name} is up to date: {applied}, nothing to deploy.", body=body)


def _dry_run(plan: Plan | None, pending: tuple[Migration, ...], target: Target, path: str) -> Outcome:
    steps = planned(plan, pending, path) if plan else pending
    return Outcome(
        command="deploy",
        summary=f"Dry run: {count(len(pending), 'migration')} would be applied to {target.name}; nothing was.",
        body=Planned(target=target.name, migrations=texts_of(steps)),
    )


def texts_of(migrations: Sequence[Migration]) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    """The statements of each one, step by step."""
    return tuple(
        (migration.label, tuple(tuple(one.text for one in step.statements) for step in migration.steps))
        for migration in migrations
    )
