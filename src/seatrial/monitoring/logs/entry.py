"""One record of a csvlog or a jsonlog as it is written; it does not leave this package, as it holds values."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.monitoring.logs.records import csv_records, json_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from seatrial.monitoring.logs.clock import Clock

__all__ = ["FORMATS", "Entry", "Format", "csv_entry", "entry_of", "json_entry", "time_of"]

#: Columns of a csvlog, in the names of a jsonlog.
_COLUMNS = (
    "timestamp", "user", "dbname", "pid", "remote_host", "session_id", "line_num", "ps", "session_start", "vxid",
    "txid", "error_severity", "state_code", "message", "detail", "hint", "internal_query", "internal_position",
    "context", "statement", "cursor_position", "location", "application_name", "backend_type", "leader_pid", "query_id",
)  # fmt: skip
_ERRORS = frozenset({"ERROR", "FATAL", "PANIC"})
#: A csvlog has its severities in the language of `lc_messages`. What is none of these is an error by its SQLSTATE.
_OTHERS = frozenset({"LOG", "WARNING", "NOTICE", "INFO", "STATEMENT", "DETAIL", "HINT"})
_FINE = frozenset({"00", "01", "02"})
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")
#: Most lines of a log are none that are looked for, and to see that is cheaper than to read them. A quote inside a
#: value of JSON is escaped, and what comes before the severity in CSV is no text that a client chooses.
_PLAIN_JSON = re.compile(rb'"error_severity":"(?:LOG|WARNING|NOTICE|INFO|DEBUG\d?)"')
_PLAIN_CSV = re.compile(rb",(?:LOG|WARNING|NOTICE|INFO|DEBUG\d?),0[0-2]\w{3},")
_HEAD = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An error, with all that is needed to understand it."""

    at: float
    sqlstate: str
    message: str
    role: str
    database: str
    application: str
    query: str
    statement: str
    context: str
    #: The routine of the server that raised it; empty unless `log_error_verbosity` is `verbose`.
    routine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a log is written."""

    #: As `log_destination` calls it.
    name: str
    records: Callable[[Iterable[bytes]], Iterator[bytes]]
    #: The error that a record is; None where it is none.
    entry: Callable[[bytes, Clock], Entry | None]


def json_entry(record: bytes, clock: Clock) -> Entry | None:
    """The error of a line of a jsonlog; None where it is none."""
    if _PLAIN_JSON.search(record):
        return None
    try:
        found = json.loads(record)
    except (ValueError, RecursionError):
        return None
    return entry_of(found, clock) if isinstance(found, dict) else None


def csv_entry(record: bytes, clock: Clock) -> Entry | None:
    """The error of a record of a csvlog; None where it is none."""
    if _PLAIN_CSV.search(record, 0, _HEAD):
        return None
    try:
        [row] = csv.reader([record.decode(errors="replace")], strict=True)
    except (csv.Error, ValueError):
        return None
    # The last column came with PostgreSQL 14.
    return entry_of(dict(zip(_COLUMNS, row, strict=True)), clock) if len(row) == len(_COLUMNS) else None


#: By the ending of a file.
FORMATS: Mapping[str, Format] = {
    ".json": Format(name="jsonlog", records=json_records, entry=json_entry),
    ".csv": Format(name="csvlog", records=csv_records, entry=csv_entry),
}


def entry_of(found: Mapping[str, object], clock: Clock) -> Entry | None:
    """The error that fields in the names of a jsonlog describe; None where they are none."""
    sqlstate = _text(found, "state_code")
    if not _is_error(_text(found, "error_severity"), sqlstate):
        return None
    try:
        at = clock.seconds(_text(found, "timestamp"))
    except (ValueError, OverflowError):
        return None
    query = _text(found, "query_id")
    return Entry(
        at=at, sqlstate=sqlstate, message=_text(found, "message"), role=_text(found, "user"),
        database=_text(found, "dbname"), application=_text(found, "application_name"),
        query="" if query == "0" else query, statement=_text(found, "statement"), context=_text(found, "context"),
        routine=_text(found, "func_name") or _text(found, "location").partition(",")[0],
    )  # fmt: skip


def time_of(record: bytes, clock: Clock) -> float | None:
    """When a record of either kind was written; None where this is no record, or only its end."""
    head = record[:80].decode(errors="replace").removeprefix('{"timestamp":"')
    try:
        return clock.seconds(head.partition('"')[0].partition(",")[0])
    except (ValueError, OverflowError):
        return None


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    if isinstance(value, str):
        # JSON can spell what no server takes as text: NUL, and half a character.
        return (
            value
            if value.isascii() and "\0" not in value
            else value.encode(errors="replace").decode().replace("\0", "")
        )
    return str(value) if isinstance(value, int) else ""


def _is_error(severity: str, sqlstate: str) -> bool:
    if not _SQLSTATE.fullmatch(sqlstate) or severity in _OTHERS or severity.startswith("DEBUG"):
        return False
    return severity in _ERRORS or sqlstate[:2] not in _FINE
