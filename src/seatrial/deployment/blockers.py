"""Who would keep a step waiting, with everybody behind it: found before it is tried, sent away where allowed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.blocker import Blocker
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.sql.without_values import without_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.plan import PlannedLock
    from seatrial.pg.connection import Connection

__all__ = ["BRIEF_SECONDS", "blockers_of", "named", "older_than", "send_away", "step_aside"]

#: What is younger is gone before anybody would notice that it was waited for.
BRIEF_SECONDS = 1.0
#: A session that does nothing cannot be cancelled, only ended.
DOES_NOTHING = "idle in transaction"
PACKAGE = "seatrial.deployment"


def blockers_of(connection: Connection, locks: Sequence[PlannedLock], *, builds_index: bool = False) -> list[Blocker]:
    """Those whose transactions are older than a moment, the oldest first.

    Args:
        connection: idle.
        locks: what the step will take; nobody is in the way of one that takes none.
        builds_index: whether it is an index that is built CONCURRENTLY, which waits for every older transaction.
    """
    query = "older_snapshots" if builds_index else "blockers"
    wanted = json.dumps([[lock.relation, lock.mode] for lock in locks])
    found = rows(connection, load(PACKAGE, query), {"locks": wanted}) if locks or builds_index else []
    return [one for one in map(_blocker, found) if one.age is not None and one.age > BRIEF_SECONDS]


def named(connection: Connection, pids: Sequence[int]) -> list[Blocker]:
    """Sessions by their process numbers."""
    return [_blocker(row) for row in rows(connection, load(PACKAGE, "blocking"), {"pids": list(pids)})]


def older_than(seconds: float | None, found: Sequence[Blocker]) -> list[Blocker]:
    """Those of them who may be sent away; None allows nobody to be."""
    return [one for one in found if seconds is not None and one.age is not None and one.age > seconds]


def send_away(connection: Connection, blocker: Blocker) -> tuple[str, ...]:
    """Cancel what it does, or end it where it does nothing; what came of it, in lines."""
    who, *query, end = blocker.lines
    if blocker.kind == "prepared":
        return f"not cancelled: only ROLLBACK PREPARED ends {who}", *query, end
    is_idle = blocker.state.startswith(DOES_NOTHING)
    try:
        if is_idle:
            rows(connection, "SELECT pg_terminate_backend(%(pid)s) AS sent", {"pid": blocker.pid})
        else:
            rows(connection, "SELECT pg_cancel_backend(%(pid)s) AS sent", {"pid": blocker.pid})
    except StatementFailed as error:
        return f"not cancelled ({error.what}): {who}", *query, end
    return f"{'ended' if is_idle else 'cancelled'}: {who}", *query


def step_aside(connection: Connection, locks: Sequence[PlannedLock]) -> None:
    """Have a routine autovacuum give way: it does for whoever has waited for deadlock_timeout.

    The lock that is asked for conflicts with it and keeps neither readers nor writers waiting.
    """
    for lock in locks:
        try:
            execute_statement(connection, "BEGIN; SET LOCAL lock_timeout = '3s'; SET LOCAL client_min_messages = error")
            execute_statement(connection, f"LOCK TABLE ONLY {lock.relation} IN SHARE UPDATE EXCLUSIVE MODE")
        except StatementFailed:
            # Not ours to lock, gone, or an autovacuum that does not give way: the try itself will tell.
            continue
        finally:
            execute_statement(connection, "ROLLBACK")


def _blocker(row: dict[str, object]) -> Blocker:
    return Blocker(**{**row, "query": without_values(str(row["query"]))})  # type: ignore[arg-type]
