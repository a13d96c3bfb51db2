"""A database with a virtual clock: its load by hour and day, its times and its errors, as samples of each minute."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random

from tests.unit.monitoring.replay.release import DAY, DEPLOYED, HOUR, MINUTE, STATEMENTS

from seatrial.model.sample import WHOLE, Key, Sample

__all__ = ["Knobs", "World", "poisson"]

FAST = frozenset({"database", "activity", "locks", "statements", "log", "security", "tenants", "replication"})
SLOW = frozenset({"tables", "indexes", "plans"})
SLOW_EVERY = 10
#: Transactions of whoever looks.
OWN = 12
#: Errors that there always are, in a transaction; each comes in gusts.
ERRORS = {
    ("log.violations", "users_email_key on public.users"): 3e-4,
    ("log.violations", "orders_user_id_fkey on public.orders"): 2e-5,
    ("log.denials", "public.notes"): 1e-4,
    ("log.errors", "22P02"): 2e-4,
    ("log.timeouts", "57014"): 2e-5,
    ("log.undefined", 'function "old_report"'): 1e-5,
}
TABLES = sorted({one.relation for one in STATEMENTS})
#: Above that, a normal distribution is near enough.
MANY = 12


def poisson(chance: Random, mean: float) -> int:
    """A number of events."""
    if mean > MANY:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    bound, number, product = math.exp(-mean), 0, chance.random()
    while product > bound:
        number += 1
        product *= chance.random()
    return number


@dataclass(slots=True)
class Knobs:
    """What a scenario turns, each minute anew or for good."""

    load: float = 1.0
    #: Statement → so many times as slow, and as many rows.
    slower: dict[str, float] = field(default_factory=dict)
    rows: dict[str, float] = field(default_factory=dict)
    #: More events of a minute, by transaction; and however many there are.
    errors: dict[Key, float] = field(default_factory=dict)
    events: dict[Key, float] = field(default_factory=dict)
    levels: dict[Key, float] = field(default_factory=dict)
    #: Organization → part of its sends that fails.
    failing: dict[str, float] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    deadlocks: float = 0.0
    #: Seconds that the clock is off.
    clock: float = 0.0
    #: Nobody looks in this minute.
    away: bool = False


class World:
    """A database; `minute` lets one pass and looks."""

    def __init__(self, seed: int, *, busy: float = 1.0, organizations: int = 25, weekday: int = 1) -> None:
        """Deployed on that day of the week; 0 is Monday."""
        self.knobs = Knobs()
        self.time = DEPLOYED - DAY
        self._weekday = weekday
        self._chance = Random(seed)  # noqa: S311 - chance, not a secret
        self._busy = busy
        self._counters: dict[Key, float] = {}
        self._epochs = {"database": "a", "statements": "a"}
        self._weather = 0.0
        self._gust = dict.fromkeys(ERRORS, 0.0)
        self._minutes = 0
        # Few send much, most send a little.
        self._sends = [8.0 * self._chance.paretovariate(1.3) ** 0.7 for _ in range(organizations)]
        self._night = self._chance.uniform(0.01, 0.12)
        self._backup = self._chance.uniform(1, 4) * HOUR, self._chance.uniform(16, 40) * MINUTE

    def load(self) -> float:
        """A day with a quiet night and two busy hours, a quiet weekend, a busy Monday."""
        hour, day = self.time % DAY / HOUR, (int(self.time // DAY) - int(DEPLOYED // DAY) + self._weekday) % 7
        sun = max(0.0, math.sin(math.pi * (hour - 6) / 16)) if 6 <= hour <= 22 else 0.0
        week = 0.35 if day >= 5 else 1.25 if day == 0 else 1.0
        load: float = self._busy * week * self.knobs.load * (self._night + (1 - self._night) * sun**1.3)
        return load

    def restart(self) -> None:
        """Counters begin anew; pg_stat_statements keeps its own on disk."""
        self._epochs["database"] += "+"
        self._counters = {key: value for key, value in self._counters.items() if key[0].startswith("statements")}

    def reset_statements(self) -> None:
        """`pg_stat_statements_reset()`."""
        self._epochs["statements"] += "+"
        self._counters = {key: value for key, value in self._counters.items() if not key[0].startswith("statements")}

    def minute(self) -> Sample | None:
        """What a look says after a minute more; None where nobody looked."""
        self.time += MINUTE
        self._minutes += 1
        chance, load = self._chance, self.load()
        # The server's own weather: what was is still half there, and a checkpoint now and then.
        self._weather = 0.9 * self._weather + chance.gauss(0, 0.03) + (0.3 if chance.random() < 0.01 else 0.0)
        transactions = self._statements(load, math.exp(self._weather) * (1 + 0.25 * load))
        events = self._errors(transactions) | self._tenants(load)
        self._add(("database.transactions", WHOLE), transactions + OWN)
        self._add(("database.rollbacks", WHOLE), poisson(chance, 0.01 * transactions))
        self._add(("database.deadlocks", WHOLE), poisson(chance, 2e-6 * transactions + self.knobs.deadlocks))
        self._add(("database.pages", WHOLE), 40.0 * transactions)
        self._add(("database.hits", WHOLE), 39.6 * transactions)
        return None if self.knobs.away else self._sample(events, self._levels(load))

    def _sample(self, events: dict[Key, float], levels: dict[Key, float]) -> Sample:
        looked = (FAST | SLOW if self._minutes % SLOW_EVERY == 0 else FAST) - self.knobs.unread.keys()
        return Sample(
            at=self.time + self.knobs.clock,
            took=0.2,
            looked=looked,
            unread=dict(self.knobs.unread),
            epochs={one: epoch for one, epoch in self._epochs.items() if one in looked},
            counters=_of(looked, self._counters),
            events=_of(looked, events | self.knobs.events),
            levels=_of(looked, levels | self.knobs.levels),
        )

    def _add(self, key: Key, more: float) -> None:
        self._counters[key] = self._counters.get(key, 0.0) + more

    def _statements(self, load: float, weather: float) -> int:
        chance, knobs, total = self._chance, self.knobs, 0
        for one in STATEMENTS:
            if one.is_new and self.time <= DEPLOYED:
                continue
            calls = poisson(chance, one.per_minute * load)
            total += calls
            mean = one.milliseconds * weather * knobs.slower.get(one.subject, knobs.slower.get("", 1.0))
            rows = one.rows * knobs.rows.get(one.subject, 1.0)
            self._add(("statements.calls", one.subject), calls)
            self._add(("statements.time", one.subject), mean * _times(chance, calls, one.sigma))
            self._add(("statements.rows", one.subject), poisson(chance, calls * rows))
            self._add(("statements.blocks", one.subject), calls * (4 + one.rows))
            if one.is_new:
                self._add(("statements.new_calls", one.subject), calls)
                self._add(("statements.new_time", one.subject), mean * calls)
        return total

    def _errors(self, transactions: int) -> dict[Key, float]:
        chance = self._chance
        found: dict[Key, float] = {}
        for key, rate in ERRORS.items():
            self._gust[key] = 0.8 * self._gust[key] + chance.gauss(0, 0.25)
            if number := poisson(chance, transactions * rate * math.exp(self._gust[key])):
                found[key] = number
        for key, rate in self.knobs.errors.items():
            if number := poisson(chance, transactions * rate):
                found[key] = found.get(key, 0.0) + number
        return found

    def _tenants(self, load: float) -> dict[Key, float]:
        chance, found = self._chance, {}
        if self.time <= DEPLOYED:
            return {}
        for number, sends in enumerate(self._sends):
            if attempts := poisson(chance, sends * load):
                who = f"sends: organization {number}"
                rate = self.knobs.failing.get(who, 0.01)
                found["tenants.of", who] = float(attempts)
                found["tenants.bad", who] = float(sum(chance.random() < rate for _ in range(attempts)))
        return found

    def _levels(self, load: float) -> dict[Key, float]:
        chance = self._chance
        begins, lasts = self._backup
        since = self.time % DAY - begins
        found: dict[Key, float] = {
            ("activity.oldest", WHOLE): since if 0 < since < lasts else chance.lognormvariate(0.5, 1.0),
            ("activity.idle", WHOLE): float(poisson(chance, 1.5 * load)),
            ("activity.connections", WHOLE): min(1.0, 0.12 + 0.1 * load / self._busy + 0.01 * chance.random()),
            ("replication.lag", "standby"): chance.lognormvariate(-1, 1),
        }
        for table in TABLES:
            if waiting := poisson(chance, 0.05 * load):
                found["locks.waiting", table] = float(waiting)
                found["locks.longest_wait", table] = chance.expovariate(1.0)
            # Dead rows grow until autovacuum comes.
            grown = (self.time / HOUR + len(table)) % 5 / 4
            found["tables.dead", table] = min(grown, 1.1)
            found["tables.size", table] = 1e9 + self.time - DEPLOYED
            self._add(("tables.scanned", table), 20.0 * load)
        found["indexes.bloat", "public.idx_notes"] = 0.2
        return found


def _times(chance: Random, calls: int, sigma: float) -> float:
    """Sum of so many lognormal times with the mean 1, and one in five thousand that had to wait."""
    waited = sum(chance.lognormvariate(4, 0.5) for _ in range(poisson(chance, calls * 2e-4)))
    if calls < MANY:
        return waited + sum(chance.lognormvariate(-sigma * sigma / 2, sigma) for _ in range(calls))
    spread = math.sqrt(math.expm1(sigma * sigma) / calls)
    return waited + calls * max(0.2, 1 + chance.gauss(0, spread))


def _of(looked: frozenset[str], found: dict[Key, float]) -> dict[Key, float]:
    return {key: value for key, value in found.items() if key[0].partition(".")[0] in looked}
