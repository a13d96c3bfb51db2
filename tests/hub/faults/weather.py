"""What befalls the house: moods of the services, a database that restarts, processes that are killed; by a seed."""

from __future__ import annotations

import random
import signal
import threading
from typing import TYPE_CHECKING

from tests.hub.providers.fakes.email import MOODS as OF_MAIL
from tests.hub.providers.fakes.email import MailFake
from tests.hub.providers.fakes.web import Mood

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hub.faults.books import Books
    from tests.hub.faults.house import House

__all__ = ["BLOWS", "Weather"]

#: Of the services that speak HTTP; LIMITING and BROKEN take nothing, the others take what they are asked to send.
#: ECHOING is not among them: it takes a message and says, with a status that is documented for it, that it did not.
MOODS = (
    Mood.LIMITING, Mood.BROKEN, Mood.SLOW, Mood.HANGING, Mood.DROPPING, Mood.HTML, Mood.GATEWAY, Mood.STRANGE,
    Mood.TRUNCATED, Mood.MOVED, Mood.DRIPPING,
)  # fmt: skip
BLOWS = ("database_killed", "database_restarted", "process_killed", "worker_killed", "hub_killed", "database_killed")
#: At one of which everybody is held up when it happens, so that it meets them in the middle of what they do.
TABLES = (
    "public.integration_usage_events", "private.integration_credentials", "public.crm_events", "public.audit_logs",
    "public.integrations",
)  # fmt: skip


class Weather:
    """From when it begins to when it clears up."""

    def __init__(self, house: House, books: Books, chance: random.Random, *, pause: tuple[float, float]) -> None:
        """Nothing happens yet.

        Args:
            house: that it befalls.
            books: in which it is counted.
            chance: decides.
            pause: seconds between two blows, least and most.
        """
        self._house, self._books, self._pause = house, books, pause
        self._blows = random.Random(chance.random())  # noqa: S311 - repeatable
        self._moods = random.Random(chance.random())  # noqa: S311 - repeatable
        self._clear = threading.Event()
        self._threads = [
            threading.Thread(target=self._told, args=[what], daemon=True) for what in (self._strike, self._turn)
        ]

    def begin(self) -> None:
        """From now on."""
        for thread in self._threads:
            thread.start()

    def clear_up(self) -> None:
        """No more; every service is fine."""
        self._clear.set()
        for thread in self._threads:
            thread.join()
        for fake in (self._house.whatsapp, self._house.telegram):
            fake.moods.clear()
            fake.mood = Mood.FINE
        self._house.mail.mood = Mood.FINE

    def _told(self, what: Callable[[], None]) -> None:
        try:
            what()
        except Exception as error:  # noqa: BLE001 - a thread that ends would leave the sky blue
            self._books.wrong.append(f"the weather failed: {error!r}")

    def _strike(self) -> None:
        blows: list[str] = []
        while not self._clear.wait(self._blows.uniform(*self._pause)):
            if not blows:
                blows = self._blows.sample(BLOWS, len(BLOWS))
            blow = blows.pop()
            self._books.count(blow)
            with self._house.held_up(self._blows.choice(TABLES)):
                self._clear.wait(self._blows.uniform(0.2, 0.8))
                getattr(self, f"_{blow}")()

    def _database_killed(self) -> None:
        self._house.server.stop()
        self._clear.wait(self._blows.uniform(0, 1.5))
        self._house.server.start()

    def _database_restarted(self) -> None:
        self._house.server.shut()
        self._clear.wait(self._blows.uniform(0, 1.5))
        self._house.server.start()

    def _process_killed(self) -> None:
        self._house.kill_one(self._blows)

    def _worker_killed(self) -> None:
        self._house.again("worker", signal.SIGKILL)

    def _hub_killed(self) -> None:
        self._house.again("serve", signal.SIGKILL)

    def _turn(self) -> None:
        """Mostly of a request or two, as five failures in a row shut a door for a minute."""
        while not self._clear.wait(self._moods.uniform(0.2, 0.8)):
            fake = self._moods.choice((self._house.whatsapp, self._house.telegram, self._house.mail))
            is_short = self._moods.random() < 0.8
            if isinstance(fake, MailFake):
                mood = self._moods.choice(OF_MAIL)
                fake.mood = mood
            else:
                mood = self._moods.choice(MOODS if is_short else (*MOODS, Mood.DOWN))
                if is_short:
                    fake.next(*[mood] * self._moods.randint(1, 2))
                    self._books.count(f"mood {mood.name}")
                    continue
                fake.mood = mood
            self._books.count(f"mood {mood.name}")
            self._clear.wait(self._moods.uniform(0.2, 0.6 if is_short else 1.5))
            fake.mood = Mood.FINE
