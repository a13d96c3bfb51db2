"""Indexes of a file that a plan builds before it, and those that nobody will build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.forecast import Forecast
    from seatrial.model.place import Place

__all__ = ["AheadIndex", "Taken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadIndex:
    """An index that is built CONCURRENTLY before its file, whose IF NOT EXISTS then finds it."""

    #: Of the statement of the file that makes it; a DO block may make several.
    place: Place
    #: Schema-qualified, quoted where it has to be.
    index: str
    #: The statement that is run.
    sql: str
    #: How long the file's statement would take for all that it makes; None where nobody knows.
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An index whose name something else has, so that IF NOT EXISTS makes nothing and only a notice says so."""

    #: Of the statement that wants it.
    place: Place
    index: str
    #: `an index of public.boats`, `CREATE INDEX …`, `something that is no index`
    by: str
