"""Reads what a target's archive lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun, StatementFailed
from seatrial.model.archive import Archived, Cause, Contents
from seatrial.pg.connection import execute, place, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from datetime import datetime

    from seatrial.pg.connection import Connection

__all__ = ["LOCKED", "has_archive", "read_archive", "read_listed"]

PACKAGE = "seatrial.archive"
#: How long somebody else may keep the list locked before we say so.
PATIENCE = "5s"
#: SQLSTATE of a lock that was not to be had in that time.
LOCKED = "55P03"


def has_archive(connection: Connection) -> bool:
    """Whether there is a list, be it empty."""
    return bool(rows(connection, load(PACKAGE, "present"))[0]["there"])


def read_archive(connection: Connection) -> tuple[Archived, ...]:
    """All entries, oldest first; none where there is no archive. Reads only.

    Raises:
        CannotRun: there is an archive, and its list cannot be read.
    """
    return tuple(entry for entry, _, _ in read_listed(connection))


def read_listed(connection: Connection) -> tuple[tuple[Archived, bool, float | None], ...]:
    """As `read_archive`, each with whether its time is over and for how many seconds it was to be kept."""
    try:
        with translated(connection), connection.transaction():
            execute(connection, f"SET LOCAL lock_timeout = '{PATIENCE}'")
            found = rows(connection, load(PACKAGE, "entries")) if has_archive(connection) else []
    except StatementFailed as error:
        raise CannotRun(
            "archive.unreadable", "the list of the archive cannot be read", where=place(connection), why=error.what,
            fix="wait until whoever holds a lock on it has ended, then run the command again"
            if error.sqlstate == LOCKED
            else "log in as the role that deploys",
        ) from None  # fmt: skip
    return tuple((_archived(row), bool(row["overdue"]), row["kept_for"]) for row in found)


def _archived(row: dict[str, Any]) -> Archived:
    return Archived(
        id=row["id"], version=row["version"], cause=Cause(row["cause"]), contents=Contents(row["contents"]),
        object=row["object"], place=row["place"], became=row["became"], archived_at=_when(row["archived_at"]),
        keep_until=_when(row["keep_until"]), returned_at=_when(row["returned_at"]), conflicts=row["conflicts"],
        details=row["details"],
    )  # fmt: skip


def _when(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
