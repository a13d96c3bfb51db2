"""How often each error came: the events of a sample, and of the minutes before a watch began."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from seatrial.model.sample import Key
    from seatrial.monitoring.logs.log import Log, LogLine

__all__ = ["events_of", "read_back"]

_MINUTE = 60.0


def events_of(lines: Iterable[LogLine], role_of: Callable[[LogLine], str] = lambda line: line.role) -> Counter[Key]:
    """By what they are about, and by statement: `("log.statement", "app 8127 42501")`."""
    found: Counter[Key] = Counter()
    for line in lines:
        found[line.quantity, line.subject] += 1
        if line.query:
            found["log.statement", f"{role_of(line)} {line.query} {line.sqlstate}"] += 1
    return found


def read_back(log: Log, since: float, until: float) -> list[tuple[float, Mapping[Key, float]]]:
    """The events of each whole minute that the log still has, oldest first, each with the moment at which it ended.

    A minute without an error is there too: nothing happened in it, and that was seen.

    Args:
        log: not moved on by it.
        since: seconds since 1970.
        until: as well.

    Raises:
        Unreadable: the log cannot be read.
    """
    history = log.history(since, until)
    minutes = int((until - history.since) // _MINUTE)
    begins = until - minutes * _MINUTE
    sorted_in: list[list[LogLine]] = [[] for _ in range(minutes)]
    for line in history.lines:
        place = int((line.at - begins) // _MINUTE)
        if 0 <= place < minutes:
            sorted_in[place].append(line)
    return [(begins + (number + 1) * _MINUTE, events_of(lines)) for number, lines in enumerate(sorted_in)]
