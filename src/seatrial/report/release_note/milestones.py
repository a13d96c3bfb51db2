"""What is done, and what shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.proof import Verdict
from seatrial.model.wishes import NOTHING
from seatrial.model.words import count
from seatrial.report.schema_page.cells import code, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.proof import Proof
    from seatrial.model.release_note import NotedFile, ReleaseNote

__all__ = ["milestones"]


def milestones(found: ReleaseNote, _: str) -> Iterator[str]:
    """The lines of the document."""
    yield from (f"# Milestones: {words(found.release)}", "")
    rehearsed = _state(bool(found.timeline.transactions)) if found.applies else "✗ failed"
    stage = "an empty platform" if found.start == NOTHING else f"a stand-in for {words(found.start)}"
    when = f", {found.at}" if found.at else ""
    yield from table(
        ("milestone", "state", "what shows it"),
        (
            ("Migrations written", "✓ done", ", ".join(map(_written, found.files))),
            ("Rehearsed", rehearsed, f"on {stage}, {found.server}{when}"),
            *((_title(claim), _verdict(proof), _shown(proof)) for claim, proof in found.claims),
            ("Workload measured", _state(found.measured is not None), "the optimization summary"),
            ("Documents written", "✓ done", "this file and those beside it"),
            ("Deployed", "open", "`seatrial status` shows what a target has"),
            ("Verified after the deployment", "open", "`seatrial verify`"),
        ),
    )
    yield "What is open here is on record at the target: a document cannot know what was deployed after it was written."


def _written(file: NotedFile) -> str:
    return code(file.path.rpartition("/")[2]) + (" (**does not apply**)" if file.failure else "")


def _title(claim: str) -> str:
    return claim[0].upper() + claim[1:]


def _state(done: bool) -> str:  # noqa: FBT001 - a fact, not a switch
    return "✓ done" if done else "open"


def _verdict(proof: Proof) -> str:
    if proof.verdict.lets_through:
        return f"✓ {proof.verdict}"
    return f"{'?' if proof.verdict is Verdict.INCONCLUSIVE else '✗'} {proof.verdict}"


def _shown(proof: Proof) -> str:
    if not proof.evidence:
        return ""
    more = f" ({count(len(proof.evidence) - 1, 'line')} more)" if len(proof.evidence) > 1 else ""
    return words(proof.evidence[0]) + more
