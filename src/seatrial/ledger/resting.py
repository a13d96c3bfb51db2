"""Lets triggers and a forced row security of a table rest while its rows are put back as they were."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.sql.batch import CannotCut, cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["as_wished", "resting"]

#: SQLSTATE, of ours, for a table whose triggers cannot be switched off.
NOT_OURS = "ST008"


@contextmanager
def as_wished(connection: Connection, statement: Statement) -> Iterator[None]:
    """Around a statement that is executed in one piece: what `triggers=off` of its comment asks for.

    Raises:
        StatementFailed: the table belongs to another role.
    """
    batch = statement.batch
    try:
        parts = cut(statement.text, batch.key) if batch and batch.triggers_off else None
    except CannotCut:
        parts = None
    if parts is None:
        yield
        return
    with resting(connection, changed=parts.changed, met=parts.table):
        yield


@contextmanager
def resting(connection: Connection, *, changed: str, met: str) -> Iterator[None]:
    """In a transaction: no user trigger of the changed table fires, and the owner meets all rows.

    Afterwards each trigger is on as it was (always, on a replica, or usually). When the transaction fails, it is so
    because nothing has happened.

    Args:
        connection: inside of a transaction.
        changed: the table, as SQL names it, whose partitions are meant as well.
        met: another one that is read, whose row security spares its owner as well.

    Raises:
        StatementFailed: one of them belongs to another role, or is no table.
    """
    found = _found(connection, changed, met)
    if found:
        # Nobody may change a trigger between the look at it and what is done to it.
        for table, lock in sorted({one["table"]: one["lock"] for one in _by_strength(found)}.items()):
            execute_statement(connection, f"LOCK TABLE ONLY {table} IN {lock} MODE")
        found = _found(connection, changed, met)
    for one in found:
        execute_statement(connection, one["rest"])
    yield
    if found:
        # A table with events that wait for the COMMIT cannot be altered.
        execute_statement(connection, "SET CONSTRAINTS ALL IMMEDIATE")
    for one in reversed(found):
        execute_statement(connection, one["again"])


def _found(connection: Connection, changed: str, met: str) -> list[dict[str, Any]]:
    found = rows(connection, load("seatrial.ledger", "what_rests"), {"changed": changed, "met": met})
    for one in found:
        if one["fault"]:
            raise StatementFailed(
                f"triggers and row security of {one['table']} cannot rest: {one['fault']}", sqlstate=NOT_OURS,
                hint="Only the owner of a table may switch them off: deploy as that role, or leave out triggers=off",
            )  # fmt: skip
    return [one for one in found if one["rest"]]


def _by_strength(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The strongest lock of a table comes last."""
    return sorted(found, key=lambda one: one["lock"], reverse=True)
