"""The target of a watch: reached again after it was not, and with a place to write down what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotConnect, CannotRun
from seatrial.ledger import write
from seatrial.ledger.watches import TargetJournal, may_write, watch_alone
from seatrial.monitoring.sampler import now_of
from seatrial.pg.connection import connect, refuse_read_only
from seatrial.project.watch_file import FileJournal, folder_alone

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from seatrial.model.journal import Journal
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["Reach", "reach"]

#: Sessions of ours are known by it, and left out of what is watched.
NAME = "seatrial watch"


class Reach:
    """A connection that is made anew when it is lost, and the journal that goes with it."""

    def __init__(self, target: Target, connection: Connection, journal: Journal) -> None:
        self._target = target
        self._connection = connection
        self.journal = journal

    def connected(self) -> Connection:
        """The connection.

        Raises:
            CannotConnect: the target does not let us in, for now.
            CannotRun: somebody else has begun to watch it meanwhile.
        """
        if self._connection.closed:
            self._connection = connect(self._target.dsn, application_name=NAME)
            if isinstance(self.journal, TargetJournal):
                watch_alone(self._connection)
                self.journal.connection = self._connection
        return self._connection

    def now(self) -> float:
        """Seconds since 1970, by the target's clock."""
        return now_of(self.connected())

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()


def reach(target: Target, folder: Path, stack: ExitStack, *, alone: bool = True) -> Reach:
    """Connect, and find the place for the journal: the target's ledger, or a folder where the target takes no writes.

    Args:
        target: that is watched.
        folder: for the journal of a target that takes no writes.
        stack: what is to be let go of in the end.
        alone: nobody else may be watching.

    Raises:
        CannotConnect: no connection.
        CannotRun: somebody else watches it.
    """
    connection = connect(target.dsn, application_name=NAME)
    found = Reach(target, connection, TargetJournal(connection, target.name))
    stack.callback(found.close)
    if not _is_writable(connection):
        stack.enter_context(folder_alone(folder))
        found.journal = FileJournal(folder)
    elif alone:
        watch_alone(connection)
    return found


def _is_writable(connection: Connection) -> bool:
    """Whether the target takes writes, and this role may write the journal there."""
    try:
        refuse_read_only(connection)
        write.create(connection)
    except (CannotConnect, CannotRun):
        return False
    return may_write(connection)
