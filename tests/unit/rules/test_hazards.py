"""Every hazard of the inventory is found by a rule, shown by a rehearsal or a proof, or left out for a reason.

One file a family in `hazards/`: the hazard in words, its kind (S is in the text, C needs a catalog, X needs execution),
and `rules`, `proof` ("rehearsal: LCK009", or a claim and what of it) or `reason`; several where each covers a part.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from seatrial.proofs.registry import CLAIMS
from seatrial.rules.registry import rules

FOLDER = Path(__file__).parent / "hazards"
#: How many the inventory has.
FAMILIES = {"EXE": 31, "LCK": 38, "DST": 6, "CMP": 8, "ISO": 60, "PRV": 9, "PRF": 20, "HYG": 9}
KINDS = {"S", "C", "X", "S+X", "C+X", "C/X", "S+C", "S+C+X", "S/C"}


def _entries(family: str) -> dict[str, dict[str, object]]:
    return tomllib.loads((FOLDER / f"{family.lower()}.toml").read_text(encoding="utf-8"))


def _list(entry: dict[str, object], field: str) -> list[str]:
    found = entry.get(field, [])
    assert isinstance(found, list)
    return [str(each) for each in found]


def test_the_inventory_has_181_hazards() -> None:
    assert sum(FAMILIES.values()) == 181


@pytest.mark.parametrize("family", FAMILIES)
def test_every_hazard_of_a_family_is_listed_once_and_in_order(family: str) -> None:
    assert list(_entries(family)) == [f"{family}-{number:02}" for number in range(1, FAMILIES[family] + 1)]


@pytest.mark.parametrize("family", FAMILIES)
def test_an_entry_says_what_the_hazard_is_and_what_finds_it(family: str) -> None:
    for hazard, entry in _entries(family).items():
        assert entry.keys() <= {"hazard", "kind", "rules", "proof", "reason"}, hazard
        assert entry.get("hazard"), hazard
        assert entry.get("kind") in KINDS, hazard
        assert entry.get("rules") or entry.get("proof") or entry.get("reason"), hazard


@pytest.mark.parametrize("family", FAMILIES)
def test_what_the_text_of_a_file_tells_has_a_rule_or_a_reason(family: str) -> None:
    for hazard, entry in _entries(family).items():
        if "S" in str(entry["kind"]):
            assert entry.get("rules") or entry.get("reason"), hazard


@pytest.mark.parametrize("family", FAMILIES)
def test_every_rule_and_proof_that_is_named_exists(family: str) -> None:
    codes = {rule.code for rule in rules()}
    judging = {rule.code for rule in rules() if rule.judge or rule.measure}
    for hazard, entry in _entries(family).items():
        assert set(_list(entry, "rules")) <= codes, hazard
        if "proof" in entry:
            by, _, what = str(entry["proof"]).partition(": ")
            assert what in judging if by == "rehearsal" else by in CLAIMS, hazard


def test_every_rule_of_these_families_answers_a_hazard() -> None:
    named = {code for family in ("LCK", "DST", "CMP", "EXE", "PRF", "HYG") for entry in _entries(family).values()
             for code in (*_list(entry, "rules"), str(entry.get("proof", "")).removeprefix("rehearsal: "))}  # fmt: skip
    own = {rule.code for rule in rules() if rule.code[:3] in {"LCK", "DST", "CMP", "EXE", "PRF", "HYG"}}

    assert own <= named
