"""`seatrial report`: the six claims put to the proof, and a page about it for whoever has to decide."""

from __future__ import annotations

import getpass
import re
import socket
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial import __version__
from seatrial.errors import Exit
from seatrial.flows.folder import again
from seatrial.flows.plan import plan_of
from seatrial.flows.prove import proving
from seatrial.model.execution import Ending
from seatrial.model.outcome import Done, Outcome
from seatrial.model.readiness import Circumstances, Claim, Commit, Readiness
from seatrial.project.document import Kind, refuse_irregular, refuse_unwritable, write_documents
from seatrial.proofs.registry import CLAIMS, proofs
from seatrial.report.readiness.page import page
from seatrial.report.readiness.verdict import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.flows.prove import Proving
    from seatrial.model.narrator import Narrator
    from seatrial.model.wishes import Wishes

__all__ = ["HTML", "Documents", "Form", "Told", "report"]

#: Seconds for Git, which asks nobody.
PATIENCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a format makes its documents of."""

    readiness: Readiness
    proving: Proving
    #: Where the first of them goes.
    out: Path


#: File name → text, beside one another.
Documents = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is made of a proving."""

    kind: Kind
    #: Of the documents, known before there is one.
    names: Callable[[Path], Sequence[str]]
    make: Callable[[Told], Documents]
    #: The proving as it will be when they are written.
    judged: Callable[[Proving], Proving] = lambda done: done


#: One page.
HTML = Form(
    kind=Kind(what="readiness page", begins=r'(?s)\s*<!doctype html>.*?<meta name="generator" content="seatrial '),
    names=lambda out: (out.name,),
    make=lambda told: {told.out.name: page(told.readiness)},
)


def report(
    root: Path, wishes: Wishes, out: Path, *,
    form: Form = HTML, circumstances: Circumstances | None = None, narrator: Narrator,
) -> Outcome:  # fmt: skip
    """Run all proofs and write about them; the answer is that of `prove`, and it is written whatever it is.

    Args:
        root: the release folder.
        wishes: where the rehearsal starts from, and what is looked at.
        out: the file; its folder is made.
        form: which documents.
        circumstances: when, by whom, how long; now and here where they are not given.
        narrator: told how it comes along.

    Raises:
        CannotRun: no scratch, no connection, unusable settings; the file cannot be written.
    """
    refuse_irregular(out)
    refuse_unwritable(form.kind, *map(out.with_name, form.names(out)), root=root)
    done = form.judged(proving(root, (), wishes, narrator=narrator))
    found = _readiness(done, circumstances or _now(done.proved.seconds))
    made = form.make(Told(readiness=found, proving=done, out=out))
    documents = {out.with_name(name): text for name, text in made.items()}
    write_documents(form.kind, documents)
    argument = done.conducted.target.argument if done.conducted and done.conducted.target else ""
    return Outcome(
        command="report",
        exit_code=Exit.YES if found.is_ready else Exit.NO,
        summary=sentence(found),
        next=(again("deploy", root, argument),) if found.is_ready else (),
        body=Done(notes=tuple(f"written: {path}" for path in documents)),
    )


def _readiness(done: Proving, circumstances: Circumstances) -> Readiness:
    conducted, proved = done.conducted, done.proved
    rehearsal = conducted.rehearsal if conducted else None
    version = conducted.picture.server_version if conducted and conducted.picture else 0
    return Readiness(
        release=done.folder.release.name,
        circumstances=circumstances,
        tool=f"seatrial {__version__}",
        start=proved.start,
        past=conducted.wishes.after if conducted else "",
        server=proved.server,
        target_server=f"PostgreSQL {version // 10000}.{version % 10000}" if version else "",
        plan=_plan(done),
        commit=_commit(done.folder),
        claims=tuple(
            Claim(words=CLAIMS[proof.name], proof=proof, limits=_limits(page.page))
            for proof, page in zip(proved.proofs, proofs(), strict=True)
        ),
        findings=proved.findings,
        waived=proved.waived,
        withdrawn=proved.withdrawn,
        execution=done.case.execution,
        fresh_failure=done.case.fresh_failure,
        trial=done.case.trial,
        machine=conducted.measurement.machine if conducted else None,
        preflight=done.case.preflight,
        isolation=proved.isolation,
        isolation_before=proved.isolation_before,
        performance=proved.performance,
        before=rehearsal.reference_before if rehearsal else None,
        after=rehearsal.reference if rehearsal else None,
        gaps=tuple(_gaps(done)),
    )


def _plan(done: Proving) -> str:
    """The digest that `rehearse --plan` would save; only what applies to a target has one."""
    conducted = done.conducted
    if conducted is None or conducted.target is None or conducted.rehearsal.execution.ending is not Ending.COMPLETE:
        return ""
    return plan_of(conducted).digest if conducted.rehearsal.stage.pending else ""


def _gaps(done: Proving) -> Iterator[str]:
    if conducted := done.conducted:
        yield from (f"Not on the stand-in: {one.what}: {one.why}." for one in conducted.rehearsal.stage.not_carried)
    yield from (f"Not measured: {one.what}: {one.why}." for one in done.case.unmeasured)
    yield from (f"Not judged: {one.function}: {one.why}." for one in done.case.unread)
    yield from (f"{line}." for line in done.case.gaps)


def _limits(text: str) -> tuple[str, ...]:
    """The sentences of a proof's page under the heading that says what it cannot show."""
    found = re.search(r"^## What it cannot show\n+(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return tuple(line.replace("`", "") for line in found[1].splitlines() if line.strip()) if found else ()


def _now(seconds: float) -> Circumstances:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Circumstances(at=at, by=f"{_user()}@{socket.gethostname()}", seconds=seconds)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run as a number that has no name.
        return "somebody"


def _commit(folder: Folder) -> Commit | None:
    """Of the release's files alone: what else lies in the work tree is not part of it, a report least of all."""
    release = folder.release
    head = _git(release.root, "rev-parse", "--verify", "HEAD")
    if not head:
        return None
    paths = [
        path for path in ("supabase", release.migrations_folder, "seatrial.toml") if (release.root / path).exists()
    ]
    return Commit(id=head, changed=bool(_git(release.root, "status", "--porcelain", "--", *paths)))


def _git(root: Path, *words: str) -> str:
    """What Git says, or nothing where there is none or it refuses; no setting of a repository names a command here."""
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(root), *words]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return found.stdout.strip()
