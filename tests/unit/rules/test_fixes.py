"""A fix that is a command does what it says: typed into a shell, its finding is gone and no other comes up."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from seatrial.rules.registry import rules
from seatrial.rules.run import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.rules.conftest import Release

    from seatrial.rules.page import Folder

_COMMANDS = ("git mv ", "git rm ", "mkdir -p ", "iconv ", "perl ")
#: Bytes that are no text can only be fetched again.
_BEYOND_REPAIR = {"No text at all"}


def _folders() -> Iterator[object]:
    for rule in rules():
        for number, folder in enumerate(rule.page().bad, start=1):
            if rule.code[:3] in {"FIL", "ORD"} and folder.heading not in _BEYOND_REPAIR:
                yield pytest.param(folder, id=f"{rule.code}-{folder.heading or number}")


@pytest.mark.parametrize("folder", list(_folders()))
def test_a_command_that_is_shown_mends_the_folder(folder: Folder, release: Release) -> None:
    release.write(folder.files)
    _commit(release.root)
    before = run(release.scripts())
    fixes = [finding.fix for finding in before if finding.fix.startswith(_COMMANDS)]
    # One that is a sentence stays, unless the sentence says that another's command mends it too.
    unmended = {finding.code for finding in before if finding.fix not in fixes and "as FIL002 says" not in finding.fix}

    for fix in fixes:
        subprocess.run(["bash", "-euc", fix], cwd=release.root, check=True)

    assert {finding.code for finding in run(release.scripts())} <= unmended
    assert fixes or unmended <= {"FIL008", "FIL009"}


def _commit(root: Path) -> None:
    author = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    for words in (["init", "--quiet", "."], ["add", "--all"], [*author, "commit", "--quiet", "-m", "Add files"]):
        subprocess.run(["git", *words], cwd=root, check=True)
