"""Runs the rules over a folder or a rehearsal; the findings are in the order in which a person meets them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Finding
from seatrial.model.place import Place, place_at
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.source import Script
    from seatrial.model.trial import Trial
    from seatrial.rules.hit import Hit
    from seatrial.rules.registry import Rule

__all__ = ["judge", "run"]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def run(scripts: Sequence[Script]) -> tuple[Finding, ...]:
    """What can be found by reading, by file, line, column and code; the same files give the same findings."""
    return _sorted(_finding(rule, hit) for rule in rules() if rule.check for hit in rule.check(scripts))


def judge(trial: Trial) -> tuple[Finding, ...]:
    """What only a rehearsal shows, in the same order."""
    return _sorted(_finding(rule, hit) for rule in rules() if rule.judge for hit in rule.judge(trial))


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=_position))


def _finding(rule: Rule, hit: Hit) -> Finding:
    return Finding(
        code=rule.code,
        name=rule.name,
        level=rule.level,
        what=_on_one_line(hit.what),
        place=_place(hit),
        effect=_on_one_line(hit.effect),
        fix=_without_controls(hit.fix),
    )


def _place(hit: Hit) -> Place:
    source = hit.script.source
    return Place(path=source.path) if hit.offset is None else place_at(source.path, source.text, hit.offset)


def _on_one_line(text: str) -> str:
    """A clause quotes files, and a file may hold what nobody can see, or what a terminal obeys."""
    return "".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in text)


def _without_controls(text: str) -> str:
    """A fix may have lines and SQL in it; an escape sequence it may not."""
    return _CONTROL.sub(lambda found: f"U+{ord(found[0]):04X}", text.replace("\r\n", "\n"))


def _position(finding: Finding) -> tuple[str, int, int, str]:
    return finding.place.path, finding.place.line, finding.place.column, finding.code
