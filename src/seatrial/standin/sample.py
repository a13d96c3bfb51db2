"""Rows of the target on its stand-in, when somebody has asked for them: some of each table, and their parents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.standin import NotCarried
from seatrial.pg.connection import execute, rows
from seatrial.pg.copying import copy_rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seatrial.pg.connection import Connection

__all__ = ["take_sample"]

PACKAGE = "seatrial.standin"
#: Parents that are asked for at once.
BATCH = 500


def take_sample(target: Connection, scratch: Connection, tables: Sequence[str], number: int) -> tuple[NotCarried, ...]:
    """Copy up to so many rows of each table, and every row that these refer to.

    Args:
        target: outside a transaction; one is opened that only reads, and waits for no lock.
        scratch: of a superuser, to the stand-in.
        tables: quoted and qualified.
        number: of rows.

    Returns:
        The tables whose rows could not be had; never with a value.
    """
    execute(scratch, "SET session_replication_role = replica")
    left: list[NotCarried] = []
    with target.transaction():
        execute(
            target,
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; "
            "SET LOCAL lock_timeout = '100ms'; SET LOCAL statement_timeout = '30s'; SET LOCAL row_security = off",
        )
        # All samples first: a row that came along as a parent would stand in the way of its table's own.
        for table in tables:
            left += _tried(target, table, partial(_copy, target, scratch, table, f"LIMIT {int(number)}"))
        for table in tables:
            left += _tried(target, table, partial(_with_parents, target, scratch, table))
    execute(scratch, "RESET session_replication_role")
    return tuple(left)


def _tried(target: Connection, table: str, work: Callable[[], None]) -> list[NotCarried]:
    try:
        with target.transaction():
            work()
    except StatementFailed as error:
        return [NotCarried(what=f"rows of {table}", why=f"they could not be copied ({error.sqlstate})")]
    return []


def _with_parents(target: Connection, scratch: Connection, table: str) -> None:
    waiting = [table]
    while waiting:
        for parent, columns, keys in _missing(scratch, waiting.pop()):
            for at in range(0, len(keys), BATCH):
                _copy(target, scratch, parent, f"WHERE ({columns}) IN ({', '.join(keys[at : at + BATCH])})")
            waiting.append(parent)


def _missing(scratch: Connection, table: str) -> Iterator[tuple[str, str, list[str]]]:
    for key in rows(scratch, load(PACKAGE, "sampled_keys"), {"table": table}):
        # Composed by the server, of names that it quoted.
        found = [row[0] for row in scratch.execute(key["missing"].encode()).fetchall()]
        if found:
            yield key["parent"], key["parent_columns"], found


def _copy(target: Connection, scratch: Connection, table: str, which: str) -> None:
    [found] = rows(scratch, load(PACKAGE, "sampled_columns"), {"table": table})
    columns = found["columns"]
    if columns:
        query = f"SELECT {columns} FROM {table} {which}"  # noqa: S608 - quoted by the server
        copy_rows(target, query, scratch, table, columns)
