"""A session in which one statement after the other is tried as some kind of user, each on the same rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.pg.attempt import Attempt, attempt
from seatrial.pg.statement import execute_statement
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.isolation import Kind
    from seatrial.pg.connection import Connection

__all__ = ["TIME_LIMIT", "Session", "as_kind"]

#: Milliseconds for one attempt: a function that never ends has to end at some time.
TIME_LIMIT = 3000
#: What keeps triggers and foreign keys from having a say while we prepare something.
QUIET = "SET LOCAL session_replication_role = replica"
LOUD = "SET LOCAL session_replication_role = origin"


class Session:
    """One transaction that is never committed; each attempt begins where the transaction began."""

    def __init__(self, connection: Connection, gateway: str = "") -> None:
        """Begin.

        Args:
            connection: of a superuser of a scratch, idle, in autocommit mode.
            gateway: the role that logs in for everybody (`authenticator`); empty where users' roles log in.
        """
        self.connection = connection
        self._gateway = gateway
        execute_statement(
            connection, f"BEGIN; SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL statement_timeout = {TIME_LIMIT}; "
            "SET LOCAL lock_timeout = 1000; SAVEPOINT attack",
        )  # fmt: skip

    def close(self) -> None:
        """Leave nothing behind."""
        execute_statement(self.connection, "ROLLBACK")

    def attempt(self, kind: Kind, statement: str, *, before: Iterable[str] = (), quiet: bool = False) -> Attempt:
        """Try a statement as a kind of user, on the rows as they were seeded.

        Args:
            kind: who.
            statement: one statement.
            before: single statements that a superuser runs first, without triggers and foreign keys.
            quiet: the attempt itself, too, meets no trigger and no foreign key.
        """
        prepared = [QUIET, *before, LOUD] if (before := list(before)) else []
        lead = ["ROLLBACK TO SAVEPOINT attack", *prepared, *([QUIET] if quiet else []), *as_kind(kind, self._gateway)]
        return attempt(self.connection, lead, statement)

    def again(self, kind: Kind, statement: str) -> Attempt:
        """Try another one in the state that the last one left, which must have worked."""
        return attempt(self.connection, as_kind(kind, self._gateway), statement)

    def look(self, query: str) -> tuple[tuple[str | None, ...], ...]:
        """Ask as a superuser about the state that the last attempt left, which must have worked."""
        return attempt(self.connection, ["SET LOCAL SESSION AUTHORIZATION DEFAULT"], query).rows

    def renew(self) -> None:
        """Back to the rows as they were seeded; a superuser speaks."""
        execute_statement(self.connection, "ROLLBACK TO SAVEPOINT attack; SET LOCAL SESSION AUTHORIZATION DEFAULT")


def as_kind(kind: Kind, gateway: str = "") -> list[str]:
    """The statements that make a session of a superuser one of a kind of user, until the transaction ends."""
    return [*_identity(kind, gateway), *(f"SET LOCAL {_quoted(name)} = {literal(value)}" for name, value in _settings(kind))]


def _identity(kind: Kind, gateway: str) -> list[str]:
    role = _quoted(kind.role)
    return [f"SET LOCAL SESSION AUTHORIZATION {_quoted(gateway) if gateway else role}", f"SET LOCAL ROLE {role}"]


def _settings(kind: Kind) -> Iterator[tuple[str, str]]:
    """As PostgREST and applications make them; the claims are those of nobody where there is no user."""
    yield "request.jwt.claims", json.dumps(kind.claims) if kind.claims else ""
    yield from kind.settings.items()


def _quoted(name: str) -> str:
    """Every part in quotes: `"request"."jwt"."claims"`."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))
