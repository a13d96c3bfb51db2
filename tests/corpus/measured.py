"""How many of the labelled faults of the corpus are found, and what else is said.

A label says what is wrong in a line by its number in the inventory of hazards, not by the rule that should find it;
`ISO-06/ISO-11` is one fault that is listed twice. Which rules find a hazard stands in `tests/unit/rules/hazards/`.
Each file is the one migration after `base.sql`, on Supabase.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.project.files import read_folder
from seatrial.rules.run import run
from seatrial.schema.build import build
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.finding import Finding
    from seatrial.model.source import Script, Source

__all__ = [
    "CORPUS", "PRECISION", "RECALL", "Label", "Measured", "Total", "found_in", "labels", "measured",
    "rules_of_hazards", "sources", "total",
]  # fmt: skip

CORPUS = Path(__file__).parent
HAZARDS = CORPUS.parent / "unit" / "rules" / "hazards"

#: What was measured, rounded down; a release that falls below is worse than the one before.
PRECISION = 0.99
RECALL = 0.97

_LABEL = re.compile(r"-- wrong: (?P<faults>[A-Z]{3}-\d\d(?:(?:, |/)[A-Z]{3}-\d\d)*)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Something that is wrong."""

    #: Several where one fault is listed under several.
    hazards: tuple[str, ...]
    line: int
    #: First and last line of the statement.
    span: tuple[int, int]

    def is_found_by(self, finding: Finding) -> bool:
        """Whether a finding is about this."""
        return self.is_around(finding) and any(finding.code in rules_of_hazards()[hazard] for hazard in self.hazards)

    def is_around(self, finding: Finding) -> bool:
        """Whether a finding is in the same statement, or about the whole file."""
        first, last = self.span
        return not finding.place.line or first <= finding.place.line <= last

    @property
    def is_mapped(self) -> bool:
        """Whether it is written down which rules find it; as long as nobody has, it does not count."""
        return all(hazard in rules_of_hazards() for hazard in self.hazards)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was said of one file."""

    name: str
    found: tuple[Label, ...]
    missed: tuple[Label, ...]
    true: tuple[Finding, ...]
    false: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """All files of one kind."""

    files: tuple[Measured, ...]

    @property
    def findings(self) -> tuple[int, int]:
        """How many are true, and how many are not."""
        return sum(len(file.true) for file in self.files), sum(len(file.false) for file in self.files)

    @property
    def faults(self) -> tuple[int, int]:
        """How many are found, and how many are missed."""
        return sum(len(file.found) for file in self.files), sum(len(file.missed) for file in self.files)


def total(kind: str) -> Total:
    """Every file of `bad` or `good`."""
    return Total(files=tuple(measured(source) for source in sources(kind)))


def measured(source: Source) -> Measured:
    """Hold what the rules find in a file against its labels."""
    script = parse(source)
    said = [label for label in labels(script) if label.is_mapped]
    aside = [label for label in labels(script) if not label.is_mapped]
    findings = [one for one in found_in(script) if not any(label.is_around(one) for label in aside)]
    found = [label for label in said if any(map(label.is_found_by, findings))]
    true = tuple(one for one in findings if any(label.is_found_by(one) for label in said))
    return Measured(
        name=Path(source.path).name,
        found=tuple(found),
        missed=tuple(label for label in said if label not in found),
        true=true,
        false=tuple(one for one in findings if one not in true),
    )


def found_in(script: Script) -> tuple[Finding, ...]:
    """What the rules say of a file that comes after `base.sql`."""
    scripts = (*_before(), script)
    schema = None if script.fault else build(scripts, platform="supabase")
    return tuple(one for one in run(scripts, schema) if one.place.path == script.source.path)


@cache
def _before() -> tuple[Script, ...]:
    return tuple(parse(source) for source in sources("."))


@cache
def sources(kind: str) -> tuple[Source, ...]:
    """The files of `bad` or `good`, or with `.` what is there before them, as migrations."""
    version = "20250101000000" if kind == "." else "20250201000000"
    files = (one for one in read_folder(CORPUS, CORPUS / kind) if one.path.endswith(".sql"))
    return tuple(replace(one, version=version, name=Path(one.path).stem) for one in files)


def labels(script: Script) -> tuple[Label, ...]:
    """What a file says about itself."""
    return tuple(
        Label(hazards=tuple(fault.split("/")), line=number, span=_span(script, number))
        for number, line in enumerate(script.source.text.split("\n"), start=1)
        if (match := _LABEL.search(line))
        for fault in match["faults"].split(", ")
    )


def _span(script: Script, line: int) -> tuple[int, int]:
    around = [(first, last) for first, last in _spans(script) if first <= line <= last]
    return around[-1] if around else (line, line)


def _spans(script: Script) -> Iterator[tuple[int, int]]:
    text = script.source.text
    for statement in script.statements:
        end = statement.start + len(statement.text)
        yield text.count("\n", 0, statement.start) + 1, text.count("\n", 0, end) + 1


@cache
def rules_of_hazards() -> Mapping[str, frozenset[str]]:
    """By hazard, the codes of the rules that find it."""
    entries = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(HAZARDS.glob("*.toml"))]
    return {hazard: frozenset(entry.get("rules", ())) for family in entries for hazard, entry in family.items()}
