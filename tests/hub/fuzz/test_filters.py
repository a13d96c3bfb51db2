"""Whatever a member asks, the dialect answers: no failure, no row of others, no word of how it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hub.fuzz.asking import fuzz

if TYPE_CHECKING:
    from tests.hub.ground import Ground

SAMPLE = 1500


def test_strange_queries_are_answered(ground: Ground) -> None:
    figures = fuzz(ground, range(SAMPLE))

    assert figures.wrong == []
    assert figures.answers.total() == SAMPLE
    # Neither is everything refused, nor is everything taken.
    assert figures.answers[200, ""] > SAMPLE / 10
    assert figures.answers[400, "PGRST100"] > SAMPLE / 20
