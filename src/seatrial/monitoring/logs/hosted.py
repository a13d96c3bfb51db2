"""The log of a Supabase project, through the platform's Management API."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial.monitoring.logs.clock import Clock
from seatrial.monitoring.logs.entry import entry_of
from seatrial.monitoring.logs.log import History
from seatrial.monitoring.logs.management import ADDRESS, Management
from seatrial.pg.connection import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.monitoring.logs.entry import Entry
    from seatrial.monitoring.logs.log import LogLine
    from seatrial.monitoring.logs.understand import Understander
    from seatrial.pg.connection import Connection

__all__ = ["ADDRESS", "HostedLog"]

#: Lines come to the platform's store with a delay; what came late is found again so long after.
_LATE = 180.0
#: Of rows for one question, and of questions for one look.
_ROWS, _PAGES = 1_000, 10
#: Seconds after which no further question is begun: the connection to the target idles meanwhile.
_PATIENCE = 20.0
_MINUTE = 60.0
_DAY = 24 * 3600.0
#: Of a row → of a jsonlog.
_FIELDS = {
    "timestamp": "timestamp", "event_message": "message", "error_severity": "error_severity",
    "sql_state_code": "state_code", "user_name": "user", "database_name": "dbname", "query": "statement",
    "application_name": "application_name", "query_id": "query_id", "context": "context", "location": "location",
}  # fmt: skip


class HostedLog:
    """Rows of `postgres_logs`, asked for by time; each is counted once."""

    def __init__(
        self, address: str, project_ref: str, token: str, understander: Understander, connection: Connection,
        *, since: float,
    ) -> None:  # fmt: skip
        """From a moment on."""
        self.name = "log of the platform"
        self.lost = False
        self._management = Management(address, project_ref, token)
        self._understander = understander
        self._connection = connection
        self._clock = Clock("UTC")
        self._since = self._read_to = since
        self._seen: dict[str, float] = {}

    def read(self, connection: Connection | None = None) -> tuple[LogLine, ...]:
        """See `Log`."""
        self._connection = connection or self._connection
        [row] = rows(self._connection, "SELECT extract(epoch FROM clock_timestamp())::float8 AS now")
        now = float(row["now"])
        # What a watch that slept for longer has missed is gone for it.
        begin = max(self._since, self._read_to - _LATE, now - _DAY + 2 * _MINUTE)
        found, is_all = self._asked(begin, now)
        self.lost = not is_all or begin > self._read_to
        new = {key: one for key, one in found.items() if key not in self._seen and one.at >= self._since}
        kept = self._kept(new)
        self._seen = {key: at for key, at in self._seen.items() if at >= now - 2 * _LATE}
        self._seen |= {key: one.at for key, one in found.items()}
        self._read_to = now
        return kept

    def history(self, since: float, until: float) -> History:
        """See `Log`."""
        since = max(since, until - _DAY + 2 * _MINUTE)
        found, is_all = self._asked(since, until)
        begins = since if is_all else min((one.at for one in found.values()), default=until)
        inside = {key: one for key, one in found.items() if begins <= one.at < until}
        return History(since=begins, lines=self._kept(inside))

    def _kept(self, found: Mapping[str, Entry]) -> tuple[LogLine, ...]:
        in_order = sorted(found.values(), key=lambda one: one.at)
        return self._understander.named(self._connection, self._understander.read(in_order))

    def _asked(self, since: float, until: float) -> tuple[dict[str, Entry], bool]:
        """Errors by the identifier of their row, and whether these are all."""
        found: dict[str, Entry] = {}
        begun = time.monotonic()
        for page in range(_PAGES):
            answer = self._management.rows(
                iso(math.floor(since / _MINUTE) * _MINUTE), iso(math.ceil(until / _MINUTE) * _MINUTE), page * _ROWS
            )
            found |= self._entries(answer)
            if len(answer) < _ROWS:
                return found, True
            if time.monotonic() - begun > _PATIENCE:
                break
        return found, False

    def _entries(self, answer: list[Mapping[str, object]]) -> Iterator[tuple[str, Entry]]:
        for row in answer:
            fields = {name: row.get(column) for column, name in _FIELDS.items()}
            fields["timestamp"] = _time(fields["timestamp"])
            if entry := entry_of(fields, self._clock):
                yield str(row.get("id") or f"{entry.at} {entry.sqlstate} {entry.query} {entry.role}"), entry


def iso(moment: float) -> str:
    """A time as the platform takes it."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _time(value: object) -> str:
    """The newer endpoint says it in words, without a zone; the older one in microseconds."""
    text = str(value)
    if text.isdigit():
        return f"{datetime.fromtimestamp(int(text) / 1e6, UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
    return f"{text.removesuffix('Z')} UTC"
