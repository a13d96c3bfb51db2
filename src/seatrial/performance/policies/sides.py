"""The same call in several ways, in turn and in one loop, so that what disturbs one disturbs the others as well."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.performance.run import took
from seatrial.pg.explain import explained
from seatrial.pg.sending import sending
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.performance import Call, Sender
    from seatrial.pg.connection import Connection

__all__ = ["AS_IT_IS", "Measured", "Side", "changed", "is_too_slow", "side_by_side"]

#: Fewer than MOST rounds where they take longer than PATIENCE (seconds) together.
MOST, FEWEST = 7, 3
PATIENCE = 2.0
#: Runs of a side in one round, behind one that plans with warm caches; what takes longer than SLOW (ms) runs once.
RUNS, SLOW = 3, 25.0
#: query_canceled: the time limit.
_TOO_SLOW = "57014"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One way: what is changed before, and what is asked instead of the call's own query."""

    changes: tuple[str, ...] = ()
    query: str = ""


AS_IT_IS = Side()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a side took."""

    #: Median; the time limit where it did not end within it.
    milliseconds: float
    #: A run as the first sender; None where there was none that ended.
    run: dict[str, Any] | None


def side_by_side(
    connection: Connection, call: Call, sides: Sequence[Side], *, time_limit: float
) -> tuple[Measured, ...]:
    """Measure each, and undo all of it; the senders of the call take turns.

    Args:
        connection: of a superuser, idle or in a transaction.
        call: what is asked, and by whom.
        sides: the ways.
        time_limit: seconds for each run.

    Raises:
        StatementFailed: a side cannot be run, for another reason than its time.
    """
    runs: list[list[dict[str, Any]]] = [[] for _ in sides]
    times: list[list[float]] = [[] for _ in sides]
    begun = time.perf_counter()
    with connection.transaction(force_rollback=True):
        for number in range(MOST):
            if number >= FEWEST and time.perf_counter() - begun > PATIENCE:
                break
            sender = call.senders[number % len(call.senders)]
            for place, side in enumerate(sides):
                if number and not runs[place]:
                    continue
                with changed(connection, side.changes):
                    found = _round(connection, side.query or call.query.sql, sender, time_limit)
                runs[place] += found
                times[place] += map(took, found)
    limit = time_limit * 1000
    return tuple(
        Measured(milliseconds=median(taken) if taken else limit, run=found[0] if found else None)
        for taken, found in zip(times, runs, strict=True)
    )


def _round(connection: Connection, query: str, sender: Sender, time_limit: float) -> list[dict[str, Any]]:
    """The first run after a change of the schema makes caches anew, and does not count where that shows."""
    found: list[dict[str, Any]] = []
    try:
        for _ in range(RUNS + 1):
            with sending(connection, sender, time_limit=time_limit):
                found.append(explained(connection, query, sender.params, run=True))
            if took(found[-1]) > SLOW:
                return found[-1:]
    except StatementFailed as error:
        if not is_too_slow(error):
            raise
        return []
    return found[1:]


def is_too_slow(error: StatementFailed) -> bool:
    """Whether it was its time limit that ended a statement."""
    return error.code.endswith(_TOO_SLOW)


@contextmanager
def changed(connection: Connection, changes: Sequence[str]) -> Iterator[None]:
    """Until the end of the block the schema is another."""
    with connection.transaction(force_rollback=True):
        for statement in changes:
            execute_statement(connection, statement)
        yield
