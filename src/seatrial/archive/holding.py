"""One entry at a time, in a transaction of its own, looked up again under a lock before anything is done with it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from seatrial.archive.found import look_at, problem
from seatrial.archive.read import LOCKED, PACKAGE
from seatrial.errors import Refused, StatementFailed
from seatrial.model.archive import PREFIX
from seatrial.model.archiving import split_name
from seatrial.pg.connection import execute, place, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.archive.found import Place
    from seatrial.model.archive import Archived
    from seatrial.pg.connection import Connection

__all__ = ["BRIEF", "holding", "mirrored", "not_done", "not_ours"]

#: Others queue behind a lock that is waited for.
BRIEF = "SET LOCAL lock_timeout = '500ms'"
#: SQLSTATE where the role may not, and where something else would go along.
DENIED, NEEDED = "42501", "2BP01"


@contextmanager
def holding(connection: Connection, entry: Archived, mode: str = "ACCESS EXCLUSIVE") -> Iterator[dict[str, Place]]:
    """A transaction in which the entry and its tables are locked, and are what the list says.

    Args:
        connection: in autocommit mode, outside a transaction.
        entry: as it was listed.
        mode: of the lock on its tables.

    Raises:
        Refused: it is not as it was listed any more, or the server has refused something; nothing of it was done.
    """
    try:
        with translated(connection), connection.transaction():
            execute(connection, BRIEF)
            _refuse_changed(connection, entry)
            texts = [text for text in (entry.place, entry.became) if text]
            before = look_at(connection, texts)
            for one in before.values():
                execute_statement(connection, f"LOCK TABLE {one.quoted} IN {mode} MODE")
            now = look_at(connection, texts)
            if why := problem(entry, now):
                raise not_ours(entry, why)
            if {text: one.oid for text, one in now.items()} != {text: one.oid for text, one in before.items()}:
                raise _changed(entry)
            yield now
    except StatementFailed as error:
        raise not_done(connection, error, f"entry {entry.id}, {entry.place}") from None


def mirrored(connection: Connection, entries: Sequence[Archived]) -> Mapping[int, tuple[str, ...]]:
    """Number of an entry → the tables in use whose changes are still written to where it is kept."""
    schemas = {one.id: (split_name(one.place) or ("", ""))[0] for one in entries}
    found = rows(connection, load(PACKAGE, "mirrored"), {"schemas": sorted({*schemas.values()}), "prefix": PREFIX})
    return {
        number: tables for number, schema in schemas.items()
        if (tables := tuple(row["table"] for row in found if row["schema"] == schema))
    }  # fmt: skip


def not_ours(entry: Archived, why: str) -> Refused:
    """What the list says of an entry is not so."""
    return Refused(
        "archive.not-ours", f"entry {entry.id} is not what the list of the archive says; nothing was done with it",
        where=entry.place, why=why, fix="find out who changed seatrial.archive or the table, and put it right by hand",
    )  # fmt: skip


def not_done(connection: Connection, error: StatementFailed, where: str) -> Refused:
    """In our words where we have some; never with what the server tells of values."""
    at = f"{where} on {place(connection)}"
    if error.sqlstate == LOCKED:
        return Refused(
                "archive.locked", "somebody holds a table; nothing of this entry was changed", where=at, why=error.what,
                fix="wait until whoever works on it has ended, then run the command again",
            )  # fmt: skip
    if error.sqlstate == DENIED:
        return Refused(
                "archive.denied", "this role may not; nothing of this entry was changed", where=at, why=error.what,
                fix="log in as the role that deploys, which owns the archive; where row-level security holds for "
                "owners, as one that has BYPASSRLS",
            )  # fmt: skip
    if error.sqlstate == NEEDED:
        return Refused(
                "archive.needed", "something else uses it; nothing of this entry was changed", where=at, why=error.what,
                fix="look what it is: \\d+ in psql",
            )  # fmt: skip
    return Refused(
        "archive.refused", "the server refused it; nothing of this entry was changed", where=at, why=error.what,
        fix=f"look up SQLSTATE {error.sqlstate}, then run the command again",
    )  # fmt: skip


def _refuse_changed(connection: Connection, entry: Archived) -> None:
    values = {"id": entry.id, "place": entry.place, "became": entry.became, "object": entry.object}
    if not rows(connection, load(PACKAGE, "still_listed"), values):
        raise _changed(entry)


def _changed(entry: Archived) -> Refused:
    return Refused(
        "archive.changed", f"entry {entry.id} is not as it was a moment ago; nothing was done with it",
        where=entry.place, why="somebody else works on the archive", fix="seatrial archive list, then run it again",
    )  # fmt: skip
