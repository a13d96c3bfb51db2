"""The key set that asymmetric tokens are verified with: fetched beside the requests, and kept when a fetch fails."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from integrations_hub.identity.keys import Keys, keys_of, same
from integrations_hub.identity.source import Unreadable, read

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KeySet"]

#: A set so many seconds old is fetched again, so that a key that was withdrawn is not trusted for long.
REFRESH = 300.0
#: An unknown key makes the set be fetched at once, but not more often than this; nor is one that failed tried sooner.
PAUSE = 10.0


class KeySet:
    """The keys as they were when they were last fetched; to find one never waits."""

    def __init__(
        self, source: str, *,
        clock: Callable[[], float] = time.monotonic, refresh: float = REFRESH, pause: float = PAUSE,
    ) -> None:  # fmt: skip
        """Nothing is fetched yet.

        Args:
            source: a file, or an address with http or https.
            clock: in seconds.
            refresh: seconds after which the set is fetched again.
            pause: least seconds between two fetches.
        """
        self._source = source
        self._clock = clock
        self._refresh = refresh
        self._pause = pause
        self._lock = threading.Lock()
        self._under_way: Future[None] | None = None
        self._asked_at = self._fetched_at = float("-inf")
        self._keys: Keys = {}
        #: Rises when the keys change: what was verified with the ones before is to be verified again.
        self.version = 0
        #: Why the newest keys are not known, in words.
        self.trouble: str | None = "the key set has not been fetched yet"

    def find(self, kid: str | None, algorithm: str) -> Any:  # noqa: ANN401 - cryptography has no common type of keys
        """The key with that id for that algorithm, or none; for a token without an id, the only key that it can be."""
        if kid is not None:
            return self._keys.get((kid, algorithm))
        fitting = [key for (_, name), key in self._keys.items() if name == algorithm]
        return fitting[0] if len(fitting) == 1 else None

    def freshen(self) -> None:
        """Fetch the set beside the requests when it has become old."""
        if self._clock() - self._fetched_at > self._refresh:
            self.renewal()

    def renewal(self) -> Future[None] | None:
        """The fetch that is under way, begun now if need be; none when the last one is not long enough ago."""
        with self._lock:
            if self._under_way is not None:
                return self._under_way
            if self._clock() - self._asked_at < self._pause:
                return None
            self._asked_at = self._clock()
            done = self._under_way = Future()
            # From here on nobody who waits for it can cancel it for the others.
            done.set_running_or_notify_cancel()
        threading.Thread(target=self._renew, args=(done,), name="key-set", daemon=True).start()
        return done

    def _renew(self, done: Future[None]) -> None:
        try:
            keys = keys_of(read(self._source))
        except (Unreadable, ValueError) as error:
            self.trouble = f"the key set cannot be used: {error}"
        else:
            self._take(keys)
        finally:
            with self._lock:
                self._under_way = None
            done.set_result(None)

    def _take(self, keys: Keys) -> None:
        if not same(keys, self._keys):
            self._keys = keys
            self.version += 1
        self._fetched_at = self._clock()
        self.trouble = None
