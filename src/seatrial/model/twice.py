"""What became of a file that was applied a second time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.catalog import Difference
    from seatrial.model.evidence import Written
    from seatrial.model.failure import Failure

__all__ = ["SecondRun"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondRun:
    """A file that does not run twice without harm: it fails, or it changes something again."""

    version: str
    label: str
    path: str
    failure: Failure | None = None
    #: Of the schema, against the state after the first run.
    differences: tuple[Difference, ...] = ()
    #: Rows that the second run inserted or deleted.
    written: tuple[Written, ...] = ()
