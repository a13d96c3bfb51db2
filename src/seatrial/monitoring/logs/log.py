"""What a log is to those who ask it, and what is kept of one of its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from seatrial.monitoring.probe import Unreadable

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.sql.shape import Shape

__all__ = ["History", "Log", "LogLine", "NoLog"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One error of the server's log: codes and names of the schema, never a value."""

    #: Seconds since 1970, by the server's clock.
    at: float
    sqlstate: str
    #: Whoever logged in: SET ROLE does not show in a log.
    role: str
    #: As `pg_stat_statements` has it; empty where the statement was not understood by the server, or is not known.
    query: str
    #: `log.denials`, `log.violations` …
    quantity: str
    #: Whose it is: a table, a constraint, an object, a SQLSTATE.
    subject: str
    #: Of the statement; None where it cannot be told without its values.
    shape: Shape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a log still has of the time before."""

    #: Seconds since 1970: from here on it is complete.
    since: float
    lines: tuple[LogLine, ...]


class Log(Protocol):
    """A log that is read from where it was read to."""

    #: In words: `jsonlog of the server`.
    name: str
    #: Whether something is missing before what the last `read` has given: a file that is gone, or too much at once.
    lost: bool

    def read(self, connection: Connection | None = None) -> tuple[LogLine, ...]:
        """The errors since the last call, in the order of the log.

        Args:
            connection: to the target, where it is not the one any more that the log was opened with.

        Raises:
            Unreadable: it cannot be read.
        """

    def history(self, since: float, until: float) -> History:
        """The errors between two moments, without moving on; at most 24 hours and 64 MB before the newest.

        Raises:
            Unreadable: it cannot be read.
        """


class NoLog:
    """In place of a log that cannot be read: says why whenever somebody asks."""

    name = "no log"
    lost = False

    def __init__(self, why: str) -> None:
        self._why = why

    def read(self, connection: Connection | None = None) -> tuple[LogLine, ...]:  # noqa: ARG002 - as a log
        """Nothing can be read."""
        raise Unreadable(self._why)

    def history(self, since: float, until: float) -> History:  # noqa: ARG002 - as a log
        """Nothing can be read."""
        raise Unreadable(self._why)
