"""Each scenario, with three seeds: the right verdict, because of the right thing, in time."""

from __future__ import annotations

import pytest
from tests.unit.monitoring.replay.release import MINUTE
from tests.unit.monitoring.replay.run import Replay, table
from tests.unit.monitoring.replay.scenarios import SCENARIOS, Scenario, played

from seatrial.model.watch import WatchVerdict

#: `make quiet-days` has many days, and this each scenario once: with other seeds they end the same.
SEEDS = (1,)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_scenario_ends_with_its_verdict(scenario: Scenario, seed: int) -> None:
    found = played(scenario, seed)

    assert found.judged.verdict is scenario.verdict, found.judged.sentence
    assert scenario.says in found.judged.sentence
    if not scenario.signal:
        assert found.reached is None
        return
    culprit = found.culprit
    assert culprit is not None
    assert culprit.key[0] == scenario.signal
    assert scenario.subject in {"", culprit.key[1]}
    assert [one.name for one in culprit.ties[:1]] == ([scenario.tie] if scenario.tie else [])
    assert found.reached is not None
    assert scenario.begins < found.reached / MINUTE <= scenario.begins + scenario.within


def test_there_are_twenty_scenarios_and_each_verdict_among_them() -> None:
    assert len({one.name for one in SCENARIOS}) == len(SCENARIOS) >= 20
    assert {one.verdict for one in SCENARIOS} == {
        WatchVerdict.SUCCESSFUL,
        WatchVerdict.FAILED,
        WatchVerdict.INCONCLUSIVE,
    }


def test_the_table_says_what_failed_and_how_soon_it_was_known() -> None:
    scenario = next(one for one in SCENARIOS if one.signal == "slow")
    found: Replay = played(scenario, 1)

    said = table([(scenario.name, scenario.begins, found)])

    said_of_it = "failed | slow: app by name | index public.idx_contacts_name | 3 min |"
    assert said.splitlines()[2] == f"| {scenario.name} | {said_of_it}"
