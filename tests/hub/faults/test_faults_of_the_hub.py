"""Under load, with services in every mood, a database that restarts and processes that are killed, nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hub.faults.scenario import scenario
from tests.hub.faults.weather import BLOWS

if TYPE_CHECKING:
    from pathlib import Path

#: Of the weather; `make soak` has others.
SEED = 11


def test_no_event_is_lost_no_message_sent_twice_and_the_state_is_true(tmp_path: Path) -> None:
    outcome = scenario(tmp_path, seed=SEED, seconds=12, pause=(0.5, 2))

    assert outcome.wrong == [], outcome.wrong
    assert sum(outcome.counts[blow] for blow in set(BLOWS)) >= 2
    assert outcome.events > 50
    assert outcome.messages["sent"] > 5
