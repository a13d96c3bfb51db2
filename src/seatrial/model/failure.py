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
    #: Empty where all went through, and the ledger's row or COMMIT failed.
    statement: str
    sqlstate: str
    message: str
    detail: str
    hint: str
    context: str
    #: The cause in plain words, where it could be found.
    cause: str = ""
    #: Where several failures were looked for: the place of the failure that this one comes of, in their order;
    #: -1 where it only misses what comes from outside the folder.
    comes_of: int | None = None
    #: How many failures come of this one.
    consequences: int = 0


def failure_of(migration: Migration, statement: Statement | None, error: StatementFailed) -> Failure:
    """The server's error, placed in the file.

    Without a statement it came after the last one, and only the file is named: no statement of it is to blame.
    """
    return Failure(
        version=migration.version,
        place=_place(migration, statement, error.position),
        statement=statement.text if statement else "",
        sqlstate=error.sqlstate,
        message=error.what,
        detail=error.detail,
        hint=error.hint,
        context=error.context,
    )


def _place(migration: Migration, statement: Statement | None, position: int) -> Place:
    source = migration.script.source
    if statement is None:
        return Place(path=source.path)
    # What is built ahead of a file is not written there as it is run.
    is_there = source.text.startswith(statement.text, statement.start)
    return place_at(source.path, source.text, statement.start + (max(position, 0) if is_there else 0))
