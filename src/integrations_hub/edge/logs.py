"""One line of JSON for each request and each trouble, without anything that a client or a database said."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from integrations_hub.edge.passage import Passage

__all__ = ["Log", "hear_libraries"]

#: From here on it is the hub's fault.
SERVER_ERROR = 500
#: The words of this one are its own; what others say may hold what a server, a service or a client said.
OWN_WORDS = "uvicorn"


class Log:
    """Lines on a stream; none of the paths, queries, headers, bodies and messages that can hold secrets."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """None is stderr as it is when a line is written."""
        self._stream = stream

    def request(self, passage: Passage, *, method: str, route: str, status: int, seconds: float) -> None:
        """One that was answered; `route` is its template."""
        caller = passage.caller
        self._write(
            "error" if status >= SERVER_ERROR else "info", "request",
            request_id=passage.request_id, method=method, route=route, status=status, code=passage.code,
            duration_ms=round(seconds * 1000, 2), role=caller.role if caller else None,
            user_id=caller.user_id if caller else None, organization_id=passage.organization_id,
        )  # fmt: skip

    def failure(self, error: BaseException, request_id: str | None = None) -> None:
        """Something that nobody expected: which kinds of exception, and where, but none of their words."""
        self._write("error", "failure", request_id=request_id, exceptions=[*_without_values(error)])

    def note(self, event: str, **facts: object) -> None:
        """Something happened that is no failure; the facts hold no secret and nothing of a customer's."""
        self._write("info", event, **facts)

    def warning(self, event: str, **facts: object) -> None:
        """Something did not work for a reason that is known; the facts hold no more than those of a note."""
        self._write("warning", event, **facts)

    def library(self, record: logging.LogRecord) -> None:
        """What a library has to say: which one, and where."""
        error = record.exc_info[1] if record.exc_info else None
        self._write(
            record.levelname.lower(), "library", library=record.name, exceptions=[*_without_values(error)] or None,
            at=f"{'/'.join(PurePath(record.pathname).parts[-2:])}:{record.lineno} {record.funcName}",
            says=record.getMessage() if record.name.startswith(OWN_WORDS) else None,
        )  # fmt: skip

    def _write(self, level: str, event: str, **facts: object) -> None:
        line: dict[str, object] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "event": event,
        }
        line.update((name, value) for name, value in facts.items() if value is not None)
        stream = self._stream or sys.stderr
        # A request that was answered is not failed for a log that cannot be written.
        with suppress(OSError, ValueError):
            stream.write(json.dumps(line, separators=(",", ":")) + "\n")
            stream.flush()


class _Libraries(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.library(record)


def hear_libraries(log: Log) -> None:
    """Write what the libraries of this process warn of as lines of a log, in place of their own on stderr."""
    logging.getLogger().handlers = [_Libraries(log)]
    # A command of the tool has silenced the driver, whose words are for nobody's terminal; here they are left out.
    logging.getLogger("psycopg").setLevel(logging.WARNING)


def _without_values(error: BaseException | None) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    while error is not None and len(found) < 10:  # noqa: PLR2004 - nobody reads more
        kind = type(error)
        frames = [
            f"{'/'.join(PurePath(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        found.append({"type": f"{kind.__module__}.{kind.__qualname__}", "at": frames[-15:]})
        error = error.__cause__ or error.__context__
    return found
