"""Leaves alone an address that fails again and again, and tries it anew after a while: a circuit breaker for each."""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations_hub.domain.outside import Trouble, TroubleKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Doors"]

#: What speaks against the address. A refusal or a limit is an answer: it comes from an address that works.
FAILURES = frozenset({
    TroubleKind.UNREACHABLE, TroubleKind.TIMED_OUT, TroubleKind.UNAVAILABLE, TroubleKind.UNINTELLIGIBLE,
})  # fmt: skip


@dataclass(slots=True)
class _Door:
    failures: int = 0
    #: When the next trial is, once it is shut.
    trial_at: float | None = None
    is_tried: bool = False


class Doors:
    """One for each address, in this process."""

    def __init__(self, *, failures: int = 5, rest: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        """All are open.

        Args:
            failures: in a row, after which one is shut.
            rest: seconds until one call is let through as a trial.
            clock: in seconds.
        """
        self._most = failures
        self._rest = rest
        self._clock = clock
        self._doors: dict[str, _Door] = {}
        self._lock = threading.Lock()

    @contextmanager
    def through(self, address: str, service: str) -> Iterator[None]:
        """One attempt; what comes of it is counted.

        Raises:
            Trouble: PAUSED, and nobody was asked; or what the attempt raised.
        """
        is_trial = self._enter(address, service)
        has_failed: bool | None = None
        try:
            yield
            has_failed = False
        except Trouble as trouble:
            # Where nobody was asked, nothing was learned.
            has_failed = None if trouble.kind is TroubleKind.MISCONFIGURED else trouble.kind in FAILURES
            raise
        finally:
            self._leave(address, is_trial=is_trial, has_failed=has_failed)

    def is_shut(self, address: str) -> bool:
        """Whether a call now would be turned away or be a trial."""
        with self._lock:
            return (door := self._doors.get(address)) is not None and door.trial_at is not None

    def _enter(self, address: str, service: str) -> bool:
        """Whether this is the trial."""
        with self._lock:
            door = self._doors.get(address)
            if door is None or door.trial_at is None:
                return False
            wait = door.trial_at - self._clock()
            if wait <= 0 and not door.is_tried:
                door.is_tried = True
                return True
        seconds = max(math.ceil(wait), 1)
        raise Trouble(
            TroubleKind.PAUSED,
            f"{service} has failed {self._most} times or more in a row and is left alone: "
            f"it is tried again in {seconds} s; nothing has to be done",
            retry_after=seconds,
        )

    def _leave(self, address: str, *, is_trial: bool, has_failed: bool | None) -> None:
        with self._lock:
            if has_failed is False:
                # Nothing is kept of an address that works: organizations bring their own.
                self._doors.pop(address, None)
                return
            door = self._doors.setdefault(address, _Door())
            if is_trial:
                door.is_tried = False
            if has_failed:
                door.failures += 1
                if is_trial or (door.trial_at is None and door.failures >= self._most):
                    door.trial_at = self._clock() + self._rest
