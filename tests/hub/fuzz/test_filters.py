"""Whatever a member asks, the dialect answers: no failure, no row of others, no word of how it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hub.fuzz.asking import fuzz
from tests.hub.ground import LIGHTHOUSE, SUPER

if TYPE_CHECKING:
    from tests.hub.ground import Ground

SAMPLE = 1500
AWAKE = 100


def test_strange_queries_are_answered(ground: Ground) -> None:
    figures = fuzz(ground, range(SAMPLE))

    assert figures.wrong == []
    assert figures.answers.total() == SAMPLE
    # Neither is everything refused, nor is everything taken.
    assert figures.answers[200, ""] > SAMPLE / 10
    assert figures.answers[400, "PGRST100"] > SAMPLE / 20


def test_rows_of_others_would_be_seen(ground: Ground) -> None:
    figures = fuzz(ground, range(AWAKE), who=SUPER)

    assert any(f"a row of {LIGHTHOUSE}" in wrong for wrong in figures.wrong)
    assert any("a foreign value" in wrong for wrong in figures.wrong)
    assert any("rows are counted" in wrong for wrong in figures.wrong)
