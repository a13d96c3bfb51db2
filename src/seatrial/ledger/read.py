"""Reads a target's ledger, whoever wrote it."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun, StatementFailed
from seatrial.model.history import Applied, History, Progress
from seatrial.pg.connection import execute, place, rows
from seatrial.pg.queries import load
from seatrial.sql.parse import content_digest

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

PACKAGE = "seatrial.ledger"
#: How long somebody else may keep the ledger locked before we say so.
PATIENCE = "5s"
#: SQLSTATE of a lock that was not to be had in that time.
LOCKED = "55P03"

__all__ = ["present", "read_history", "unreadable"]


def read_history(connection: Connection) -> History:
    """The whole ledger; a target without one has an empty history. Reads only.

    Raises:
        CannotRun: there is a ledger, and it cannot be read.
    """
    try:
        with connection.transaction():
            execute(connection, f"SET LOCAL lock_timeout = '{PATIENCE}'")
            return _history(connection)
    except StatementFailed as error:
        raise unreadable(connection, error) from None


def unreadable(connection: Connection, error: StatementFailed) -> CannotRun:
    """There is a ledger, and this role may not look at it, or cannot make sense of it."""
    return CannotRun(
        "ledger.unreadable",
        "the ledger of the target cannot be read",
        where=place(connection),
        why=error.what,
        fix="wait until whoever holds a lock on it has ended, then run the command again"
        if error.sqlstate == LOCKED
        else "log in as the role that deploys; a ledger that was changed by hand has to be put right by hand",
    )


def present(connection: Connection) -> dict[str, Any]:
    """Which tables the ledger has, and which columns the shared one."""
    [found] = rows(connection, load(PACKAGE, "present"))
    return found


def _history(connection: Connection) -> History:
    there = present(connection)
    applied = _applied_rows(connection, there)
    own = {row["version"]: row for row in _ask(connection, "own_facts")} if there["migrations"] else {}
    steps = _ask(connection, "progress") if there["steps"] and there["supabase"] else []
    return History(applied=tuple(_applied(row, own.get(row["version"])) for row in applied), progress=_progress(steps))


def _ask(connection: Connection, name: str) -> list[dict[str, Any]]:
    return rows(connection, load(PACKAGE, name))


def _applied_rows(connection: Connection, there: dict[str, Any]) -> list[dict[str, Any]]:
    if not there["supabase"]:
        return []
    complete = {"name", "statements"} <= set(there["columns"])
    return _ask(connection, "applied" if complete else "applied_versions_only")


def _applied(row: dict[str, Any], own: dict[str, Any] | None) -> Applied:
    # The stored statements are what really ran, whichever tool ran them; our own digest stands in for them.
    # An empty list is a file without a statement; NULL is a ledger that does not say.
    known = row["statements"] is not None
    digest = content_digest(";\n".join(row["statements"])) if known else (own or {}).get("content_digest", "")
    if own and own["content_digest"] != digest:
        # Reverted since, and applied again by another tool: who and when of our time would be wrong.
        own = None
    return Applied(
        version=row["version"],
        name=row["name"],
        digest=digest,
        applied_at=own["applied_at"].isoformat(timespec="seconds") if own else "",
        applied_by=own["applied_by"] if own else "",
    )


def _progress(steps: list[dict[str, Any]]) -> dict[str, Progress]:
    return {version: _of_steps(list(rows)) for version, rows in groupby(steps, key=itemgetter("version"))}


def _of_steps(steps: list[dict[str, Any]]) -> Progress:
    return Progress(
        steps={step["step"]: step["done"] for step in steps},
        digests={step["step"]: step["content_digest"] for step in steps},
        positions={step["step"]: step["position"] for step in steps if step["position"] and step["step"] > 0},
        rows={step["step"]: step["rows"] for step in steps if step["rows"] is not None},
        indexes={step["step"]: step["position"] for step in steps if step["position"] and step["step"] < 1},
    )
