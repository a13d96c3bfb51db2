"""Every value that anybody writes is a number that nobody else has written, whatever the type that it is kept in."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime

__all__ = ["Numbers", "literal", "numbers_in"]

#: All of eight digits.
FIRST = 10_000_000
_NUMBER = re.compile(r"(?<!\d)\d{8}(?!\d)")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)")


class Numbers:
    """Gives each one once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = FIRST
        self._names = 0

    def next(self) -> int:
        """Another one."""
        with self._lock:
            self._last += 1
            return self._last

    def name(self) -> int:
        """Of something that is made; files are told apart by it as well."""
        with self._lock:
            self._names += 1
            return self._names


def literal(kind: str, number: int) -> str:
    """The number as a value of a type, in SQL; empty for a type that cannot hold it."""
    if kind in {"bigint", "integer"} or kind.startswith("numeric"):
        return str(number)
    if kind in {"text", "character varying(200)"}:
        return f"'{number}'"
    return {
        "timestamp with time zone": f"'{datetime.fromtimestamp(number, UTC).isoformat()}'",
        "jsonb": f"""'{{"n": {number}}}'""",
        "text[]": f"'{{{number}}}'",
    }.get(kind, "")


def numbers_in(text: str) -> set[int]:
    """All that are in a row, or a value, as JSON."""
    found = {int(number) for number in _NUMBER.findall(text)}
    for day, time in _MOMENT.findall(text):
        found.add(int(datetime.fromisoformat(f"{day}T{time}+00:00").timestamp()))
    return found
