"""`seatrial rehearse`: the release, applied to a scratch as the deploying role, and everything seen that it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.catalog.fingerprint import fingerprint
from seatrial.errors import CannotRun, Exit
from seatrial.flows.conduct import conduct, folder_for
from seatrial.flows.folder import again
from seatrial.flows.plan import plan_of
from seatrial.model.execution import Ending
from seatrial.model.finding import Level
from seatrial.model.outcome import Outcome, Rehearsed
from seatrial.model.wishes import NOTHING, Wishes, is_saved
from seatrial.model.words import count, duration, verb
from seatrial.project.document import refuse_unwritable
from seatrial.project.plan_file import PLAN, write_plan
from seatrial.rehearsal.cause import missing_extension

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.flows.conduct import Conducted
    from seatrial.model.narrator import Narrator
    from seatrial.model.plan import Plan

__all__ = ["rehearse", "rehearse_for_plan"]

#: Seconds for a statement of a rehearsal that somebody waits for who wants to deploy.
PATIENCE = 60.0


def rehearse(root: Path, wishes: Wishes | None = None, *, plan: Path | None = None, narrator: Narrator) -> Outcome:
    """Whether the release applies, and what it does to the database that it is applied to.

    Args:
        root: the release folder.
        wishes: what to look at.
        plan: where to save the plan, which only a rehearsal that answers yes makes.
        narrator: told how it comes along.

    Raises:
        CannotRun: no scratch, no connection, unusable settings; a plan without a target, or that cannot be saved.
        Refused: a finding of `check` blocks.
    """
    wishes = wishes or Wishes()
    if plan and is_saved(wishes.start):
        raise CannotRun(
            "plan.no-target", "a plan is made on the target, not on a saved stand-in", where=wishes.start,
            why="a plan holds the target to the state that it was rehearsed in, and a file is of some other time",
            fix="seatrial rehearse --from <target> --plan <file>",
        )  # fmt: skip
    if plan:
        refuse_unwritable(PLAN.kind, plan, root=root)
    conducted = conduct(root, folder_for(root, wishes), wishes, narrator=narrator)
    body = _body(conducted)
    no = _answer_no(conducted, root)
    if no:
        code, summary, following = no
        return Outcome(command="rehearse", exit_code=code, summary=summary, next=following, body=body)
    return _yes(conducted, body, root, plan)


def rehearse_for_plan(root: Path, target: str, *, narrator: Narrator) -> tuple[Plan | None, Outcome]:
    """For whoever deploys next: the plan, or None where the answer is no, which is then the outcome."""
    narrator.say("rehearsing")
    wishes = Wishes(start=target, fresh=False, time_limit=PATIENCE)
    conducted = conduct(root, folder_for(root, wishes), wishes, narrator=narrator)
    code, summary, following = _answer_no(conducted, root) or (Exit.YES, "", ())
    outcome = Outcome(command="deploy", exit_code=code, summary=summary, next=following, body=_body(conducted))
    if code is not Exit.YES:
        return None, outcome
    plan = plan_of(conducted)
    narrator.say(f"  {_found(plan)}")
    return plan, outcome


def _found(plan: Plan) -> str:
    """`rehearsed: 3 findings, 2 of which warn`."""
    number, warning = sum(plan.findings.values()), sum(plan.codes.values())
    of_which = f", {warning:,} of which {verb(warning, 'warn')}" if warning else ""
    return f"rehearsed: {count(number, 'finding')}{of_which}" if number else "rehearsed: no findings"


def _yes(conducted: Conducted, body: Rehearsed, root: Path, path: Path | None) -> Outcome:
    done = count(len(body.execution.runs), "migration")
    from_where = "from nothing" if body.start == NOTHING else f"to a stand-in for {body.start}"
    summary = f"Rehearsed: {done} applied {from_where} on {body.server} in {duration(body.seconds)}."
    target = conducted.target.argument if conducted.target else ""
    if conducted.stands_for and not conducted.rehearsal.stage.pending:
        return Outcome(command="rehearse", summary=f"Nothing is pending on {conducted.stands_for}.", body=body)
    if path is None:
        # Whoever has a saved stand-in is not the one who deploys.
        following = () if conducted.from_file else (again("deploy", root, target),)
        return Outcome(command="rehearse", summary=summary, next=following, body=body)
    plan = plan_of(conducted)
    write_plan(path, plan)
    return Outcome(
        command="rehearse", summary=summary, body=replace(body, plan=plan.digest, plan_path=str(path)),
        next=(again(f"deploy --plan {path}", root, target),),
    )  # fmt: skip


def _answer_no(conducted: Conducted, root: Path) -> tuple[Exit, str, tuple[str, ...]] | None:
    """Why the answer is no, and what to type then; None where it is yes."""
    execution, target = conducted.rehearsal.execution, conducted.target
    argument = target.argument if target else ""
    done = count(len(execution.runs), "migration")
    if execution.ending is Ending.INTERRUPTED:
        return Exit.INTERRUPTED, f"Interrupted in {execution.stopped_in}; {done} applied before it.", ()
    if execution.ending is not Ending.COMPLETE:
        return _failed(conducted, root)
    if conducted.edits:
        named = ", ".join(f"{edit.version} {edit.state}" for edit in conducted.edits)
        return Exit.NO, f"Rehearsed, but not what the target has: {named} since applied there.", (
            () if conducted.from_file else (again("status", root, argument),)
        )  # fmt: skip
    if said := _in_the_way(conducted):
        return Exit.NO, f"Not ready: {said}.", ()
    return None


def _in_the_way(conducted: Conducted) -> str:
    """What of the target, or which findings, although everything applied."""
    violated = sum(answer.stands_in_the_way for answer in conducted.preflight or ())
    if violated and conducted.target:
        return f"{count(violated, 'statement')} would fail on the rows that {conducted.target.name} has"
    if conducted.taken:
        return f"something else has the name of {', '.join(one.index for one in conducted.taken)}"
    blocking = sum(finding.level is Level.BLOCKS for finding in conducted.findings)
    if not blocking:
        return ""
    done = count(len(conducted.rehearsal.execution.runs), "migration")
    return f"{done} applied, but {count(blocking, 'finding')} {verb(blocking, 'block')}"


def _failed(conducted: Conducted, root: Path) -> tuple[Exit, str, tuple[str, ...]]:
    execution, target = conducted.rehearsal.execution, conducted.target
    done = count(len(execution.runs), "migration")
    server = str(conducted.rehearsal.stage.server.installation)
    extension = missing_extension(execution.failure) if execution.failure else ""
    if extension:
        summary = f"Not rehearsed to the end: {server} has no extension {extension}; "
        summary += f"{execution.stopped_in} and what follows was not tried."
        start = target.argument if target else conducted.wishes.start
        argument = f" --from {start}" if conducted.stands_for else ""
        retry = f"SEATRIAL_PG_BIN=<folder of a PostgreSQL that has it> {again('rehearse' + argument, root)}"
        return Exit.COULD_NOT_RUN, summary, (retry,)
    if conducted.elsewhere:
        number = len(conducted.elsewhere)
        tables = f"{count(number, 'relation')} {verb(number, 'come')} from elsewhere"
        others = sum(failure.comes_of is None for failure in execution.failures)
        also = f", and {count(others, 'statement')} {verb(others, 'fail')} for another reason" if others else ""
        return Exit.NO, f"Not ready: this folder does not start from zero: {tables}{also}.", (
            again("baseline --target <name>", root), again("rehearse --from <name>", root),
        )  # fmt: skip
    if execution.failures:
        roots = [failure for failure in execution.failures if failure.comes_of is None]
        others = len(execution.failures) - len(roots)
        behind = f", and {others:,} more only because of them" if others else ""
        return Exit.NO, f"Not ready: {count(len(roots), 'statement')} {verb(len(roots), 'fail')}{behind}.", ()
    standing = f" to {conducted.stands_for}" if conducted.stands_for else ""
    also = (
        ", although the folder applies from nothing"
        if standing and conducted.wishes.fresh and not conducted.fresh_failure
        else ""
    )
    return Exit.NO, f"Not ready: {execution.stopped_in} does not apply{standing}{also}; {done} before it did.", ()


def _body(conducted: Conducted) -> Rehearsed:
    rehearsal, picture = conducted.rehearsal, conducted.picture
    catalog = rehearsal.catalog
    return Rehearsed(
        server=str(rehearsal.stage.server.installation),
        platform=conducted.folder.release.platform,
        execution=rehearsal.execution,
        seconds=conducted.seconds,
        fingerprint=fingerprint(catalog) if catalog else "",
        objects=len(catalog.objects) if catalog else 0,
        start=conducted.stands_for or NOTHING,
        target_server=f"PostgreSQL {_version(picture.server_version)}" if picture else "",
        findings=conducted.findings,
        waived=conducted.folder.waived,
        withdrawn=conducted.folder.withdrawn,
        timings=conducted.measurement.timings,
        machine=conducted.measurement.machine,
        unmeasured=conducted.measurement.unmeasured,
        elsewhere=conducted.elsewhere,
        edits=conducted.edits,
        fresh_failure=conducted.fresh_failure,
        not_carried=rehearsal.stage.not_carried,
        gaps=conducted.gaps,
        unread=rehearsal.unread,
        twice=conducted.twice,
        stalls=conducted.stalls,
        preflight=conducted.preflight,
        questions=len(conducted.questions),
        ahead=conducted.built_ahead,
        taken=conducted.taken,
        reversals=tuple(one.reversal for one in conducted.proved) if conducted.proved is not None else None,
    )


def _version(number: int) -> str:
    """`18.6` of 180006."""
    return f"{number // 10000}.{number % 10000}"
