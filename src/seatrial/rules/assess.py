"""What reading has found, held against what a rehearsal and an attack saw: confirmed, given figures, or withdrawn."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.model.finding import Decided, Withdrawn
from seatrial.model.isolation import Observed
from seatrial.model.matrix import listed
from seatrial.model.words import count
from seatrial.rules.registry import rules
from seatrial.rules.run import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.finding import Finding
    from seatrial.model.isolation import Cell
    from seatrial.model.source import Script

__all__ = ["Assessed", "Seen", "assess"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is to hold findings against."""

    scripts: tuple[Script, ...]
    #: Path and offset of each statement that the rehearsal judged.
    statements: frozenset[tuple[str, int]]
    #: Of each that went through, also where from nothing nobody can say who would have waited.
    ran: frozenset[tuple[str, int]] = frozenset()
    #: Code and subject of what the rules find in the schema of the rehearsed database; None where it was not read.
    again: frozenset[tuple[str, str]] | None = None
    #: What was tried; none where nothing was attacked.
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What is left of the findings."""

    findings: tuple[Finding, ...]
    withdrawn: tuple[Withdrawn, ...]


def assess(read: Sequence[Finding], judged: Sequence[Finding], seen: Seen) -> Assessed:
    """One finding for what was read and then seen; and those that were seen alone.

    Args:
        read: from the files.
        judged: from the rehearsal.
        seen: what else it knows.
    """
    at = _statements(seen.scripts)
    twins: dict[tuple[str, tuple[str, int]], list[Finding]] = {}
    for finding in judged:
        twins.setdefault((finding.code, at(finding)), []).append(finding)
    fails = {rule.code for rule in rules() if rule.fails}
    has_twin = {rule.code for rule in rules() if rule.read and rule.judge}
    left: list[Finding] = []
    withdrawn: list[Withdrawn] = []
    for finding in read:
        statement = at(finding)
        pair = twins.get((finding.code, statement))
        if pair:
            left.append(_confirmed(finding, pair.pop(0)))
        elif finding.code in has_twin and statement in seen.statements:
            withdrawn.append(Withdrawn(finding=finding, because="the rehearsal ran this and saw nothing of the kind"))
        elif finding.code in fails and statement in seen.ran:
            withdrawn.append(Withdrawn(finding=finding, because="the rehearsal ran this, and it went through"))
        else:
            verdict = _held_against(finding, seen)
            (withdrawn if isinstance(verdict, Withdrawn) else left).append(verdict)  # type: ignore[arg-type]
    alone = (replace(one, decided=Decided.RUN) for pair in twins.values() for one in pair)
    return Assessed(findings=in_order([*left, *alone]), withdrawn=tuple(withdrawn))


def _confirmed(read: Finding, judged: Finding) -> Finding:
    """The words are those of the rehearsal; the place is the finer one of reading, and the key is what waivers name."""
    return replace(judged, place=read.place, key=read.key, subject=read.subject, decided=Decided.RUN)


def _held_against(finding: Finding, seen: Seen) -> Finding | Withdrawn:
    if finding.subject and seen.again is not None:
        if (finding.code, finding.subject) not in seen.again:
            return Withdrawn(finding=finding, because="the rehearsed database does not have it")
        finding = replace(finding, decided=Decided.RUN)
    tried = [cell for cell in seen.cells if _is_about(cell, finding)] if finding.code in _tried() else []
    if not tried:
        return finding
    if leaks := [cell for cell in tried if cell.is_leak]:
        kinds = listed([cell.kind for cell in leaks])
        return replace(finding, decided=Decided.ATTACKED, figures=f"{kinds} can {leaks[0].action}")
    if all(cell.agrees and cell.observed is not Observed.UNDECIDED for cell in tried):
        said = f"nobody got further than is declared, in {count(len(tried), 'attempt')} on it"
        return Withdrawn(finding=finding, because=said)
    return finding


def _tried() -> frozenset[str]:
    return frozenset(rule.code for rule in rules() if rule.tried)


def _is_about(cell: Cell, finding: Finding) -> bool:
    """A policy or a column is tried at its table; a function is named with its types in both."""
    subject = finding.subject.rpartition(" on ")[2]
    return subject == cell.subject or subject.startswith(f"{cell.subject}.")


def _statements(scripts: Iterable[Script]) -> _At:
    return _At({
        script.source.path: (script.source.text, [one.start for one in script.statements]) for script in scripts
    })  # fmt: skip


class _At:
    """Finds the statement that a finding's place lies in."""

    def __init__(self, texts: dict[str, tuple[str, list[int]]]) -> None:
        self._texts = texts
        self._lines: dict[str, list[int]] = {}

    def __call__(self, finding: Finding) -> tuple[str, int]:
        path, line = finding.place.path, finding.place.line
        if path not in self._texts or not line:
            return path, -1
        text, starts = self._texts[path]
        lines = self._lines.setdefault(path, _line_starts(text))
        number = bisect_right(starts, lines[line - 1] + finding.place.column - 1) - 1
        return path, starts[number] if number >= 0 else -1


def _line_starts(text: str) -> list[int]:
    return [0, *(number + 1 for number, character in enumerate(text) if character == "\n")]
