"""Sends what an application sends: inside a transaction of its own, as a role with claims, and nothing of it stays."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg import sql
from psycopg.pq import TransactionStatus

from seatrial.pg.connection import execute
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.performance import Sender
    from seatrial.pg.connection import Connection

__all__ = ["sending"]


@contextmanager
def sending(connection: Connection, sender: Sender, *, time_limit: float) -> Iterator[None]:
    """Until the end of the block the connection is the sender's; then everything is rolled back, whatever happened.

    Args:
        connection: of somebody who may take the role; in a transaction whose changes are to be seen, or idle.
        sender: who sends.
        time_limit: seconds for each statement.
    """
    settings = {
        "statement_timeout": str(round(time_limit * 1000)), "request.jwt.claims": json.dumps(sender.claims),
        **sender.settings,
    }  # fmt: skip
    given = [
        sql.SQL("SELECT pg_catalog.set_config({}, {}, true)").format(name, value) for name, value in settings.items()
    ]
    role = sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(sender.role))
    is_nested = connection.info.transaction_status is TransactionStatus.INTRANS
    begin = sql.SQL("SAVEPOINT seatrial_sending" if is_nested else "BEGIN")
    try:
        # In one message: a query that takes a tenth of a millisecond is sent hundreds of times.
        execute(connection, sql.SQL("; ").join([begin, *given, role]))
        yield
    finally:
        end = "ROLLBACK TO seatrial_sending; RELEASE seatrial_sending" if is_nested else "ROLLBACK"
        execute_statement(connection, end)
