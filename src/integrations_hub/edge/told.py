"""Refusals told to the operators: gathered by kind, source and minute, and written beside the requests."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from integrations_hub.domain.refusal import Refusal
from integrations_hub.store.security import Occurrences, SecurityEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus_client import Counter

    from integrations_hub.edge.figures import Figures
    from integrations_hub.edge.logs import Log

__all__ = ["Told"]

#: Seconds between two writes.
EVERY = 1.0
#: So many different things are kept until they are written; of those beyond only the number is known.
MOST = 1000

_Key = tuple[SecurityEvent, int]


@dataclass(slots=True, kw_only=True)
class _Tally:
    count: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    #: The minute's first row is written at once, its second when the minute is over.
    is_told: bool = False


class Told:
    """Takes events from any thread without waiting; each is counted, and few rows are written even in a flood."""

    def __init__(
        self, write: Callable[[Sequence[Occurrences]], int], figures: Figures, log: Log, *,
        clock: Callable[[], float] = time.time, most: int = MOST,
    ) -> None:  # fmt: skip
        """Nothing is written before it is opened.

        Args:
            write: writes rows, says how many were not taken, raises Refusal when nothing could be written.
            figures: count what is told, and what is lost.
            log: where a failure that nobody expects is noted.
            clock: in seconds since 1970.
            most: different things that are kept.
        """
        self._write = write
        self._figures = figures
        self._log = log
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._tallies: dict[_Key, _Tally] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def _lost(self) -> Counter:
        return self._figures.untold

    def tell(self, event: SecurityEvent) -> None:
        """Count one, and have it written soon."""
        self._figures.refused.labels(event.event_type, event.reason).inc()
        now = self._clock()
        with self._lock:
            self._add((event, int(now // 60)), count=1, first_at=now, last_at=now)

    def open(self) -> None:
        """Begin to write."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="told", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what is left, and end."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None
            self.flush(everything=True)

    def flush(self, *, everything: bool = False) -> None:
        """Write what is due: the first of its minute, and what came after it when the minute is over.

        Args:
            everything: also what would wait for its minute to end.
        """
        with self._writing:
            if rows := self._taken(everything=everything):
                self._write_or_keep(rows)

    def _write_or_keep(self, rows: list[tuple[_Key, _Tally]]) -> None:
        try:
            self._lost.inc(self._write([_as_occurrences(key, tally) for key, tally in rows]))
        except Refusal:
            self._keep(rows)
        except Exception:
            self._lost.inc(sum(tally.count for _, tally in rows))
            raise

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                self.flush()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next ones are to be told
                self._log.failure(error)

    def _keep(self, rows: list[tuple[_Key, _Tally]]) -> None:
        with self._lock:
            for key, tally in rows:
                self._add(key, count=tally.count, first_at=tally.first_at, last_at=tally.last_at)
                if key in self._tallies:
                    self._tallies[key].is_told = False

    def _add(self, key: _Key, *, count: int, first_at: float, last_at: float) -> None:
        tally = self._tallies.get(key)
        if tally is None:
            if len(self._tallies) >= self._most:
                self._lost.inc(count)
                return
            tally = self._tallies[key] = _Tally()
        tally.first_at = min(first_at, tally.first_at) if tally.count else first_at
        tally.last_at = max(last_at, tally.last_at)
        tally.count += count

    def _taken(self, *, everything: bool) -> list[tuple[_Key, _Tally]]:
        minute = int(self._clock() // 60)
        taken = []
        with self._lock:
            for key, tally in list(self._tallies.items()):
                is_over = key[1] < minute
                if tally.count and (is_over or everything or not tally.is_told):
                    taken.append((key, tally))
                    self._tallies[key] = _Tally(is_told=True)
                if is_over:
                    del self._tallies[key]
        return taken


def _as_occurrences(key: _Key, tally: _Tally) -> Occurrences:
    first_at, last_at = (datetime.fromtimestamp(at, UTC) for at in (tally.first_at, tally.last_at))
    return Occurrences(event=key[0], count=tally.count, first_at=first_at, last_at=last_at)
