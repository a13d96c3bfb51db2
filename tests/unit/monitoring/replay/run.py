"""Replays: a day before the deployment, the deployment, and what is judged of the days after it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from tests.unit.monitoring.replay.release import DAY, DEPLOYED, HOUR, MINUTE, TEXTS, watch
from tests.unit.monitoring.replay.world import World

from seatrial.model.watch import Answered, WatchVerdict
from seatrial.monitoring.judgement.baseline import usual
from seatrial.monitoring.judgement.ending import FINAL, answered, begin, ended
from seatrial.monitoring.judgement.judge import Judge
from seatrial.monitoring.judgement.measure import carried, measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.sample import Sample
    from seatrial.model.watch import Baseline, Judged, Trouble

#: What the queries of the workload use, as the deployment left them.
PLANS = {"contacts by phone": ("idx_contacts_phone",)}

__all__ = ["Replay", "before", "replayed", "table"]

#: What happens in a minute of the watch; the first is 0.
Disturb = Callable[[World, float], None]


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of one."""

    judged: Judged
    #: Seconds since the deployment when the verdict was no longer that all goes on: failed, paused.
    reached: float | None

    @property
    def culprit(self) -> Trouble | None:
        """The first trouble that reached its failure limit and matters."""
        failed = [one for one in self.judged.troubles if one.failed is not None]
        return min(failed, key=lambda one: (not one.ties, one.failed or 0.0)) if failed else None


@cache
def before(
    seed: int, busy: float = 1.0, organizations: int = 25, weekday: int = 1
) -> tuple[World, Sample | None, Baseline]:
    """A day before the deployment, and what was usual; do not turn the knobs of this world."""
    world = World(seed, busy=busy, organizations=organizations, weekday=weekday)
    last, intervals, sample = None, [], None
    for _ in range(int(DAY // MINUTE)):
        sample = world.minute()
        assert sample is not None
        intervals.append(measure(last, sample))
        last = carried(last, sample)
    return world, last, usual(intervals[1:], sample, since=DEPLOYED - DAY, until=DEPLOYED)


def replayed(
    seed: int,
    disturb: Disturb,
    *,
    hours: float = 48.0,
    answer_after: float | None = None,
    busy: float = 1.0,
    organizations: int = 25,
    weekday: int = 1,
) -> Replay:
    """The hours after the deployment, until the verdict.

    Args:
        seed: of all chance.
        disturb: turns the knobs of the world, each minute.
        hours: of the window.
        answer_after: seconds after which a person answers what is asked; None for never.
        busy: how large the load is.
        organizations: how many there are.
        weekday: of the deployment; 0 is Monday.
    """
    world, last, baseline = before(seed, busy, organizations, weekday)
    world, baseline = deepcopy(world), replace(baseline, plans=PLANS)
    watched = watch(hours * HOUR)
    judge, judged, reached = Judge(watched, baseline), begin(watched), None
    while judged.verdict not in FINAL:
        disturb(world, world.time - DEPLOYED)
        sample = world.minute()
        if sample is None:
            continue
        judged = judge.step(judged, measure(last, sample), TEXTS)
        last = carried(last, sample)
        if reached is None and judged.verdict in {WatchVerdict.FAILED, WatchVerdict.PAUSED}:
            reached = world.time - DEPLOYED
        if judged.paused is not None and answer_after is not None and judged.at - judged.paused >= answer_after:
            judged = answered(judged, _goes_on(judged))
        if judged.verdict is not WatchVerdict.PAUSED and judged.passed >= watched.window:
            judged = ended(judged, watched)
    return Replay(judged, reached)


def _goes_on(judged: Judged) -> Answered:
    keys = tuple(one.key for one in judged.troubles if one.over is None)
    return Answered(at=judged.at, who="anna", because="the other team knows of it", keys=keys)


def table(rows: Iterable[tuple[str, float, Replay]]) -> str:
    """The replays as Markdown: scenario, verdict, culprit, what it is tied to, and minutes until it was known.

    Args:
        rows: name of the scenario, minutes after the deployment when it begins, and what came of it.
    """
    lines = ["| scenario | verdict | signal | tied to | known after |", "| --- | --- | --- | --- | --- |"]
    for name, begins, one in rows:
        found, known = one.culprit, "–"
        if one.reached is not None:
            known = f"{one.reached / MINUTE - begins:.0f} min"
        signal = f"{found.key[0]}: {found.key[1] or 'the server'}" if found else "–"
        tie = f"{found.ties[0].kind} {found.ties[0].name}" if found and found.ties else "–"
        lines.append(f"| {name} | {one.judged.verdict.value} | {signal} | {tie} | {known} |")
    return "\n".join(lines) + "\n"
