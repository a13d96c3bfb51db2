"""Whether a rewrite shows every sender the same rows as before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.words import count
from seatrial.performance.policies.seen import rows_returned
from seatrial.performance.policies.sides import changed
from seatrial.pg.answer import digest
from seatrial.pg.explain import explained
from seatrial.pg.sending import sending

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.performance import Call, Sender
    from seatrial.performance.policies.suspicion import Suspicion
    from seatrial.pg.connection import Connection

__all__ = ["difference"]

#: Of each sender: how many rows, and what they come to.
Answers = list[tuple[int, str]]


def difference(connection: Connection, call: Call, found: Suspicion, *, time_limit: float) -> str:
    """Who gets other rows, in words; empty where nobody does.

    Of a policy all rows of its table are compared that a sender sees, as a query may show few of them; where that takes
    too long, or is not allowed, what the query returns.

    Args:
        connection: of a superuser, idle or in a transaction.
        call: that showed the fault.
        found: with the rewrite.
        time_limit: seconds for each answer.
    """

    def everything(sender: Sender) -> tuple[int, str]:
        with sending(connection, sender, time_limit=time_limit):
            return digest(connection, f"SELECT * FROM {found.policy.quoted}", ())  # noqa: S608 - quoted

    def own(query: str) -> Callable[[Sender], tuple[int, str]]:
        def answer(sender: Sender) -> tuple[int, str]:
            with sending(connection, sender, time_limit=time_limit):
                if call.query.writes:
                    return rows_returned(explained(connection, query, sender.params, run=True)["Plan"]), ""
                return digest(connection, query, sender.params)

        return answer

    query = call.query.sql
    ways = [] if found.query else [(everything, everything)]
    for before, after in (*ways, (own(query), own(found.query or query))):
        first = _answers(connection, call, (), before)
        then = _answers(connection, call, found.rewrite, after) if first else None
        if first and then:
            others = sum(one != other for one, other in zip(first, then, strict=True))
            verb = "gets" if others == 1 else "get"
            return f"not equal: {count(others, 'sender')} of {len(first)} {verb} other rows" if others else ""
    return "whether it shows the same rows could not be seen within the time"


def _answers(
    connection: Connection, call: Call, changes: tuple[str, ...], ask: Callable[[Sender], tuple[int, str]]
) -> Answers | None:
    """None where one of them takes too long, or is refused."""
    try:
        with changed(connection, changes):
            return [ask(sender) for sender in call.senders]
    except StatementFailed:
        return None
