"""Runs the rules over a folder or a rehearsal; the findings are in the order in which a person meets them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.finding import Finding, Level
from seatrial.model.place import Place, place_at
from seatrial.rules.key import keyed
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.schema import Schema
    from seatrial.model.source import Script
    from seatrial.model.speed_trial import SpeedTrial
    from seatrial.model.trial import Trial
    from seatrial.rules.hit import Hit
    from seatrial.rules.registry import Rule
    from seatrial.rules.waivers import Claimed

__all__ = ["in_order", "is_clear", "judge", "measure", "read", "review", "run"]

#: Families of rules about files and their versions.
_ABOUT_ORDER = frozenset({"FIL", "ORD"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def run(scripts: Sequence[Script], schema: Schema | None = None) -> tuple[Finding, ...]:
    """What can be found by reading, by file, line, column and code; the same files give the same findings.

    Args:
        scripts: the folder.
        schema: what they build up; None where a file of it could not be parsed, as nobody knows then what is missing.
    """
    found = _found((rule, hit) for rule in rules() if rule.check for hit in rule.check(scripts))
    return in_order([*found, *read(schema)]) if schema and is_clear(found) else found


def is_clear(found: Iterable[Finding]) -> bool:
    """Whether it is known which files there are and which comes first; as long as it is not, a schema says nothing."""
    return not any(one.level is Level.BLOCKS and one.code[:3] in _ABOUT_ORDER for one in found)


def read(schema: Schema) -> tuple[Finding, ...]:
    """What can be found in the schema that files build up, in the same order."""
    return _found((rule, hit) for rule in rules() if rule.read for hit in rule.read(schema))


def judge(trial: Trial) -> tuple[Finding, ...]:
    """What only a rehearsal shows, in the same order."""
    return _found((rule, hit) for rule in rules() if rule.judge for hit in rule.judge(trial))


def measure(trial: SpeedTrial) -> tuple[Finding, ...]:
    """What only measured queries show, in the same order."""
    return _found((rule, hit) for rule in rules() if rule.measure for hit in rule.measure(trial))


def review(claimed: Sequence[Claimed]) -> tuple[Finding, ...]:
    """What is wrong with waivers, in the same order."""
    return _found((rule, hit) for rule in rules() if rule.review for hit in rule.review(claimed))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By file, line, column and code."""
    return tuple(sorted(findings, key=_position))


def _found(hits: Iterable[tuple[Rule, Hit]]) -> tuple[Finding, ...]:
    return in_order(keyed((_finding(rule, hit), hit) for rule, hit in hits))


def _finding(rule: Rule, hit: Hit) -> Finding:
    return Finding(
        code=rule.code,
        name=rule.name,
        level=rule.level,
        what=_on_one_line(hit.what),
        place=_place(hit),
        effect=_on_one_line(hit.effect),
        fix=_without_controls(hit.fix),
        figures=_on_one_line(hit.figures),
        subject=_on_one_line(hit.subject),
    )


def _place(hit: Hit) -> Place:
    source = hit.script.source
    if hit.offset is None:
        return Place(path=source.path)
    found = place_at(source.path, source.text, hit.offset)
    return replace(found, source_line="") if hit.hidden else found


def _on_one_line(text: str) -> str:
    """A clause quotes files, and a file may hold what nobody can see, or what a terminal obeys."""
    return "".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in text)


def _without_controls(text: str) -> str:
    """A fix may have lines and SQL in it; an escape sequence it may not."""
    return _CONTROL.sub(lambda found: f"U+{ord(found[0]):04X}", text.replace("\r\n", "\n"))


def _position(finding: Finding) -> tuple[str, int, int, str]:
    return finding.place.path, finding.place.line, finding.place.column, finding.code
