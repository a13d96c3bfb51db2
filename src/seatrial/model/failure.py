"""Where and why a statement of a migration failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.place import Place, place_at

if TYPE_CHECKING:
    from seatrial.errors import StatementFailed
    from seatrial.model.migration import Migration
    from seatrial.model.source import Statement

__all__ = ["Failure", "failure_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A statement that the server refused, with the server's own words."""

    version: str
    place: Place
    #: Empty where it was COMMIT that failed.
    statement: str
    sqlstate: str
    message: str
    detail: str
    hint: str
    context: str
    #: The cause in plain words, where it could be found.
    cause: str = ""


def failure_of(migration: Migration, statement: Statement | None, error: StatementFailed) -> Failure:
    """The server's error, placed in the file; without a statement it is the COMMIT after the last one."""
    source = migration.script.source
    last = migration.script.statements[-1] if migration.script.statements else None
    placed = statement or last
    offset = placed.start + max(error.position, 0) if placed else 0
    return Failure(
        version=migration.version,
        place=place_at(source.path, source.text, offset),
        statement=statement.text if statement else "",
        sqlstate=error.sqlstate,
        message=error.what,
        detail=error.detail,
        hint=error.hint,
        context=error.context,
    )
