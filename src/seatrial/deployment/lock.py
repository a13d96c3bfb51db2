"""One deployer at a time: two session advisory locks, polled, both of which a deployer needs.

The first is held on a connection that does nothing else and is in no transaction. A blocking wait would deadlock
another session's CREATE INDEX CONCURRENTLY, which waits for every older transaction; so it is tried again and again.
The second is held by the session that works. When a deployer is killed, its first lock is free at once, while what
its session had begun goes on until the server notices: the second one is free when nothing of it runs any more.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from seatrial.errors import CannotConnect, Refused, StatementFailed
from seatrial.model.narrator import Silent
from seatrial.pg.connection import place, rows
from seatrial.pg.failure import ConnectionLost
from seatrial.pg.patience import answered_within
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.model.narrator import Narrator
    from seatrial.pg.connection import Connection

__all__ = ["DEPLOYER", "WORKER", "Ownership", "deployment_lock", "holders"]

#: The first eight bytes of sha256('seatrial deployment'), cut to 63 bits; and the number behind it.
DEPLOYER = 8201204479105001920
WORKER = DEPLOYER + 1
POLL_SECONDS = 0.25
#: How long a deployer waits for the one before it.
PATIENCE_SECONDS = 10.0
#: How long a question that takes a millisecond may go without an answer.
ANSWER_SECONDS = 15.0
#: The code of our refusals among those of the server.
NOT_OURS = "ST003"


class Ownership:
    """Both locks, held."""

    def __init__(self, guard: Connection, work: Connection, reach: Callable[[], Connection] | None) -> None:
        self._guard = guard
        self._work = work
        self._reach = reach
        #: The guard that was opened in place of the one that was given.
        self._again: Connection | None = None

    def take_again(self) -> None:
        """Before a step: a file before it may have let go of every advisory lock of the session.

        Raises:
            StatementFailed: somebody else has it now.
        """
        if not _try(self._work, WORKER):
            raise _lost("another session took the lock of the one that works")

    def confirm(self) -> None:
        """Before a COMMIT: it is still we who deploy.

        Raises:
            StatementFailed: the lock is gone, and nothing must be committed.
        """
        try:
            with answered_within(self._guard, ANSWER_SECONDS):
                [found] = rows(self._guard, load("seatrial.deployment", "holds_lock"), {"key": DEPLOYER})
        except ConnectionLost as lost:
            self._take_back(lost)
        else:
            if not found["holds"]:
                raise _lost("its session no longer holds it")

    def _take_back(self, lost: ConnectionLost) -> None:
        """Nobody can have deployed in the meantime: that takes both locks, and the other one is held."""
        try:
            if self._reach is None:
                raise _lost(f"its connection was lost ({lost.why})")
            self._guard = self._again = self._reach()
            if not _try(self._guard, DEPLOYER):
                raise _lost("its connection was lost, and another deployer was faster")
        except CannotConnect as error:
            raise _lost(f"its connection was lost, and there is no other to be had ({error.why})") from None

    def let_go(self) -> None:
        """Of both."""
        for connection, key in ((self._work, WORKER), (self._guard, DEPLOYER)):
            _let_go(connection, key)
        if self._again:
            self._again.close()


@contextmanager
def deployment_lock(
    guard: Connection,
    work: Connection | None = None,
    *,
    reach: Callable[[], Connection] | None = None,
    narrator: Narrator | None = None,
    patience: float = PATIENCE_SECONDS,
) -> Iterator[Ownership]:
    """Hold both locks of this database; they free themselves when their sessions end, however they end.

    Args:
        guard: in no transaction, and used for nothing else.
        work: what the migrations are executed on; the same one where nothing is executed.
        reach: opens another connection in place of the first, should that be lost.
        narrator: told whom we wait for.
        patience: seconds.

    Raises:
        Refused: somebody else holds one for longer than our patience; says who, and since when.
    """
    work, narrator = work or guard, narrator or Silent()
    deadline = time.monotonic() + patience
    _poll(guard, DEPLOYER, deadline, narrator)
    ownership = Ownership(guard, work, reach)
    try:
        _poll(work, WORKER, deadline, narrator)
        yield ownership
    finally:
        ownership.let_go()


def holders(connection: Connection, key: int) -> str:
    """Who holds a lock: `postgres from 10.0.0.7, process 4711, since 2026-11-25 18:00:02 UTC`; empty for nobody."""
    return "; ".join(
        f"{row['usename']} from {row['client']}, process {row['pid']}, since {row['since']}"
        for row in rows(connection, load("seatrial.deployment", "lock_holder"), {"key": key})
    )


def _poll(connection: Connection, key: int, deadline: float, narrator: Narrator) -> None:
    told = False
    while not _try(connection, key):
        if time.monotonic() >= deadline:
            raise _held(connection, key)
        if not told and (who := holders(connection, key)):
            narrator.say(f"  waiting for {'another deployment' if key == DEPLOYER else 'what it left at work'}: {who}")
            told = True
        time.sleep(POLL_SECONDS)


def _try(connection: Connection, key: int) -> bool:
    return bool(rows(connection, load("seatrial.deployment", "try_lock"), {"key": key})[0]["locked"])


def _let_go(connection: Connection, key: int) -> None:
    """A session that was cut off in the meantime has let it go already."""
    with suppress(ConnectionLost, StatementFailed):
        if not connection.closed and not connection.broken:
            with answered_within(connection, ANSWER_SECONDS):
                rows(connection, load("seatrial.deployment", "unlock"), {"key": key})


def _held(connection: Connection, key: int) -> Refused:
    who = holders(connection, key) or "it ended just now"
    if key == DEPLOYER:
        return Refused(
            "deploy.locked", "another deployment is at work on this target", where=place(connection), why=who,
            fix="wait for it to end, then run the command again",
        )  # fmt: skip
    return Refused(
        "deploy.orphan", "a deployment that was killed is still at work on this target", where=place(connection),
        why=f"its session ends what it had begun: {who}",
        fix="wait for it to end; or end it with SELECT pg_terminate_backend(<process>), then run the command again",
    )  # fmt: skip


def _lost(why: str) -> StatementFailed:
    return StatementFailed(
        "the deployment lock was lost, so nothing was committed", sqlstate=NOT_OURS, detail=why,
        hint="Look whether somebody else deploys, then run the command again.",
    )  # fmt: skip
