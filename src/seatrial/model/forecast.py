"""How long a statement will take on the target, from how long it took at two sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.words import count, duration

if TYPE_CHECKING:
    from seatrial.model.place import Place

__all__ = ["Forecast", "Machine", "Measured", "Timing", "between"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run of a statement on generated rows."""

    #: In the tables that it works on, together.
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """An interval, and what it rests on."""

    #: Seconds.
    low: float
    high: float
    #: Rows of the target that it is for: of the tables that the statement works on, together.
    rows: int
    #: Those tables, the largest first.
    tables: tuple[str, ...]
    measured: tuple[Measured, ...]
    #: The target's sizes are not known: the rows are an example.
    assumed: bool = False

    def __str__(self) -> str:
        """`38–55 s at 12,400,000 rows`."""
        said = f"{between(self.low, self.high)} at {count(self.rows, 'row')}"
        return f"{said}, if there were so many" if self.assumed else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A statement, how long it will take, and how long its locks will be held: to the end of its transaction."""

    place: Place
    statement: Forecast
    held: Forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where the figures were measured."""

    processors: int
    #: As the operating system names it.
    model: str
    system: str
    server: str

    def __str__(self) -> str:
        """For the line under the figures."""
        return f"{count(self.processors, 'core')} of {self.model}, {self.system}, {self.server} without fsync"


def between(low: float, high: float) -> str:
    """`38–55 s`, `412 ms–1.2 s`, `3.1 s`."""
    first, last = duration(low), duration(high)
    if first == last:
        return last
    number, _, unit = first.partition(" ")
    return f"{number}–{last}" if last.endswith(f" {unit}") and " " not in last[: -len(unit) - 1] else f"{first}–{last}"
