"""What can happen to a release in its first 48 hours, and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.unit.monitoring.replay.release import HOUR, MINUTE
from tests.unit.monitoring.replay.run import Replay, replayed

from seatrial.model.sample import WHOLE
from seatrial.model.watch import WatchVerdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.monitoring.replay.world import World

__all__ = ["SCENARIOS", "Scenario", "played"]

SUCCESSFUL, FAILED, INCONCLUSIVE = WatchVerdict.SUCCESSFUL, WatchVerdict.FAILED, WatchVerdict.INCONCLUSIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One replay."""

    name: str
    verdict: WatchVerdict
    #: Turns the knobs; seconds since the deployment.
    disturb: Callable[[World, float], None]
    #: Signal that reaches its failure limit; empty for none.
    signal: str = ""
    subject: str = ""
    #: What the trouble is tied to, the first; empty for nothing.
    tie: str = ""
    #: Minutes after the deployment when it begins, and after which it must be known.
    begins: float = 0.0
    within: float = 10.0
    answer_after: float | None = None
    hours: float = 48.0
    organizations: int = 25
    #: Words of the sentence.
    says: str = ""


def _from(begins: float, turn: Callable[[World], None], until: float = 1e9) -> Callable[[World, float], None]:
    """Turns knobs from a minute on, for each minute, until another one."""

    def disturb(world: World, seconds: float) -> None:
        minute = seconds / MINUTE
        if begins <= minute < until:
            turn(world)
        elif minute >= until:
            world.knobs.__init__()  # type: ignore[misc]

    return disturb


def _once(at: float, turn: Callable[[World], None]) -> Callable[[World, float], None]:
    return lambda world, seconds: turn(world) if round(seconds / MINUTE) == at else None


def _quiet(_: World) -> None:
    """Nothing happens."""


def _slow(subject: str, factor: float) -> Callable[[World], None]:
    return lambda world: world.knobs.slower.update({subject: factor})


def _errors(quantity: str, subject: str, rate: float) -> Callable[[World], None]:
    return lambda world: world.knobs.errors.update({(quantity, subject): rate})


def _level(quantity: str, subject: str, value: float) -> Callable[[World], None]:
    return lambda world: world.knobs.levels.update({(quantity, subject): value})


def _unread(*sources: str, why: str = "the file is gone") -> Callable[[World], None]:
    return lambda world: world.knobs.unread.update(dict.fromkeys(sources, why))


def _clock(seconds: float) -> Callable[[World], None]:
    return lambda world: setattr(world.knobs, "clock", seconds)


def _away(world: World) -> None:
    world.knobs.away = True


def _nobody(world: World) -> None:
    world.knobs.load = 0.0


def _convoy(world: World) -> None:
    world.knobs.levels |= {("locks.waiting", "public.contacts"): 40.0, ("locks.longest_wait", "public.contacts"): 55.0}


def _deadlocks(world: World) -> None:
    world.knobs.deadlocks = 8.0
    world.knobs.events |= {("log.errors", "40P01"): 8.0, ("log.statement", "app insert 40P01"): 8.0}


def _emptied(world: World) -> None:
    world.knobs.rows |= {"app by name": 0.0, "app list": 0.0}


def _broken(world: World) -> None:
    world.knobs.failing["sends: organization 123"] = 0.9


def _dead(world: World, seconds: float) -> None:
    # A threshold more each half hour, from the third hour on.
    if seconds > 3 * HOUR:
        world.knobs.levels["tables.dead", "public.contacts"] = (seconds - 3 * HOUR) / (HOUR / 2)


def _drift(world: World, seconds: float) -> None:
    world.knobs.slower["app by phone"] = 1 + max(0.0, seconds - 2 * HOUR) / HOUR


def _weekly(world: World, seconds: float) -> None:
    # The campaign of each Wednesday: six times the load for three hours, and everything is slower by half.
    is_peak = 23 * HOUR <= seconds < 26 * HOUR
    world.knobs.load = 6.0 if is_peak else 1.0


def _nights(world: World, seconds: float) -> None:
    world.knobs.load = 0.0 if 10 * HOUR <= seconds < 20 * HOUR else 1.0


def _plan_lost(world: World) -> None:
    world.knobs.levels["plans.lost", "contacts by phone"] = 1.0


SCENARIOS = (
    Scenario(name="nothing happens", verdict=SUCCESSFUL, disturb=lambda world, _: _quiet(world)),
    Scenario(name="slow query after an index was dropped", verdict=FAILED, disturb=_from(30, _slow("app by name", 40)),
             signal="slow", subject="app by name", tie="public.idx_contacts_name", begins=30, within=5),
    Scenario(name="storm of policy denials on a table of the release", verdict=FAILED, begins=45, within=5,
             disturb=_from(45, _errors("log.denials", "public.contacts", 0.03)), signal="denials",
             subject="public.contacts", tie="public.contacts.by_organization"),
    Scenario(name="one organization of 500 is broken", verdict=FAILED, disturb=_from(60, _broken), signal="failing",
             subject="sends: organization 123", tie="20250122000000_integrations", begins=60, within=15,
             organizations=500),
    Scenario(name="lock convoy", verdict=FAILED, disturb=_from(20, _convoy), signal="waiting",
             subject="public.contacts", tie="public.contacts.contacts_phone_key", begins=20, within=5),
    Scenario(name="dead rows, since autovacuum does not come", verdict=INCONCLUSIVE, disturb=_dead, signal="dead",
             subject="public.contacts", tie="public.contacts", begins=180, within=165, hours=24, says="dead rows"),
    Scenario(name="deadlocks", verdict=FAILED, disturb=_from(90, _deadlocks), signal="deadlocks",
             tie="public.contacts.contacts_phone_key", begins=90, within=5),
    Scenario(name="restart of the server", verdict=SUCCESSFUL, disturb=_once(600, lambda world: world.restart())),
    Scenario(name="pg_stat_statements is reset", verdict=SUCCESSFUL,
             disturb=_once(600, lambda world: world.reset_statements())),
    Scenario(name="log is lost for three hours", verdict=INCONCLUSIVE, says="the server's log",
             disturb=_from(300, _unread("log"), until=480)),
    Scenario(name="log cannot be read at all", verdict=INCONCLUSIVE, says="the server's log could not be read",
             disturb=_from(0, _unread("log", why="permission denied for function pg_read_file"))),
    Scenario(name="clock goes back an hour", verdict=SUCCESSFUL, disturb=_from(700, _clock(-HOUR))),
    Scenario(name="clock goes forward two hours", verdict=SUCCESSFUL, disturb=_from(700, _clock(2 * HOUR))),
    Scenario(name="quiet night, nobody for ten hours", verdict=SUCCESSFUL, disturb=_nights),
    Scenario(name="nobody at all", verdict=INCONCLUSIVE, disturb=_from(0, _nobody), says="nobody has used it"),
    Scenario(name="peak of the week, six times the load", verdict=SUCCESSFUL, disturb=_weekly),
    Scenario(name="policy denies reads in silence", verdict=FAILED, disturb=_from(15, _emptied), signal="silent",
             tie="public.contacts.by_organization", begins=15, within=5),
    Scenario(name="policy reads its own table (42P17)", verdict=FAILED, begins=10, within=2,
             disturb=_from(10, _errors("log.recursion", "public.integrations", 0.02)), signal="recursion",
             subject="public.integrations", tie="public.integrations.by_organization"),
    Scenario(name="a column is asked for that the release removed", verdict=FAILED, begins=25, within=6,
             disturb=_from(25, _errors("log.undefined", 'column "nickname"', 0.01)), signal="undefined",
             tie="public.contacts.nickname"),
    Scenario(name="violations of a new constraint", verdict=FAILED, begins=40, within=6, signal="violations",
             disturb=_from(40, _errors("log.violations", "contacts_phone_key on public.contacts", 0.02)),
             tie="public.contacts.contacts_phone_key"),
    Scenario(name="errors on a table that the release did not touch", verdict=INCONCLUSIVE, begins=60, within=5,
             disturb=_from(60, _errors("log.denials", "public.orders", 0.05)), signal="denials", hours=12,
             says="has not answered"),
    Scenario(name="the same, and a person says that it goes on", verdict=SUCCESSFUL, begins=60, within=5,
             disturb=_from(60, _errors("log.denials", "public.orders", 0.05)), signal="denials",
             answer_after=30 * MINUTE, says="a person has answered for"),
    Scenario(name="security is not as it was proved", verdict=FAILED, signal="drift", begins=240, within=2,
             tie="public.contacts.by_organization",
             disturb=_from(240, _level("security.drift", "policy by_organization on public.contacts", 1))),
    Scenario(name="plan of a query has lost its index", verdict=FAILED, signal="plan", begins=30, within=30,
             disturb=_from(30, _plan_lost), tie="public.idx_contacts_phone"),
    Scenario(name="connections are nearly exhausted", verdict=INCONCLUSIVE, signal="connections", begins=120, within=5,
             disturb=_from(120, _level("activity.connections", WHOLE, 0.97)), hours=12, says="connections"),
    Scenario(name="nobody watches for 20 minutes", verdict=SUCCESSFUL, disturb=_from(500, _away, until=520)),
    Scenario(name="a statement becomes slower by and by", verdict=FAILED, disturb=_drift, signal="slow",
             subject="app by phone", begins=120, within=720, tie="public.idx_contacts_phone"),
    Scenario(name="blip of one minute", verdict=SUCCESSFUL, disturb=_from(100, _slow("", 30), until=101)),
    Scenario(name="everything is slower, the disk is", verdict=INCONCLUSIVE, disturb=_from(60, _slow("", 15)),
             signal="slow", begins=60, within=10, hours=12),
)  # fmt: skip


def played(scenario: Scenario, seed: int) -> Replay:
    """One scenario, with the chance of one seed."""
    return replayed(
        seed,
        scenario.disturb,
        hours=scenario.hours,
        answer_after=scenario.answer_after,
        organizations=scenario.organizations,
    )
