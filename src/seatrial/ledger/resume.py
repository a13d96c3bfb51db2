"""What a stand-alone statement left behind when it was cut off, and what to do before it runs again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.model.migration import StepKind
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.pg.step import session_of
from seatrial.sql.ahead import concurrently, plain_indexes
from seatrial.sql.made_index import index_made, wanted_index
from seatrial.sql.maintained import detached, reindexed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.migration import Step
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["clear_way", "drop_invalid", "half_made", "was_undone"]

PACKAGE = "seatrial.ledger"
#: SQLSTATE of a name that is taken.
TAKEN = "42P07"


def half_made(connection: Connection) -> tuple[str, ...]:
    """Everything in the database that a stand-alone statement was cut off in: `index public.a (INVALID)`."""
    return tuple(row["what"] for row in rows(connection, load(PACKAGE, "half_made")))


def clear_way(connection: Connection, step: Step, *, begun_before: bool) -> bool:
    """Prepare for a stand-alone statement; True when there is nothing left for it to do.

    An index that CREATE INDEX CONCURRENTLY left INVALID is dropped, as IF NOT EXISTS would be content with it; one
    that is valid after an earlier begin was finished by it, though nobody lived to say so. What a REINDEX that was
    begun left beside the indexes is dropped, and a partition that is half detached is detached.

    Raises:
        StatementFailed: something else has the name of the index, and IF NOT EXISTS would be content with it.
    """
    statement = step.statements[0]
    if step.kind is StepKind.AHEAD:
        return _clear_way_ahead(connection, statement, begun_before=begun_before)
    with session_of(connection, step):
        match statement.node:
            case "index_stmt" if statement.index:
                found = _index(connection, statement.index)
                _refuse_other(connection, statement, found)
                if found and not found["valid"]:
                    _drop(connection, found["name"])
                return begun_before and bool(found and found["valid"])
            case "drop_stmt" if statement.index:
                return begun_before and _index(connection, statement.index) is None
            case "reindex_stmt" if begun_before:
                _drop_leftovers(connection, statement)
                return False
            case "alter_table_stmt" if begun_before:
                return _is_detached(connection, statement)
            case _:
                return False


def drop_invalid(connection: Connection, name: str) -> bool:
    """Drop the index of that name where nobody can use it; True when there was one.

    Raises:
        StatementFailed: the server refused.
    """
    found = _index(connection, name)
    invalid = bool(found and not found["valid"])
    if found and invalid:
        _drop(connection, found["name"])
    return invalid


def was_undone(connection: Connection, step: Step) -> bool:
    """Whether the index that a finished step made is gone again, or unusable: a person or another tool was here."""
    if not step.standalone or not step.statements[0].index or step.statements[0].node != "index_stmt":
        return False
    # The name is looked up as the statement would: on the search path that the file has set by then.
    with session_of(connection, step):
        found = _index(connection, step.statements[0].index)
    return not (found and found["valid"])


def _clear_way_ahead(connection: Connection, statement: Statement, *, begun_before: bool) -> bool:
    """What is there must be what the file's own IF NOT EXISTS may find, or a part of it that we left."""
    with translated(connection), connection.transaction():
        # The statement's text was written on an empty path.
        execute(connection, "SET LOCAL search_path = ''")
        found = _index(connection, statement.index)
        other = found is None and rows(connection, "SELECT to_regclass(%s) AS oid", [statement.index])[0]["oid"]
    if other:
        raise _taken(statement, "something that is no index")
    if found is None:
        return False
    [wanted] = plain_indexes(statement.text.replace(" CONCURRENTLY", "", 1))
    if found["on_table"] != wanted.table:
        raise _taken(statement, f"an index of {found['on_table']}")
    if not found["valid"]:
        _drop(connection, found["name"])
        return False
    # One that we began ourselves is ours, even where this server spells it otherwise than the one of the rehearsal.
    if not begun_before and concurrently(found["definition"]) != statement.text:
        raise _taken(statement, f"another index ({found['definition']})")
    return True


def _refuse_other(connection: Connection, statement: Statement, found: Mapping[str, Any] | None) -> None:
    """Of an author's own statement; how the server spells an expression says nothing, so only columns are compared."""
    wanted = wanted_index(statement.text)
    if wanted is None:
        return
    taken = rows(connection, load(PACKAGE, "name_taken"), {"name": statement.index, "table": wanted.table})
    if not taken:
        return
    if found is None:
        raise _taken(statement, "something that is no index")
    if not taken[0]["of_table"]:
        raise _taken(statement, f"an index of {found['on_table']}")
    made = index_made(found["definition"])
    if found["valid"] and made and not wanted.may_be(made):
        raise _taken(statement, f"another index ({found['definition']})")


def _taken(statement: Statement, what: str) -> StatementFailed:
    return StatementFailed(
        f"the name {statement.index} is taken by {what}", sqlstate=TAKEN,
        detail="The file's IF NOT EXISTS would be content with it.",
        hint=f"The release wants {' '.join(statement.text.split())}."
        " Rename or drop what is there, then rehearse again.",
    )  # fmt: skip


def _index(connection: Connection, name: str) -> Mapping[str, Any] | None:
    found = rows(connection, load(PACKAGE, "index_state"), {"name": name})
    return found[0] if found else None


def _drop(connection: Connection, name: str) -> None:
    """An index by the name that the server gave; writers go on."""
    execute_statement(connection, f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def _drop_leftovers(connection: Connection, statement: Statement) -> None:
    named = reindexed(statement.text)
    if named is None:
        return
    for row in rows(connection, load(PACKAGE, "rebuilt_leftovers"), {"kind": named.kind, "name": named.name}):
        _drop(connection, row["name"])


def _is_detached(connection: Connection, statement: Statement) -> bool:
    """Whether DETACH PARTITION CONCURRENTLY has nothing left to do; what it was cut off in is ended here."""
    named = detached(statement.text)
    if named is None:
        return False
    found = rows(connection, load(PACKAGE, "partition_state"), {"parent": named.parent, "partition": named.partition})
    if found and found[0]["pending"]:
        execute_statement(connection, found[0]["finalize"])
    return not found or bool(found[0]["pending"])
