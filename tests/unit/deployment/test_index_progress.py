"""What is said of an index while it is built beside the traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seatrial.deployment.progress import IndexProgress

if TYPE_CHECKING:
    from collections.abc import Callable

MODULE = "seatrial.deployment.progress"
SORTING = {"phase": "building index: sorting live tuples", "locker": 0, "part": None}
SCANNING = {"phase": "building index: scanning table", "locker": 0, "part": 0.25}


class Told:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        """Remember it."""
        self.lines.append(line)

    def begin(self, what: str) -> None:
        """Nothing."""

    def end(self, result: str) -> None:
        """Nothing."""


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What is said when it is looked at after so many seconds each."""

    def looked(*found: tuple[float, dict[str, Any]], forecast: tuple[float, float] | None = None) -> list[str]:
        told = Told()
        clock = [0.0]
        monkeypatch.setattr(f"{MODULE}.time.monotonic", lambda: clock[0])
        progress = IndexProgress(1, told, forecast)
        for at, row in found:
            clock[0] = at
            monkeypatch.setattr(f"{MODULE}.rows", lambda *_, row=row: [{"index": "boats_name", **row}])
            progress.look(None)  # type: ignore[arg-type]
        return told.lines

    return looked


def test_nothing_is_said_of_what_is_over_sooner(look: Callable[..., list[str]]) -> None:
    assert look((4.9, SORTING)) == []


def test_a_phase_that_tells_how_far_it_is_says_what_is_left_of_it(look: Callable[..., list[str]]) -> None:
    assert look((5.0, SCANNING), (15.0, SCANNING), forecast=(10, 90))[1] == (
        "    boats_name: building index: scanning table 25%, 15.0 s so far, about 30.0 s left in this phase"
    )


def test_a_phase_that_does_not_says_what_is_left_by_the_forecast(look: Callable[..., list[str]]) -> None:
    assert look((5.0, SORTING), (15.0, SORTING), (95.0, SORTING), forecast=(10, 90)) == [
        "    boats_name: building index: sorting live tuples, 5.0 s so far, about 1 min 25 s left by the forecast",
        "    boats_name: building index: sorting live tuples, 15.0 s so far, about 1 min 15 s left by the forecast",
        "    boats_name: building index: sorting live tuples, 1 min 35 s so far",
    ]


def test_without_a_forecast_it_says_how_long_it_has_taken(look: Callable[..., list[str]]) -> None:
    assert look((5.0, SORTING)) == ["    boats_name: building index: sorting live tuples, 5.0 s so far"]
