"""Looks what is really where the archive's list says.

The list is a table of a database in which others write, too: nothing is believed of it before it was looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.archive.read import PACKAGE, read_listed
from seatrial.errors import CannotRun, StatementFailed
from seatrial.model.archive import PREFIX, Contents
from seatrial.model.archiving import Found, Standing, bare, split_name, titled
from seatrial.pg.connection import execute, place, rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.archive import Archived
    from seatrial.pg.connection import Connection

__all__ = ["Place", "look", "look_at", "problem"]

#: Bytes up to which rows are counted; a larger table would take longer than somebody waits for a list.
COUNTED = 4 * 2**20
#: A moment's wait for somebody who is about to change a table; and rows that are hidden are not counted as none.
BRIEFLY = "SET lock_timeout = '1s'; SET row_security = off"
AS_BEFORE = "RESET lock_timeout; RESET row_security"
_TABLES = ("r", "p")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is at a place of the archive."""

    oid: int
    #: Schema and name as the server quotes them.
    quoted: str
    kind: str
    #: Rows as the planner believes; negative where nobody has counted yet.
    estimate: float
    #: Of the rows alone, and with indexes.
    heap: int
    bytes: int
    columns: frozenset[str]
    #: Partitions that are not in the archive.
    outside: tuple[str, ...]


def look(connection: Connection) -> tuple[Found, ...]:
    """Every entry with what is there: how many rows, how much on disk. Reads only.

    Raises:
        CannotRun: the list cannot be read.
    """
    listed = read_listed(connection)
    try:
        execute(connection, BRIEFLY)
        places = look_at(connection, [text for entry, _, _ in listed for text in _texts(entry)])
        found = tuple(_found(connection, one, places) for one in listed)
        execute(connection, AS_BEFORE)
    except StatementFailed as error:
        raise CannotRun(
            "archive.unseen", "what is in the archive cannot be looked at", where=place(connection), why=error.what,
            fix="wait until whoever works on it has ended, then run the command again",
        ) from None  # fmt: skip
    return found


def look_at(connection: Connection, texts: Sequence[str]) -> dict[str, Place]:
    """What is at places, by the text of the place; those at which nothing is are not there."""
    named = {text: name for text in texts if (name := split_name(text))}
    values: dict[str, Any] = {
        "schemas": [schema for schema, _ in named.values()], "names": [name for _, name in named.values()],
        "prefix": PREFIX,
    }  # fmt: skip
    texts = list(named)
    return {
        texts[row["number"] - 1]: Place(
            oid=row["oid"], quoted=row["quoted"], kind=row["kind"], estimate=row["estimate"], heap=row["heap"] or 0,
            bytes=row["bytes"] or 0, columns=frozenset(row["columns"]), outside=tuple(row["outside"]),
        )
        for row in rows(connection, load(PACKAGE, "places"), values)
    }  # fmt: skip


def problem(entry: Archived, places: dict[str, Place]) -> str:
    """Why what is there is not what the entry says, as a clause; empty where it is, or where nothing is there."""
    for text in _texts(entry):
        name = split_name(text)
        if name is None or not name[0].startswith(PREFIX):
            return f"{text} is not in a schema of the archive"
        found = places.get(text)
        if found is None:
            continue
        if found.kind not in _TABLES:
            return f"{text} is no table"
        if found.outside:
            return f"{text} has partitions outside of the archive: {', '.join(found.outside)}"
        if lacking := _expected(entry) - found.columns:
            return f"{text} has no column {', '.join(sorted(lacking))}"
    if entry.contents is Contents.TABLE and _name_of(entry.place) != _name_of(entry.object):
        return f"{entry.place} does not have the name of {entry.object}"
    return ""


def _texts(entry: Archived) -> tuple[str, ...]:
    return (entry.place, entry.became) if entry.became else (entry.place,)


def _name_of(text: str) -> str:
    name = split_name(text)
    return name[1] if name else ""


def _expected(entry: Archived) -> frozenset[str]:
    """Columns that have to be there; of copied rows the key at least."""
    wanted = {Contents.TABLE: (), Contents.ROWS: ("key",), Contents.COLUMNS: ("key", "columns")}[entry.contents]
    return frozenset(bare(str(column)) for part in wanted for column in entry.details.get(part) or ())


def _found(connection: Connection, listed: tuple[Archived, bool, float | None], places: dict[str, Place]) -> Found:
    entry, overdue, window = listed
    there = [places[text] for text in _texts(entry) if text in places]
    why = problem(entry, places)
    if entry.place not in places or why:
        missing = Standing.RETURNED if entry.returned_at else Standing.MISSING
        standing = Standing.FOREIGN if why else missing
        return Found(entry=entry, what=titled(entry), standing=standing, why=why, window=window)
    counts = [_count(connection, one) for one in there[:1]]
    standing = Standing.RETURNED if entry.returned_at else Standing.OVERDUE if overdue else Standing.KEPT
    return Found(
        entry=entry, what=titled(entry), standing=standing, rows=counts[0][0], exact=counts[0][1],
        bytes=sum(one.bytes for one in there), window=window,
    )  # fmt: skip


def _count(connection: Connection, found: Place) -> tuple[int | None, bool]:
    """Counted where that is quick, else estimated."""
    if found.heap <= COUNTED:
        try:
            return int(ask(connection, f"SELECT count(*) FROM {found.quoted}").value), True  # noqa: S608 - quoted names
        except StatementFailed:
            # No right on it, or somebody holds it: the catalog tells what it believes.
            pass
    return (round(found.estimate), False) if found.estimate >= 0 else (None, False)
