"""Under load, with services in every mood, a database that restarts and processes that are killed, nothing is lost."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.hub.faults.scenario import scenario
from tests.hub.faults.weather import BLOWS

if TYPE_CHECKING:
    from pathlib import Path


def test_no_event_is_lost_no_message_sent_twice_and_the_state_is_true(tmp_path: Path) -> None:
    seed = random.randrange(10**6)  # noqa: S311 - another one each time
    outcome = scenario(tmp_path, seed=seed, seconds=12, pause=(0.5, 2))

    assert outcome.wrong == [], f"seed {seed}"
    assert sum(outcome.counts[blow] for blow in set(BLOWS)) >= 2
    assert outcome.events > 50
    assert outcome.messages["sent"] > 5
