"""Speaks to the database as one of its users, the way the REST layer does."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg import sql

from seatrial.pg.connection import execute
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

__all__ = ["impersonating"]


@contextmanager
def impersonating(connection: Connection, role: str, claims: str) -> Iterator[None]:
    """Inside a transaction: take a role and its JWT claims (a JSON object as text), and give them back.

    After a failed statement there is nothing to give back: rolling back to the savepoint does it.
    """
    execute(
        connection,
        sql.SQL("SET LOCAL ROLE {}; SET LOCAL request.jwt.claims = {}").format(
            sql.Identifier(role), sql.Literal(claims)
        ),
    )
    yield
    execute_statement(connection, "RESET ROLE; SET LOCAL request.jwt.claims = ''")
