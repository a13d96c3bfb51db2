"""Results as workflow commands of GitHub Actions, which shows them as annotations beside the lines of a pull request.

Source: "Workflow commands for GitHub Actions" and "Usage limits" in GitHub's documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.words import count
from seatrial.report.results import of_proof

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.finding import Finding
    from seatrial.report.results import Fault, Results

__all__ = ["render"]

#: How many annotations of each sort are shown of one step; what comes after them is dropped without a word.
MOST = 10
COMMANDS = {Level.BLOCKS: "error", Level.WARNS: "warning", Level.INFORMS: "notice"}


def render(results: Results) -> str:
    """What blocks first, and a line that says how many there are more; the answer is the last line."""
    if results.fault:
        return _fault(results.fault)
    proofs = [of_proof(proof) for proof in results.proofs if not proof.verdict.lets_through]
    return "\n".join([*_annotations([*proofs, *results.findings]), _plain(results)])


def _annotations(findings: Sequence[Finding]) -> Iterator[str]:
    for level in Level:
        of_level = [finding for finding in findings if finding.level is level]
        yield from map(_annotation, of_level[:MOST])
        if len(of_level) > MOST:
            more = count(len(of_level) - MOST, f"more {COMMANDS[level]}")
            yield f"{more}, of which GitHub shows no annotation; the job summary and --format json have them"


def _annotation(finding: Finding) -> str:
    place = finding.place
    where = [("file", place.path)] if place.path else []
    if place.line:
        where += [("line", str(place.line)), ("col", str(place.column))]
    fix = f"fix: {finding.fix}" if finding.fix else ""
    message = "\n".join(filter(None, (finding.what, finding.effect, fix)))
    return _command(COMMANDS[finding.level], [*where, ("title", f"{finding.code} {finding.name}")], message)


def _fault(fault: Fault) -> str:
    said = "\n".join(filter(None, (f"{fault.what}.", fault.where, fault.why, fault.fix)))
    return _command("error", [("title", fault.code)], said)


def _command(name: str, properties: Sequence[tuple[str, str]], message: str) -> str:
    said = ",".join(f"{key}={_property(value)}" for key, value in properties)
    return f"::{name} {said}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(results: Results) -> str:
    """A line that is no command, whatever stands in it: `::` at its beginning would be one, and `##[` anywhere."""
    said = " ".join(results.summary.split()).replace("##[", "## [")
    return f"{'✓' if results.yes else '✗'} {said}"
