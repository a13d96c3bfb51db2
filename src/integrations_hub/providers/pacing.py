"""Keeps to what a service takes: the limits that it documents, and what it said when there was too much."""

from __future__ import annotations

import math
import threading
import time
from bisect import insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations_hub.domain.outside import Trouble, TroubleKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Pace", "Pacing"]

#: Above this many, those that no longer matter are forgotten.
MANY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most so many messages in so many seconds, to one receiver or, with none, from the account."""

    messages: int
    seconds: float
    receiver: str = ""


class Pacing:
    """For every account, in this process; what several processes send together, the service limits itself."""

    def __init__(
        self, *, patience: float, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        """Nothing was sent yet.

        Args:
            patience: seconds that a message may wait for its turn; one that had to wait longer is refused.
            clock: in seconds.
            sleep: for seconds.
        """
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        #: When messages were, or will be, sent.
        self._sent: dict[tuple[str, Pace], list[float]] = {}
        #: Until when the service wants to be left alone.
        self._told: dict[str, float] = {}

    def refuse(self, account: str, service: str) -> None:
        """Ask nobody while the service has said that it will not take more.

        Raises:
            Trouble: RATE_LIMITED, with the rest of the time.
        """
        with self._lock:
            wait = self._told.get(account, 0.0) - self._clock()
        if wait > 0:
            seconds = math.ceil(wait)
            reason = f"{service} wants no more from this account for {seconds} s: wait, and send less at once"
            raise Trouble(TroubleKind.RATE_LIMITED, reason, retry_after=seconds)

    def remember(self, account: str, seconds: float) -> None:
        """The service wants to be left alone by an account."""
        with self._lock:
            now = self._clock()
            if len(self._told) > MANY:
                self._told = {each: until for each, until in self._told.items() if until > now}
            self._told[account] = max(self._told.get(account, 0.0), now + seconds)

    def wait(self, account: str, service: str, paces: Sequence[Pace]) -> None:
        """Wait for the turn of a message.

        Raises:
            Trouble: RATE_LIMITED where it would take too long; the message has taken nobody's turn.
        """
        with self._lock:
            now = self._clock()
            turn = max((self._turn(account, pace, now) for pace in paces), default=now)
            if turn - now <= self._patience:
                self._take(account, paces, turn)
        if turn - now > self._patience:
            seconds = math.ceil(turn - now)
            reason = f"{service} takes no more messages for {seconds} s by its own limits: wait, and send less at once"
            raise Trouble(TroubleKind.RATE_LIMITED, reason, retry_after=seconds)
        if turn > now:
            self._sleep(turn - now)

    def _turn(self, account: str, pace: Pace, now: float) -> float:
        sent = self._sent.get((account, pace), [])
        return max(now, sent[-pace.messages] + pace.seconds) if len(sent) >= pace.messages else now

    def _take(self, account: str, paces: Sequence[Pace], turn: float) -> None:
        if len(self._sent) > MANY:
            past = self._clock()
            self._sent = {key: sent for key, sent in self._sent.items() if sent[-1] + key[1].seconds > past}
        for pace in paces:
            # Sorted, as a message to somebody who is written to often waits for a later turn than others.
            insort(self._sent.setdefault((account, pace), []), turn)
            del self._sent[account, pace][: -pace.messages]
