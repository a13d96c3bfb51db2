"""Every hazard of the inventory has a pair that executes it, or a reason why it cannot be executed here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
HAZARDS = [
    *(f"ISO-{number:02}" for number in range(1, 61)),
    *(f"PRV-{number:02}" for number in range(1, 10)),
]
PAIRS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in (HERE / "pairs").glob("*.toml")}


def _executed() -> set[str]:
    return {one.strip() for pair in PAIRS.values() for one in pair["hazard"].split(",")}


def _not_executed() -> dict[str, str]:
    file = HERE / "not_executed.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


@pytest.mark.parametrize("hazard", HAZARDS)
def test_it_is_executed_or_it_is_said_why_not(hazard: str) -> None:
    reason = _not_executed().get(hazard, "")
    assert (hazard in _executed()) != bool(reason.strip())


def test_nothing_else_is_spoken_of() -> None:
    assert (_executed() | set(_not_executed())) <= set(HAZARDS)
