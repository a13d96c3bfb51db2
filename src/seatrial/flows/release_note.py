"""Makes the record of a release note from a rehearsal and its verdicts."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.flows.documentation import release_digest
from seatrial.model.documentation import PageState
from seatrial.model.release_note import NotedFile, ReleaseNote
from seatrial.model.timeline import timeline_of
from seatrial.model.wishes import NOTHING
from seatrial.proofs.registry import CLAIMS, proofs
from seatrial.report.release_note import notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.flows.conduct import Conducted
    from seatrial.flows.report import Documents, Told
    from seatrial.model.evidence import ObjectChange
    from seatrial.model.migration import Migration
    from seatrial.model.proof import Case, Proof
    from seatrial.model.trial import StatementTrial

__all__ = ["as_if_written", "markdown", "release_note"]

#: Kinds that are more than their definition, as the server's events name them.
_HOLDING = frozenset({"table", "table column", "sequence", "schema", "foreign table"})
_COMMENT = re.compile(r"\A\ufeff?\s*(?:--[^\n]*\n?)+")


def markdown(told: Told) -> Documents:
    """The release note and the tracking documents, beside one another; a form of `seatrial report`.

    Raises:
        Refused: the files cannot be applied as they are.
    """
    done, out = told.proving, told.out
    if done.conducted is None:
        done.folder.refuse_if_unrunnable()
        raise AssertionError("nothing was conducted, and nothing blocks")
    case = as_if_written(done.case)
    [judged] = [one for one in proofs() if one.name == "documentation"]
    verdicts = [judged.prove(case) if proof.name == "documentation" else proof for proof in done.proved.proofs]
    found = release_note(done.conducted, case, verdicts)
    page = done.folder.release.root / done.folder.release.schema_page
    # Elsewhere the link would show where on this machine the release lies.
    is_beside = page.is_file() and out.resolve().is_relative_to(done.folder.release.root.resolve())
    beside = Path(os.path.relpath(page.resolve(), out.resolve().parent)).as_posix() if is_beside else ""
    at = told.readiness.circumstances.at
    return notes(replace(found, at=at, gaps=told.readiness.gaps, schema_page=beside), out.stem)


def release_note(conducted: Conducted, case: Case, verdicts: Sequence[Proof]) -> ReleaseNote:
    """The record of a rehearsal and its verdicts.

    Args:
        conducted: the rehearsal.
        case: the evidence, as the proofs had it.
        verdicts: of the proofs; that of `documentation` is to be of `as_if_written(case)`.
    """
    folder, rehearsal = conducted.folder, conducted.rehearsal
    release, trials = folder.release, rehearsal.trial.statements
    return ReleaseNote(
        release=release.name,
        digest=release_digest(folder),
        start=conducted.stands_for or NOTHING,
        after=conducted.wishes.after,
        server=str(rehearsal.stage.server.installation),
        files=tuple(_file(one, trials) for one in rehearsal.stage.pending),
        made=case.documentation.made if case.documentation else (),
        claims=tuple((CLAIMS[proof.name], proof) for proof in verdicts),
        timeline=timeline_of(trials),
        queries=release.workload,
        measured=conducted.workload,
    )  # fmt: skip


def as_if_written(case: Case) -> Case:
    """The evidence as it will be when the note is there, which tells of its own verdict."""
    if case.documentation is None:
        return case
    pages = tuple(
        replace(page, state=PageState.CURRENT, why=()) if page.what == "release note" else page
        for page in case.documentation.pages
    )
    return replace(case, documentation=replace(case.documentation, pages=pages))


def _file(migration: Migration, trials: Sequence[StatementTrial]) -> NotedFile:
    mine = [one for one in trials if one.script is migration.script]
    written = [one for trial in mine for one in (trial.at_size or trial.evidence).written]
    dropped = list(dict.fromkeys((one.kind, one.name) for one in _changes(mine, "dropped") if one.name))
    # What the release itself has made is no loss.
    made = {(one.kind, one.name) for one in _changes(trials, "created")}
    kept = [(kind, name) for kind, name in dropped if (kind, name) not in made]
    return NotedFile(
        path=migration.script.source.path,
        said=_said(migration.script.source.text),
        statements=len(migration.script.statements),
        rewritten=tuple(dict.fromkeys(one.relation for one in written if one.updated or one.deleted)),
        dropped=tuple(f"{kind} {name}" for kind, name in kept),
        lost=tuple(f"{kind} {name}" for kind, name in kept if kind in _HOLDING),
    )


def _changes(trials: Sequence[StatementTrial], action: str) -> list[ObjectChange]:
    return [one for trial in trials for one in trial.evidence.objects if one.action == action]


def _said(text: str) -> str:
    """The comment at the beginning of a file, its first paragraph."""
    found = _COMMENT.match(text)
    lines = [line.strip().removeprefix("--").strip() for line in found[0].strip().splitlines()] if found else []
    until = next((number for number, line in enumerate(lines) if not line.strip("-= ")), len(lines))
    return " ".join(lines[:until])
