"""What a query costs as the tables grow: ours, and as the seed describes it."""

from __future__ import annotations

import statistics
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.release.asked import QUERIES, callers, plan, seed_shaped, times, without_indexes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.release.asked import Caller, Query, Times

    from seatrial.pg.connection import Connection

__all__ = ["ROWS_OF_ONE", "SHAPES", "Point", "measure"]

#: Integrations and events of an organization, in the mean.
ROWS_OF_ONE = 15
#: The release; its indexes under the seed's policies; these without the indexes.
SHAPES = ("release", "seed's policies", "before")
#: Of whose calls the pages are counted.
FEW = 5
ASKED = ("active_integrations", "my_active_integrations", "events_by_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One query at one size, as a member."""

    #: Of integrations and events together.
    rows: int
    query: str
    shape: str
    times: Times
    #: Pages of a call, of which there are hundreds of thousands where a table is read from end to end.
    buffers: int

    @property
    def as_json(self) -> dict[str, object]:
        """For the results."""
        return {
            "rows": self.rows,
            "query": self.query,
            "shape": self.shape,
            **self.times.as_json,
            "buffers": self.buffers,
        }


def measure(connection: Connection, *, drawn: int = 1_010, budget: float = 10.0) -> list[Point]:
    """Every query in every shape, at the size of this database.

    Args:
        connection: of a superuser, to a database that `fill` has made.
        drawn: calls of each.
        budget: seconds for the calls of each.
    """
    with connection.cursor() as cursor:
        found = cursor.execute(
            "select (select count(*) from public.integrations) + (select count(*) from public.crm_events)"
        )
        size = int((found.fetchone() or (0,))[0])
    crowd = callers(connection, "member", drawn)
    points = []
    for shape in SHAPES:
        with _shaped(connection, shape):
            points += [
                Point(
                    rows=size, query=name, shape=shape,
                    times=times(connection, QUERIES[name], crowd, budget=budget),
                    buffers=_pages(connection, QUERIES[name], crowd),
                )
                for name in ASKED
            ]  # fmt: skip
    return points


@contextmanager
def _shaped(connection: Connection, shape: str) -> Iterator[None]:
    with ExitStack() as stack:
        if shape != SHAPES[0]:
            stack.enter_context(seed_shaped(connection))
        if shape == SHAPES[2]:
            stack.enter_context(without_indexes(connection))
        yield


def _pages(connection: Connection, query: Query, crowd: Sequence[Caller]) -> int:
    """From memory and from the system, of the first step and so of all below it; of the middle one of a few calls."""
    plans = [plan(connection, query, caller, settled=False) for caller in crowd[:FEW]]
    lines = [next((step for step in steps if "Buffers:" in step), "") for steps in plans]
    read = [[part.partition("=")[2] for part in line.split() if part.startswith(("hit=", "read="))] for line in lines]
    return statistics.median_low(sum(map(int, each)) for each in read)
