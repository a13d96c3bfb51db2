"""A time limit for each statement of a rehearsal, whatever the statement sets for itself."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from seatrial.errors import StatementFailed
from seatrial.model.words import duration
from seatrial.pg.connection import cancel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

__all__ = ["Limit"]

POLL_SECONDS = 0.1
#: SQLSTATE of a statement that was cancelled.
CANCELLED = "57014"


class Limit:
    """Cancels the statement of a connection that takes too long; ends with its context."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._began: float | None = None
        self._exceeded = False
        self._over = threading.Event()

    def __enter__(self) -> Self:
        """Begin to look at the clock."""
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no longer."""
        self._over.set()
        self._thread.join()

    @contextmanager
    def statement(self) -> Iterator[None]:
        """Around one statement.

        Raises:
            StatementFailed: with words of our own when it was we who cancelled it.
        """
        self._began, self._exceeded = time.monotonic(), False
        try:
            yield
        except StatementFailed as error:
            if not (self._exceeded and error.sqlstate == CANCELLED):
                raise
            raise StatementFailed(
                f"the statement did not end within {duration(self._seconds)}", sqlstate=CANCELLED,
                context=error.context, hint="Is there a loop that never ends, or does it wait for another session? "
                "--time-limit gives it longer.",
            ) from error  # fmt: skip
        finally:
            self._began = None

    def _watch(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            began = self._began
            if began is not None and time.monotonic() - began > self._seconds:
                self._exceeded = True
                cancel(self._connection)
