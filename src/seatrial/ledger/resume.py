"""What a stand-alone statement left behind when it was cut off, and what to do before it runs again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.index import drop_index_concurrently
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from seatrial.model.migration import Step
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["clear_way", "was_undone"]


def clear_way(connection: Connection, statement: Statement, *, begun_before: bool) -> bool:
    """Prepare for a stand-alone statement; True when there is nothing left for it to do.

    An index that CREATE INDEX CONCURRENTLY left INVALID is dropped, as IF NOT EXISTS would be content with it.
    One that is valid after an earlier begin was finished by it, though nobody lived to say so.
    """
    if not statement.index:
        return False
    found = rows(connection, load("seatrial.ledger", "index_state"), {"name": statement.index})
    if statement.node != "index_stmt":
        return begun_before and not found
    if found and not found[0]["valid"]:
        drop_index_concurrently(connection, statement.index)
        return False
    return begun_before and bool(found)


def was_undone(connection: Connection, step: Step) -> bool:
    """Whether the index that a finished step made is gone again, or unusable: a person or another tool was here."""
    if not step.standalone or not step.statements[0].index or step.statements[0].node != "index_stmt":
        return False
    found = rows(connection, load("seatrial.ledger", "index_state"), {"name": step.statements[0].index})
    return not found or not found[0]["valid"]
