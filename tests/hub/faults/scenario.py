"""Services that are down, slow, lying and limiting, a database that restarts, processes that are killed, under load."""

from __future__ import annotations

import random
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import psycopg
from tests.hub.faults.books import Books
from tests.hub.faults.house import house
from tests.hub.faults.people import TYPES, Administrator, Reader, Sender, bot_token
from tests.hub.faults.services import Services
from tests.hub.faults.truth import QUEUE, failures, wrong_at_the_end
from tests.hub.faults.weather import Weather

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from pathlib import Path

    from tests.hub.faults.house import House

__all__ = ["Outcome", "scenario"]

ORGANIZATIONS = 6
#: Of them, which have their integrations before anything goes wrong; the others connect in the midst of it.
AT_FIRST = 3
#: Seconds between two things that one of them does.
LEISURE = {Administrator: 0.4, Sender: 0.6, Reader: 0.15}
PATIENCE = 90.0
#: In the turn of the hub's own plan of checks.
DEFER = """
    select pg_advisory_xact_lock(hashtextextended('integrations_hub.plan', 0));
    insert into procrastinate.procrastinate_jobs (queue_name, task_name, args, queueing_lock)
    select 'checks', 'check_integration', jsonb_build_object('integration_id', i.id), 'check ' || i.id
      from public.integrations i
     where not exists (select from procrastinate.procrastinate_jobs j
                        where j.queueing_lock = 'check ' || i.id and j.status = 'todo')
"""
#: The hub plans each check for a moment of the minute that begins.
HURRY = "update procrastinate.procrastinate_jobs set scheduled_at = null where queue_name = 'checks'"
#: The workers that were killed; whoever lives has given a sign since.
LONG_SILENT = """
    update procrastinate.procrastinate_workers set last_heartbeat = last_heartbeat - interval '1 minute'
     where last_heartbeat < %s
"""
REVIVE = """
    insert into procrastinate.procrastinate_jobs (queue_name, task_name, args, priority)
    values ('upkeep', 'revive', '{"timestamp": 0}', 10)
"""
HALF = """
    select i.id, i.status from public.integrations i
     where not exists (select from private.integration_credentials c where c.integration_id = i.id)
"""


class _Person(Protocol):
    def act(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one run."""

    wrong: list[str]
    counts: Counter[str]
    events: int
    #: Of messages, by how they ended for who sent them.
    messages: dict[str, int]
    integrations: int
    written: int
    failures: Counter[str]
    log: str = field(repr=False)


def scenario(folder: Path, *, seed: int, seconds: float, pause: tuple[float, float]) -> Outcome:
    """Run it.

    Args:
        folder: for files; empty.
        seed: of what befalls the house.
        seconds: for which it does.
        pause: between two restarts or kills, least and most.
    """
    chance, books = random.Random(seed), Books()  # noqa: S311 - repeatable
    with house(folder, organizations=ORGANIZATIONS) as made:
        services = Services(made, books, chance)
        services.open()
        administrators = [Administrator(made, books, number) for number in range(1, ORGANIZATIONS + 1)]
        for administrator in administrators[:AT_FIRST]:
            for integration_type in TYPES:
                administrator.connect(integration_type)
        weather = Weather(made, books, chance, pause=pause)
        crowd = _Crowd(books, administrators, made, services)
        weather.begin()
        crowd.run(seconds)
        weather.clear_up()
        _mend(made, books, administrators, crowd, services)
        wrong = wrong_at_the_end(made, books)
        ends = [message.end for message in books.messages]
        return Outcome(
            wrong=wrong, counts=books.counts, events=len(books.events), integrations=len(books.connected),
            messages={end: ends.count(end) for end in sorted(set(ends))}, written=len(books.written),
            failures=failures(made), log=made.logs(),
        )  # fmt: skip


class _Crowd:
    """Everybody at work, each in a thread."""

    def __init__(
        self, books: Books, administrators: list[Administrator], made: House, services: Services
    ) -> None:  # fmt: skip
        self._books, self._services, self._house = books, services, made
        numbers = range(1, ORGANIZATIONS + 1)
        self._people: list[_Person] = [
            *administrators, *(Sender(made, books, number) for number in numbers),
            *(Reader(made, books, number) for number in (1, ORGANIZATIONS)),
        ]  # fmt: skip
        self._stop = threading.Event()
        self._threads = [
            *(threading.Thread(target=self._live, args=[person], daemon=True) for person in self._people),
            threading.Thread(target=self._often, args=[services.happen, 0.05], daemon=True),
            threading.Thread(target=self._often, args=[self._defer, 1.0], daemon=True),
            threading.Thread(target=self._often, args=[self._look, 0.1], daemon=True),
        ]

    def run(self, seconds: float) -> None:
        """For so long; then each ends what it is about."""
        for thread in self._threads:
            thread.start()
        time.sleep(seconds)
        self._stop.set()

    def join(self) -> None:
        """Until everybody has an answer."""
        for thread in self._threads:
            thread.join()

    def close(self) -> None:
        """Everybody lets go of their connections."""
        for person in self._people:
            person.close()

    def _live(self, person: _Person) -> None:
        self._often(person.act, LEISURE[type(person)])

    def _often(self, act: Callable[[], None], pause: float) -> None:
        while not self._stop.wait(pause):
            try:
                act()
            except Exception as error:  # noqa: BLE001 - a thread that ends would ask nothing any more
                self._books.wrong.append(f"{act} failed: {error!r}")

    def _defer(self) -> None:
        try:
            self._house.rows(DEFER)
        except psycopg.Error:
            self._books.count("not deferred")

    def _look(self) -> None:
        """At no moment is there an integration with nothing sealed for it."""
        try:
            self._books.wrong += [f"half written: {row}" for row in self._house.rows(HALF)]
            self._books.count("look")
        except psycopg.Error:
            self._books.count("not looked")


def _mend(
    made: House, books: Books, administrators: list[Administrator], crowd: _Crowd, services: Services
) -> None:  # fmt: skip
    """All is well again: what was begun ends, and each integration is checked once."""
    # Before the workers that will live sign on: they give their next sign ten seconds later.
    began = made.rows("select now()")[0][0]
    for what in ("serve", "worker"):
        # In order; and the doors that the services' moods have shut are open again.
        made.again(what, signal.SIGTERM)
    made.wait()
    crowd.join()
    _switched(made, books)
    for integration in books.connected.values():
        if integration.active != {True}:
            administrators[integration.organization - 1].enable(integration)
    # Whoever was killed before it had told the service where to call left it to a check.
    made.rows(HURRY)
    made.rows(DEFER)
    _until(lambda: services.left() == 0, books, "every call of the services is taken")
    services.close()
    crowd.close()
    _revoke(made, books)
    made.rows(LONG_SILENT, [began])
    made.rows(REVIVE)
    _empty(made, books)
    made.rows(HURRY)
    made.rows(DEFER)
    _empty(made, books)


def _switched(made: House, books: Books) -> None:
    """What was switched off is, and nothing else."""
    active = dict(made.rows("select id::text, is_active from public.integrations"))
    for each in books.connected.values():
        if active.get(each.id) not in each.active:
            books.wrong.append(f"{each} is active: {active.get(each.id)}")


def _revoke(made: House, books: Books) -> None:
    """The first organization's tokens work no more; of others only those that are in force."""
    possible = {value for each in books.connected.values() for value in each.secrets.get("access_token", ())}
    mine = books.connected[1, "whatsapp"].secrets["access_token"]
    others = {
        value for each in books.connected.values() if each.organization != 1
        for value in each.secrets.get("access_token", ())
    }  # fmt: skip
    made.whatsapp.tokens = (possible - mine) | others
    made.telegram.tokens.discard(bot_token(1))


def _empty(made: House, books: Books) -> None:
    _until(lambda: not made.rows(QUEUE), books, "the queue is empty")


def _until(held: Callable[[], bool], books: Books, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not held():
        if time.monotonic() > end:
            books.wrong.append(f"not after {PATIENCE:g} s: {what}")
            return
        time.sleep(0.1)
