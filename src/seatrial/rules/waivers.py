"""Waivers: which there are beside the statements, which findings they let stay, and what became of each."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from seatrial.model.claim import Claim, Written
from seatrial.model.finding import Finding, Waived, Waiver
from seatrial.model.place import place_at
from seatrial.rules.directive import day, fault_of, normal_code
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from seatrial.model.place import Place
    from seatrial.rules.heard import Heard

__all__ = ["LONGEST", "Claimed", "Settled", "settle"]

#: Days that a waiver may reach ahead: a year, and a leap day.
LONGEST = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A waiver, and what became of it."""

    claim: Claim
    #: Why it does not hold, as a clause; empty where it can be taken.
    fault: str
    #: Whether its last day is over.
    expired: bool
    #: The findings that it speaks of; of one that is over, those that count again.
    findings: tuple[Finding, ...]
    #: Whether everything was run that could have found what it speaks of.
    decidable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The findings, parted."""

    #: Those that count.
    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...]
    claimed: tuple[Claimed, ...]


def settle(findings: Sequence[Finding], claims: Sequence[Claim], *, today: date, ran: Heard) -> Settled:
    """Part the findings that may stay from those that count.

    Args:
        findings: with their keys, of whatever was run.
        claims: in the order in which they are asked; the first that holds is the one that is shown.
        today: in UTC; a waiver holds through its last day.
        ran: who had their say; of others nobody knows whether a waiver is used.
    """
    waivable = _Waivable(findings, claims)
    claimed = tuple(_claimed(claim, waivable, today, ran) for claim in claims)
    held: dict[Finding, Claim] = {}
    for one in claimed:
        if not one.fault and not one.expired:
            for finding in one.findings:
                held.setdefault(finding, one.claim)
    # What somebody else has waived since does not count again.
    claimed = tuple(
        replace(one, findings=tuple(f for f in one.findings if f not in held)) if one.expired else one
        for one in claimed
    )
    return Settled(
        findings=tuple(finding for finding in findings if finding not in held),
        waived=tuple(Waived(finding=f, waiver=_waiver(held[f])) for f in findings if f in held),
        claimed=claimed,
    )


def _claimed(claim: Claim, waivable: _Waivable, today: date, ran: Heard) -> Claimed:
    claim = replace(claim, code=normal_code(claim.code))
    fault, until = claim.fault, day(claim.until)
    if claim.written is Written.SETTINGS and not fault:
        fault = fault_of((claim.code,), claim.until, claim.because)
    if not fault and until and until - today > timedelta(days=LONGEST):
        fault = f"{claim.until} is more than {LONGEST} days ahead"
    return Claimed(
        claim=claim,
        fault=fault,
        expired=bool(until and until < today),
        findings=() if fault else tuple(waivable.of(claim)),
        decidable=ran.decides(claim),
    )


class _Waivable:
    """The findings that can be waived, to be found by code, by key and by file."""

    def __init__(self, findings: Iterable[Finding], claims: Iterable[Claim]) -> None:
        codes = {rule.code for rule in rules() if rule.waivable}
        sources = {one.script.source.path: one.script.source.text for one in claims if one.written is Written.COMMENT}
        self._lines = {path: _line_starts(text) for path, text in sources.items()}
        self._found: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.code in codes:
                for called in (finding.code, finding.key):
                    self._found[called, ""].append(finding)
                    self._found[called, finding.place.path].append(finding)

    def of(self, claim: Claim) -> Iterator[Finding]:
        """Those that a claim speaks of."""
        comment = claim.written is Written.COMMENT
        for finding in self._found[claim.code, claim.script.source.path if comment else ""]:
            if self._is_beside(claim, finding.place) if comment else _is_in(claim.files, finding.place.path):
                yield finding

    def _is_beside(self, claim: Claim, place: Place) -> bool:
        if not place.line:
            return claim.leads
        start, end = claim.statement or (0, -1)
        return start <= self._lines[place.path][place.line - 1] + place.column - 1 <= end


def _is_in(files: str, path: str) -> bool:
    return not files or PurePosixPath(path).match(files)


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("\n", text))]


def _waiver(claim: Claim) -> Waiver:
    place = place_at(claim.script.source.path, claim.script.source.text, claim.offset)
    return Waiver(code=claim.code, until=claim.until, because=claim.because, place=place)
