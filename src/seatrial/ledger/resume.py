"""What a stand-alone statement left behind when it was cut off, and what to do before it runs again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.index import drop_index_concurrently
from seatrial.pg.queries import load
from seatrial.pg.step import session_of

if TYPE_CHECKING:
    from seatrial.model.migration import Step
    from seatrial.pg.connection import Connection

__all__ = ["clear_way", "half_made", "was_undone"]


def half_made(connection: Connection) -> tuple[str, ...]:
    """Everything in the database that a stand-alone statement was cut off in: `index public.a (INVALID)`."""
    return tuple(row["what"] for row in rows(connection, load("seatrial.ledger", "half_made")))


def clear_way(connection: Connection, step: Step, *, begun_before: bool) -> bool:
    """Prepare for a stand-alone statement; True when there is nothing left for it to do.

    An index that CREATE INDEX CONCURRENTLY left INVALID is dropped, as IF NOT EXISTS would be content with it.
    One that is valid after an earlier begin was finished by it, though nobody lived to say so.
    """
    statement = step.statements[0]
    if not statement.index:
        return False
    valid = _is_valid(connection, step)
    if statement.node != "index_stmt":
        return begun_before and valid is None
    if valid is False:
        with session_of(connection, step):
            drop_index_concurrently(connection, statement.index)
    return begun_before and valid is True


def was_undone(connection: Connection, step: Step) -> bool:
    """Whether the index that a finished step made is gone again, or unusable: a person or another tool was here."""
    if not step.standalone or not step.statements[0].index or step.statements[0].node != "index_stmt":
        return False
    return not _is_valid(connection, step)


def _is_valid(connection: Connection, step: Step) -> bool | None:
    """Whether the index of a stand-alone statement can be used; None when there is none of its name.

    The name is looked up as the statement would: on the search path that the file has set by then.
    """
    with session_of(connection, step):
        found = rows(connection, load("seatrial.ledger", "index_state"), {"name": step.statements[0].index})
    return bool(found[0]["valid"]) if found else None
