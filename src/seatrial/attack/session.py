"""A session in which one statement after the other is tried as some kind of user, each on the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.pg.attempt import Attempt, attempt
from seatrial.pg.statement import execute_statement
from seatrial.tenants.identity import as_kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.isolation import Kind
    from seatrial.pg.connection import Connection

__all__ = ["TIME_LIMIT", "Session", "as_kind"]

#: Milliseconds for one attempt: a function that never ends has to end at some time.
TIME_LIMIT = 3000
#: What keeps triggers and foreign keys from having a say while we prepare something.
QUIET = "SET LOCAL session_replication_role = replica"
LOUD = "SET LOCAL session_replication_role = origin"
#: How a session begins and ends in a transaction that goes on.
INSIDE = ("SAVEPOINT outside", "ROLLBACK TO SAVEPOINT outside; RELEASE SAVEPOINT outside")


class Session:
    """One transaction that is never committed; each attempt begins where the transaction began."""

    def __init__(self, connection: Connection, gateway: str = "", *, inside: bool = False) -> None:
        """Begin.

        Args:
            connection: of a superuser of a scratch, idle, in autocommit mode.
            gateway: the role that logs in for everybody (`authenticator`); empty where users' roles log in.
            inside: the connection is in a transaction of somebody else's, and what that has changed is attacked.
        """
        self.connection = connection
        self.gateway = gateway
        begin, self._end = INSIDE if inside else ("BEGIN", "ROLLBACK")
        execute_statement(
            connection, f"{begin}; SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL statement_timeout = {TIME_LIMIT}; "
            "SET LOCAL lock_timeout = 1000; SAVEPOINT attack",
        )  # fmt: skip

    def close(self) -> None:
        """Leave nothing behind."""
        execute_statement(self.connection, self._end)

    def attempt(self, kind: Kind, statement: str, *, before: Iterable[str] = (), quiet: bool = False) -> Attempt:
        """Try a statement as a kind of user, on the rows as they were seeded.

        Args:
            kind: who.
            statement: one statement.
            before: single statements that a superuser runs first, without triggers and foreign keys.
            quiet: the attempt itself, too, meets no trigger and no foreign key.
        """
        prepared = [QUIET, *before, LOUD] if (before := list(before)) else []
        lead = ["ROLLBACK TO SAVEPOINT attack", *prepared, *([QUIET] if quiet else []), *self.become(kind)]
        return attempt(self.connection, lead, statement)

    def become(self, kind: Kind) -> list[str]:
        """The statements that make the session one of a kind of user."""
        return as_kind(kind, self.gateway)

    def again(self, kind: Kind, statement: str) -> Attempt:
        """Try another one in the state that the last one left, which must have worked; so may the next."""
        answer = attempt(self.connection, ["SAVEPOINT again", *as_kind(kind, self.gateway)], statement)
        if not answer.worked:
            execute_statement(self.connection, "ROLLBACK TO SAVEPOINT again")
        return answer

    def look(self, query: str) -> tuple[tuple[str | None, ...], ...]:
        """Ask as a superuser about the state that the last attempt left, which must have worked."""
        return attempt(self.connection, ["SET LOCAL SESSION AUTHORIZATION DEFAULT"], query).rows

    def renew(self) -> None:
        """Back to the rows as they were seeded; a superuser speaks."""
        execute_statement(self.connection, "ROLLBACK TO SAVEPOINT attack; SET LOCAL SESSION AUTHORIZATION DEFAULT")
