"""What Splinter and pgrls report is answered: by rules, by a proof, or by the reason why nothing does.

`other_tools.toml` has a table for each check; a `proof` is a claim and what of it. Together with rules, a `proof` or
a `reason` speaks of the part that they leave.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from seatrial.proofs.registry import CLAIMS
from seatrial.rules.registry import rules

Checks = dict[str, dict[str, object]]
TOOLS: dict[str, Checks] = tomllib.loads(Path(__file__).with_name("other_tools.toml").read_text(encoding="utf-8"))
#: How many of each kind are known by what they report.
KNOWN = {"splinter": {"": 31}, "pgrls": {"SEC": 53, "VIEW": 4, "PERF": 5, "HYG": 4}}


def _codes(entry: dict[str, object]) -> list[str]:
    found = entry.get("rules", [])
    assert isinstance(found, list)
    return [str(each) for each in found]


@pytest.mark.parametrize("tool", KNOWN)
def test_every_check_that_is_known_is_listed_once_and_in_order(tool: str) -> None:
    counted: dict[str, list[int]] = {}
    for code in TOOLS[tool]:
        match = re.fullmatch(r"([A-Z]*)(\d{3,4})", code)
        assert match, code
        counted.setdefault(match[1], []).append(int(match[2]))

    assert {kind: len(numbers) for kind, numbers in counted.items()} == KNOWN[tool]
    assert all(numbers == sorted(set(numbers)) for numbers in counted.values())


@pytest.mark.parametrize("tool", KNOWN)
def test_every_check_has_an_answer(tool: str) -> None:
    for code, entry in TOOLS[tool].items():
        assert entry.keys() <= {"reports", "rules", "proof", "reason"}, code
        assert entry.get("reports"), code
        assert entry.get("rules") or entry.get("proof") or entry.get("reason"), code


@pytest.mark.parametrize("tool", KNOWN)
def test_the_answers_exist(tool: str) -> None:
    codes = {rule.code for rule in rules()}
    for code, entry in TOOLS[tool].items():
        assert set(_codes(entry)) <= codes, code
        if "proof" in entry:
            assert str(entry["proof"]).partition(": ")[0] in CLAIMS, code


@pytest.mark.parametrize("tool", KNOWN)
def test_only_what_no_file_tells_is_left_to_a_reason(tool: str) -> None:
    left = {code for code, entry in TOOLS[tool].items() if not (entry.get("rules") or entry.get("proof"))}

    assert left == {"splinter": {"0005", "0012", "0020", "0022", "0031"}, "pgrls": {"PERF005", "HYG002"}}[tool]
