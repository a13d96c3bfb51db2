"""A database with notes of many organizations, and calls that members make."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.model.performance import Call, Sender
from seatrial.model.workload import WorkloadQuery, WorkloadTiming
from seatrial.performance.run import observe
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script, execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

SCHEMA = Path(__file__).with_name("notes.sql")


@contextmanager
def notes(dsn: str, server: Server) -> Iterator[Connection]:
    """A superuser in it."""
    with connect(dsn) as connection:
        name = connection.info.dbname
    with server.superuser(name) as connection:
        execute_script(connection, SCHEMA.read_text(encoding="utf-8"))
        execute_statement(connection, "ANALYZE")
        yield connection


def asked(sql: str, *params: str | float, name: str = "recent") -> Call:
    """A query, as two members ask it."""
    query = WorkloadQuery(name=name, role="authenticated", claims={}, sql=sql)
    senders = tuple(Sender(role="authenticated", claims={"sub": user}, params=params) for user in ("3", "4"))
    return Call(query=query, caller="member", senders=senders)


def timed(connection: Connection, *calls: Call) -> list[WorkloadTiming]:
    """Each call after the release."""
    found = [(call, observe(connection, call)) for call in calls]
    return [
        WorkloadTiming(query=call.query, before=one, after=one, tables=(), server="", caller=call.caller)
        for call, one in found
    ]
