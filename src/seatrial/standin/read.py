"""Takes a picture of a target: catalogs, the ledger and the planner's statistics, all of one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

from seatrial.catalog import read as catalog
from seatrial.errors import CannotRun, StatementFailed
from seatrial.model.standin import ColumnStatistics, NotCarried, Picture, RelationStatistics, TableSize
from seatrial.pg.connection import execute, place, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.standin.definitions import read_definitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seatrial.pg.connection import Connection

__all__ = ["LEDGER", "read_target"]

PACKAGE = "seatrial.standin"
#: To find out how a view is defined, the server takes the lock of a reader for a moment. Whoever changes the view has
#: the right of way, and nobody queues behind us for long.
BEGIN: LiteralString = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; "
    "SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '30s'; SET LOCAL row_security = off; "
    "SET LOCAL max_parallel_workers_per_gather = 0"
)
#: How to read each table that a ledger may have.
LEDGER: dict[str, LiteralString] = {
    "supabase_migrations.schema_migrations": (
        "SELECT m::text AS row FROM supabase_migrations.schema_migrations AS m ORDER BY m.version"
    ),
    "seatrial.migrations": "SELECT m::text AS row FROM seatrial.migrations AS m ORDER BY m.version",
    "seatrial.steps": "SELECT s::text AS row FROM seatrial.steps AS s ORDER BY s.version, s.step",
    "seatrial.archive": "SELECT a::text AS row FROM seatrial.archive AS a ORDER BY a.id",
}
#: SQLSTATE of a lock that was not to be had, and of a statement that took too long.
BUSY = frozenset({"55P03", "57014"})
IDENTIFYING = frozenset({"schema", "table", "column", "inherited"})


def read_target(connection: Connection, *, values: bool = True) -> Picture:
    """A picture of the database that a connection leads to; one short transaction that only reads.

    Args:
        connection: outside a transaction; its role need not be more than the one that deploys.
        values: whether statistics keep the sample values in them.

    Raises:
        CannotRun: somebody holds a lock that the catalogs cannot be read through, or it took too long.
        ConnectionLost: the server went away; there is no picture then.
    """
    try:
        with translated(connection), connection.transaction():
            execute(connection, BEGIN)
            return _picture(connection, values=values)
    except StatementFailed as error:
        raise CannotRun(
            "standin.unreadable",
            "the target's catalogs cannot be read now",
            where=place(connection),
            why=error.what,
            fix="wait until whoever changes its schema is done, then run the command again"
            if error.sqlstate in BUSY
            else "log in as the role that deploys",
        ) from None


def _picture(connection: Connection, *, values: bool) -> Picture:
    definitions, left = read_definitions(connection)
    [target] = rows(connection, load(PACKAGE, "target"))
    ledger = {name: tuple(row["row"] for row in rows(connection, LEDGER[name])) for name in target["readable"]}
    relations = rows(connection, load(PACKAGE, "relation_statistics"))
    columns = rows(connection, load(PACKAGE, "column_statistics", connection.info.server_version), {"values": values})
    return Picture(
        server_version=connection.info.server_version,
        role=target["role"],
        database=target["database"],
        catalog=catalog.read(connection),
        definitions=definitions,
        ledger=ledger,
        relation_statistics=tuple(map(_relation, relations)),
        column_statistics=tuple(map(_column, columns)),
        sizes={row["quoted"]: _size(row) for row in relations if not row["is_index"]},
        left=(*left, *_unreadable(target, relations)),
        planner_settings={row["name"]: row["value"] for row in rows(connection, load(PACKAGE, "planner_settings"))},
    )


def _unreadable(target: Mapping[str, Any], relations: Iterable[Mapping[str, Any]]) -> list[NotCarried]:
    why = f"{target['role']} may not read all of it"
    hidden = [f"statistics of {row['quoted']}" for row in relations if row["is_hidden"]]
    ledgers = [f"ledger {name}" for name in target["ledger"] if name not in target["readable"]]
    found = [NotCarried(what=what, why=why) for what in (*ledgers, *hidden)]
    if target["has_extended"]:
        why = "no server before PostgreSQL 19 can take them over"
        found.append(NotCarried(what="values of extended statistics objects", why=why))
    return found


def _relation(row: Mapping[str, Any]) -> RelationStatistics:
    return RelationStatistics(
        schema=row["schema"],
        name=row["name"],
        pages=row["pages"],
        rows=row["rows"],
        all_visible=row["all_visible"],
        bytes=row["length"],
    )


def _column(row: Mapping[str, Any]) -> ColumnStatistics:
    return ColumnStatistics(
        schema=row["schema"],
        table=row["table"],
        column=row["column"],
        inherited=row["inherited"],
        facts={name: text for name, text in row.items() if name not in IDENTIFYING and text is not None},
    )


def _size(row: Mapping[str, Any]) -> TableSize:
    return TableSize(rows=None if row["rows"] < 0 else row["rows"], bytes=row["bytes"], pages=row["pages"])
