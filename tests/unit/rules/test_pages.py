"""A rule's page is its test: the bad folders raise what they say, the good ones nothing.

Rules that judge a rehearsal are tested on a server; here only what reading finds is expected, on their pages too.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from seatrial.rules.beside import in_comments
from seatrial.rules.heard import heard
from seatrial.rules.registry import rule as rule_of
from seatrial.rules.registry import rules
from seatrial.rules.run import review, run
from seatrial.rules.waivers import settle
from seatrial.schema.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.rules.conftest import Release

    from seatrial.model.finding import Finding
    from seatrial.rules.page import Example, Expected, Folder
    from seatrial.rules.registry import Rule

#: On every page.
TODAY = date(2026, 1, 1)


def _folders(kind: str) -> Iterator[object]:
    for rule in rules():
        for number, folder in enumerate(getattr(rule.page(), kind), start=1):
            yield pytest.param(rule, folder, id=f"{rule.code}-{folder.heading or number}")


@pytest.mark.parametrize(("rule", "folder"), list(_folders("bad")))
def test_a_bad_folder_raises_exactly_what_it_says(rule: Rule, folder: Folder, release: Release) -> None:
    release.write(folder.files)

    left = _found(release, folder)
    for file in folder.files:
        for expected in _read(file):
            found = [each for each in left if _is(each, file.name, expected.code, expected.line)]
            assert found, f"{file.name}: no {expected.code} in line {expected.line or 'any'}; left: {left}"
            left.remove(found[0])

    assert left == []
    assert rule.code in {expected.code for file in folder.files for expected in file.expects}


@pytest.mark.parametrize(("rule", "folder"), list(_folders("good")))
def test_a_good_folder_raises_nothing(rule: Rule, folder: Folder, release: Release) -> None:
    release.write(folder.files)

    assert _found(release, folder) == [], rule.code


@pytest.mark.parametrize(("rule", "folder"), list(_folders("bad")))
def test_a_finding_is_complete_and_on_one_line(rule: Rule, folder: Folder, release: Release) -> None:
    release.write(folder.files)

    found = _found(release, folder)
    assert len({finding.key for finding in found}) == len(found), "a waiver of one would cover another"
    for finding in found:
        assert re.fullmatch(r"[A-Z]{3}\d{3}-[0-9a-f]{8}", finding.key)
        assert finding.what, rule.code
        assert finding.what.isprintable()
        assert finding.effect.isprintable()
        assert finding.fix.strip() == finding.fix != ""
        assert not finding.what.endswith("."), "a message is a clause; the renderer ends it"


def _found(release: Release, folder: Folder) -> list[Finding]:
    """What reading finds and nobody has waived, and what is wrong with the waivers."""
    scripts = release.scripts()
    schema = None if any(script.fault for script in scripts) else build(scripts, platform=folder.platform)
    settled = settle(run(scripts, schema), in_comments(scripts), today=TODAY, ran=heard(scripts))
    return [*settled.findings, *review(settled.claimed)]


def _read(file: Example) -> list[Expected]:
    return [each for each in file.expects if each.by != "rehearsed" and not _only_judges(each.code)]


def _only_judges(code: str) -> bool:
    rule = rule_of(code)
    return bool(rule.judge or rule.measure) and not rule.read


def _is(finding: Finding, name: str, code: str, line: int) -> bool:
    place = finding.place
    return (PurePosixPath(place.path).name, finding.code) == (name, code) and line in {0, place.line}
