"""Whether this process can answer requests; asked by many, looked up once in a while."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.once import Once
from integrations_hub.store.readiness import missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrations_hub.identity.verifier import Verifier
    from integrations_hub.store.database import Database

__all__ = ["Readiness"]

#: Seconds for which an answer holds: whoever asks all the time does not keep the database busy.
MEMORY = 2.0


class Readiness:
    """For one event loop."""

    def __init__(self, database: Database, verifier: Verifier, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is looked up yet.

        Args:
            database: must answer, be the release's, and give only rights that the hub is to have.
            verifier: must have a key.
            clock: in seconds.
        """
        self._database = database
        self._verifier = verifier
        self._clock = clock
        self._until = float("-inf")
        self._missing: tuple[str, ...] = ()
        self._lookup: Once[tuple[str, ...]] = Once()

    async def missing(self) -> tuple[str, ...]:
        """What is missing, in words; nothing when all is there."""
        if self._clock() >= self._until:
            self._missing = await self._lookup.ask("missing", self._looked_up)
            self._until = self._clock() + MEMORY
        return self._missing

    def _looked_up(self) -> tuple[str, ...]:
        found = () if self._verifier.has_keys else (f"{self._verifier.trouble}",)
        try:
            return (*found, *missing(self._database))
        except Refusal:
            return (*found, "the database does not answer")
