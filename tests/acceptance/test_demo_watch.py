"""`seatrial demo --watch`: what is broken on purpose is seen, named with the release, and can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.request import urlopen

from seatrial.errors import Exit
from seatrial.flows.demo_watch import demo_watch
from seatrial.model.breakage import Breakage
from seatrial.model.outcome import Done, Outcome, Watched
from seatrial.model.watch import WatchVerdict

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

#: Seconds: a quiet time, and then as long as it may take to be seen.
WINDOW = 80.0


class Reader:
    """Opens the page as soon as there is one, and hears what is said."""

    def __init__(self) -> None:
        self.pages: list[str] = []

    def say(self, line: str) -> None:
        """The address is among it."""
        if line.startswith("the page is at "):
            with urlopen(line.removeprefix("the page is at "), timeout=10) as answer:  # noqa: S310 - our own
                self.pages.append(answer.read().decode())

    def begin(self, what: str) -> None:
        """Nothing."""

    end = begin


def test_a_statement_that_a_dropped_index_makes_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    reader, shown = Reader(), []

    def show(outcome: Outcome) -> None:
        shown.append(outcome)

    found = demo_watch(breakage=Breakage.INDEX, narrator=reader, show=show, port=0, window=WINDOW)

    assert isinstance(found.body, Done)
    assert found.exit_code is Exit.YES, found.summary
    assert any("index public.idx_crm_events_date, by 20250123000000" in note for note in found.body.notes)
    watched = shown[-1].body
    assert isinstance(watched, Watched)
    assert watched.page.verdict is WatchVerdict.FAILED
    assert any("public.crm_events" in trouble.statement for trouble in watched.page.troubles)
    assert watched.page.way_out is not None
    assert watched.page.way_out.refused == ""
    assert watched.page.way_out.command == "seatrial rollback --last 8 --target demo"
    assert len(reader.pages) == 1
