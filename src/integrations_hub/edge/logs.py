"""One line of JSON for each request and each trouble, without anything that a client or a database said."""

from __future__ import annotations

import json
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from integrations_hub.edge.passage import Passage

__all__ = ["Log"]

#: From here on it is the hub's fault.
SERVER_ERROR = 500


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
