"""`seatrial explain`: the page of a rule, or of a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.proofs.registry import CLAIMS

if TYPE_CHECKING:
    from tests.acceptance.console import Console


def test_a_rule_is_explained_by_its_code(seatrial: Console) -> None:
    answer = seatrial("explain", "fil003", code=0)

    assert answer.lines[0] == "# Two files with one version"
    assert answer.lines[-1] == "✓ FIL003 duplicate version: blocks."


@pytest.mark.parametrize("name", CLAIMS)
def test_a_proof_is_explained_by_its_name(name: str, seatrial: Console) -> None:
    answer = seatrial("explain", name.upper(), code=0)

    assert answer.lines[0] == f"# {name}: {CLAIMS[name]}"
    assert "## Must fail" in answer.lines
    assert "## What it cannot show" in answer.lines


def test_what_is_neither_is_refused(seatrial: Console) -> None:
    answer = seatrial("explain", "soundness", code=2)

    assert "rules.unknown" in answer.err
