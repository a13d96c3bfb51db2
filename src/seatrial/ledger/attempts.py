"""Each try of a deployment, in the target's ledger; what is written here never makes a deployment fail."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from seatrial import __version__
from seatrial.errors import SeatrialError, StatementFailed
from seatrial.ledger.read import PATIENCE, present, unreadable
from seatrial.model.attempt import Attempt, AttemptEnd, Origin, PastAttempt, Result, release_digest, told
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.project.origin import origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.migration import Migration
    from seatrial.pg.connection import Connection

PACKAGE = "seatrial.ledger"
#: Somebody may hold the table, or a replica may be gone, and a deployment does not wait for its history.
LIMITS = "SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '5s'; SET LOCAL synchronous_commit = local"

__all__ = ["attempt_of", "begin", "end", "read_attempts"]


def attempt_of(migrations: Sequence[Migration], *, plan: str = "", command: str = "deploy") -> Attempt:
    """A try of this process.

    Args:
        migrations: what is pending, in order.
        plan: digest of the plan that is deployed; empty where there was no rehearsal.
        command: what it is a try of.
    """
    return Attempt(
        origin=origin(), tool=f"seatrial {__version__}", command=command, plan=plan,
        release=release_digest(migrations), planned=tuple(one.version for one in migrations),
    )  # fmt: skip


def begin(connection: Connection, attempt: Attempt) -> int:
    """Write down that a try begins.

    Args:
        connection: of the deploying role, in autocommit mode, outside a transaction.
        attempt: what is known of it.

    Returns:
        Its number; 0 where it could not be written, which is no reason not to deploy.
    """
    here = attempt.origin
    values = {
        "os_user": here.user, "host": here.host, "process": here.process, "ci_run": here.run,
        "tool": attempt.tool, "command": attempt.command, "plan_digest": attempt.plan,
        "content_digest": attempt.release, "planned": list(attempt.planned),
    }  # fmt: skip
    with suppress(SeatrialError), translated(connection), connection.transaction():
        execute(connection, LIMITS)
        [row] = rows(connection, load(PACKAGE, "begin_attempt"), values)
        return int(row["id"])
    return 0


def end(connection: Connection, number: int, ended: AttemptEnd) -> None:
    """Write down how a try ended; where the connection is lost, it stays open.

    Args:
        connection: any of the deploying role, in autocommit mode, outside a transaction.
        number: what `begin` returned.
        ended: how.
    """
    values = {
        "id": number, "result": str(ended.result), "applied": list(ended.applied), "seconds": ended.seconds,
        "longest_wait": ended.longest_wait, "tries": ended.tries, "error": ended.error,
    }  # fmt: skip
    if not number or connection.closed:
        return
    with suppress(SeatrialError), translated(connection), connection.transaction():
        execute(connection, LIMITS)
        execute(connection, load(PACKAGE, "end_attempt"), values)


def read_attempts(connection: Connection, last: int | None = None) -> tuple[PastAttempt, ...]:
    """The tries on a target, newest first; none where there is no ledger. Reads only.

    Args:
        connection: to the target.
        last: how many at most; all of them by default.

    Raises:
        CannotRun: there is a ledger, and it cannot be read.
    """
    try:
        with translated(connection), connection.transaction():
            execute(connection, f"SET LOCAL lock_timeout = '{PATIENCE}'")
            if not present(connection)["attempts"]:
                return ()
            found = rows(connection, load(PACKAGE, "attempts"), {"last": last})
    except StatementFailed as error:
        raise unreadable(connection, error) from None
    try:
        return told([_past(row) for row in found])
    except ValueError as error:
        # A newer Seatrial may know endings that this one does not.
        raise unreadable(connection, StatementFailed(str(error), sqlstate="")) from None


def _past(row: dict[str, Any]) -> PastAttempt:
    result = Result(row["result"])
    return PastAttempt(
        id=row["id"],
        started_at=row["started_at"].isoformat(timespec="seconds"),
        deployed_by=row["deployed_by"],
        client=row["client"],
        attempt=Attempt(
            origin=Origin(user=row["os_user"], host=row["host"], process=row["process"], run=row["ci_run"]),
            tool=row["tool"], command=row["command"], plan=row["plan_digest"], release=row["content_digest"],
            planned=tuple(row["planned"]),
        ),
        ended_at=row["ended_at"].isoformat(timespec="seconds") if row["ended_at"] else "",
        end=_end(row, result) if row["ended_at"] else None,
        result=result,
    )  # fmt: skip


def _end(row: dict[str, Any], result: Result) -> AttemptEnd:
    return AttemptEnd(
        result=result, seconds=row["seconds"], applied=tuple(row["applied"]), longest_wait=row["longest_wait"],
        tries=row["tries"], error=row["error"],
    )  # fmt: skip
