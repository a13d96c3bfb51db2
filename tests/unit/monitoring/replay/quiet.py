"""Quiet days: of every weekday, from a few statements a minute to many thousands, and not one alarm among them."""

from __future__ import annotations

from tests.unit.monitoring.replay.run import Replay, replayed

from seatrial.model.watch import WatchVerdict

__all__ = ["DAYS", "alarm", "quiet"]

#: Of one database.
DAYS = 4
#: Times the load: 2 to 25,000 statements a minute at noon.
LOADS = (1.0, 0.05, 4.0, 0.3, 12.0)


def quiet(number: int, days: int = DAYS) -> Replay:
    """So many days of one database after a deployment, in which nothing happens; the day before is its baseline.

    Args:
        number: of the database: its seed, its load, and the weekday of the deployment.
        days: that are watched.
    """
    busy = LOADS[number % len(LOADS)]
    return replayed(10_000 + number, lambda *_: None, hours=24.0 * days, busy=busy, weekday=number % 7)


def alarm(replay: Replay) -> str:
    """What was said that should not have been; empty where nothing was."""
    if replay.judged.verdict is WatchVerdict.SUCCESSFUL and replay.reached is None:
        return ""
    return f"{replay.judged.verdict}: {replay.judged.sentence}"
