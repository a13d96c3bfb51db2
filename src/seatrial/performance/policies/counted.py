"""One run of a call in which the calls of functions are counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.performance.policies.sides import is_too_slow
from seatrial.pg.connection import execute, rows
from seatrial.pg.explain import explained
from seatrial.pg.queries import load
from seatrial.pg.sending import sending

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.performance import Call
    from seatrial.pg.connection import Connection

__all__ = ["Counted", "counted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was seen."""

    #: Without rows and loops where it did not end.
    plan: Mapping[str, Any]
    #: How often each function was called, by qualified name; what was inlined, or is PostgreSQL's own, is not there.
    calls: Mapping[str, int]
    ended: bool


def counted(connection: Connection, call: Call, *, time_limit: float) -> Counted:
    """Run it as the first sender, in one process, as calls in others are not counted.

    Args:
        connection: of a superuser, idle or in a transaction.
        call: what is asked, and by whom.
        time_limit: seconds; what has been counted until then counts.
    """
    query, sender, ended = call.query.sql, call.senders[0], True
    with connection.transaction(force_rollback=True):
        execute(connection, "SET LOCAL track_functions = 'all'; SET LOCAL max_parallel_workers_per_gather = 0")
        # What earlier transactions have not reported yet is among the figures.
        before = _calls(connection)
        try:
            with sending(connection, sender, time_limit=time_limit):
                found = explained(connection, query, sender.params, run=True)
        except StatementFailed as error:
            if not is_too_slow(error):
                raise
            ended = False
            with sending(connection, sender, time_limit=time_limit):
                found = explained(connection, query, sender.params, run=False)
        after = _calls(connection)
    calls = {name: number - before.get(name, 0) for name, number in after.items()}
    return Counted(plan=found["Plan"], calls=calls, ended=ended)


def _calls(connection: Connection) -> dict[str, int]:
    found = rows(connection, load("seatrial.performance.policies", "calls"))
    return {row["name"]: int(row["calls"]) for row in found}
