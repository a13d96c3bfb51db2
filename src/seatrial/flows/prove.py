"""`seatrial prove`: the claims of a release, each with a verdict."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Exit
from seatrial.flows.conduct import conduct, folder_for
from seatrial.flows.documentation import documentation_of, reference_from_nothing
from seatrial.flows.folder import again
from seatrial.flows.performance import refuse_unfit
from seatrial.model.execution import Ending, Execution
from seatrial.model.outcome import Outcome, Proved
from seatrial.model.proof import Case, Proof, Verdict
from seatrial.model.trial import Trial
from seatrial.model.wishes import NOTHING, Wishes
from seatrial.model.words import count
from seatrial.project.document import Kind, refuse_unwritable, write_documents
from seatrial.proofs.registry import proofs
from seatrial.report.pgtap import pgtap
from seatrial.rules.run import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.flows.conduct import Conducted
    from seatrial.flows.folder import Folder
    from seatrial.flows.isolation import Isolation
    from seatrial.model.documentation import Documentation
    from seatrial.model.narrator import Narrator
    from seatrial.proofs.registry import ProofFile

__all__ = ["Proving", "prove", "proving"]

#: Where the Supabase CLI looks for tests.
PGTAP = "supabase/tests/isolation.sql"
TESTS = Kind(
    what="file of tests", begins=r".*\bWritten by Seatrial\.",
    elsewhere="leave --export out",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """The verdicts, and everything that they rest on."""

    folder: Folder
    #: None where the files cannot be applied as they are.
    conducted: Conducted | None
    case: Case
    proved: Proved


def prove(root: Path, names: Sequence[str], wishes: Wishes, *, export: str = "", narrator: Narrator) -> Outcome:
    """Run proofs; the answer is yes when every one that was asked for lets the release through.

    Args:
        root: the release folder.
        names: which; all six where none is named.
        wishes: where the rehearsal starts from; every file is run twice and what fails is gone on from.
        export: `pgtap` writes what was tried as tests beside the release's own.
        narrator: told how it comes along.

    Raises:
        CannotRun: no such proof; no scratch, no connection, unusable settings.
    """
    if export:
        refuse_unwritable(TESTS, root / PGTAP, root=root)
    done = proving(root, names, wishes, narrator=narrator)
    isolation = done.conducted.isolation if done.conducted else None
    written = _exported(export, done.folder, isolation)
    through = all(proof.verdict.lets_through for proof in done.proved.proofs)
    argument = done.conducted.target.argument if done.conducted and done.conducted.target else ""
    return Outcome(
        command="prove",
        exit_code=Exit.YES if through else Exit.NO,
        summary=_summary(done.proved.proofs),
        next=(again("deploy", root, argument),) if through else (),
        body=replace(done.proved, written=written),
    )


def proving(root: Path, names: Sequence[str], wishes: Wishes, *, narrator: Narrator) -> Proving:
    """Gather the evidence and have the proofs judge it, for those who say so in one way or another.

    Raises:
        CannotRun: no such proof; no scratch, no connection, unusable settings.
    """
    begun = time.perf_counter()
    wanted = _wanted(names)
    asked = {proof.name for proof in wanted}
    folder = folder_for(root, wishes)
    if not folder.is_runnable:
        conducted, case, server = None, _unread(folder, wishes), ""
    else:
        if "performance" in asked:
            refuse_unfit(folder.release.workload)
        wishes = replace(
            wishes, twice=True, keep_going=True, isolation="security" in asked, tenants_expected="security" in names,
            killed="safety" in asked, forecast="safety" in asked, performance="performance" in asked,
        )  # fmt: skip
        conducted = conduct(root, folder, wishes, narrator=narrator)
        folder = conducted.folder
        case, server = _case(conducted), str(conducted.rehearsal.stage.server.installation)
        if "documentation" in asked:
            case = replace(case, documentation=_documentation(conducted))
    isolation = conducted.isolation if conducted else None
    return Proving(
        folder=folder, conducted=conducted, case=case,
        proved=Proved(
            start=case.start, server=server, proofs=tuple(_run(proof, case) for proof in wanted),
            seconds=time.perf_counter() - begun, findings=in_order([*case.static, *case.judged]),
            waived=folder.waived, withdrawn=folder.withdrawn,
            isolation=isolation.matrix if isolation else None,
            isolation_before=isolation.before if isolation else None,
            performance=conducted.performance if conducted else None,
        ),
    )  # fmt: skip


def _documentation(conducted: Conducted) -> Documentation:
    """The schema page is of the whole folder; what is pending on a target is only a part of it."""
    reference = conducted.rehearsal.reference
    if conducted.wishes.start != NOTHING:
        reference = None if conducted.fresh_failure else reference_from_nothing(conducted.folder)
    return documentation_of(conducted.folder, conducted.rehearsal, reference)


def _wanted(names: Sequence[str]) -> list[ProofFile]:
    known = {proof.name: proof for proof in proofs()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CannotRun("prove.unknown", f"there is no proof {unknown[0]!r}", fix=f"ask for {', '.join(known)}")
    return [proof for name, proof in known.items() if not names or name in names]


def _exported(form: str, folder: Folder, isolation: Isolation | None) -> str:
    """Write the tests; where they are."""
    if not form:
        return ""
    if isolation is None:
        raise CannotRun(
            "prove.nothing-to-export", "there is nothing to export", where="--export",
            why="security was not among the proofs, or the release does not apply",
            fix="seatrial prove security --export pgtap",
        )  # fmt: skip
    write_documents(TESTS, {folder.release.root / PGTAP: pgtap(isolation.matrix, isolation.rows)})
    return PGTAP


def _run(proof: ProofFile, case: Case) -> Proof:
    try:
        return proof.prove(case)
    except Exception as fault:  # noqa: BLE001 - a fault of the proof must not be taken for a verdict on the release
        return Proof(
            name=proof.name, claim=proof.claim, verdict=Verdict.BROKEN,
            evidence=(f"a fault in Seatrial, please report it: {type(fault).__name__}: {fault}",),
        )  # fmt: skip


def _unread(folder: Folder, wishes: Wishes) -> Case:
    """Files that cannot be applied as they are: what a database would do with the rest says nothing."""
    return Case(
        start=wishes.start,
        statements=sum(len(script.statements) for script in folder.scripts),
        files=len(folder.migrations),
        static=folder.about_files,
        execution=Execution(ending=Ending.FAILED, runs=()),
        trial=Trial(statements=()),
    )


def _case(conducted: Conducted) -> Case:
    rehearsal = conducted.rehearsal
    return Case(
        start=conducted.stands_for or NOTHING,
        statements=sum(len(script.statements) for script in conducted.folder.scripts),
        files=len(rehearsal.stage.pending),
        static=conducted.folder.about_files,
        judged=conducted.findings,
        execution=rehearsal.execution,
        fresh_failure=conducted.fresh_failure,
        elsewhere=conducted.elsewhere,
        edits=conducted.edits,
        trial=rehearsal.trial,
        unread=rehearsal.unread,
        twice=conducted.twice,
        killed=conducted.killed,
        questions=len(conducted.questions),
        preflight=conducted.preflight,
        isolation=conducted.isolation.matrix if conducted.isolation else None,
        tenancy_inferred=bool(conducted.isolation and conducted.isolation.tenancy.inferred),
        performance=conducted.performance,
        unmeasured=conducted.measurement.unmeasured,
        gaps=tuple(
            f"{one.place}: {one.gap.feature} (PostgreSQL {one.gap.since}): {one.gap.differs}" for one in conducted.gaps
        ),
    )


def _summary(verdicts: Sequence[Proof]) -> str:
    passed = sum(proof.verdict.lets_through for proof in verdicts)
    if passed == len(verdicts):
        return f"Proved: {count(passed, 'claim')} of {passed}."
    others = ", ".join(f"{proof.name} {proof.verdict}" for proof in verdicts if not proof.verdict.lets_through)
    return f"Not proved: {passed} of {count(len(verdicts), 'claim')}; {others}."
