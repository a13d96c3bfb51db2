"""The release with its tables full: the same rows each time, made by the server from their numbers."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.pg.connection import Connection, connect, rows
from seatrial.pg.statement import execute_script, execute_statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.scratch.server import Server

__all__ = ["MIGRATIONS", "Data", "digests", "fill", "text"]

HERE = Path(__file__).parent
MIGRATIONS = HERE.parents[1] / "supabase" / "migrations"
#: For the load; what is measured has the server's own settings.
LOADING = "set maintenance_work_mem = '512MB'; set synchronous_commit = off; set session_replication_role = replica"


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A database with the release in it, and what filling it took."""

    organizations: int
    #: Seconds: of each file of rows, `keys and indexes`, `vacuum`.
    seconds: Mapping[str, float]
    #: Table → rows.
    rows: Mapping[str, int]
    #: Of the database.
    bytes: int
    #: The same for the same rows.
    digest: str


def text(path: str) -> str:
    """A file of this folder."""
    return (HERE / path).read_text(encoding="utf-8")


def fill(server: Server, name: str, organizations: int, *, moment: datetime | None = None) -> Data:
    """Make a database with the release and so many organizations.

    Args:
        server: a scratch.
        name: of the database.
        organizations: there are 29 times as many rows in all.
        moment: what the rows take for now.
    """
    server.clone(name)
    with connect(server.own_dsn(name)) as deployer:
        for path in sorted(MIGRATIONS.glob("*.sql")):
            execute_script(deployer, path.read_text(encoding="utf-8"))
    with server.superuser(name) as connection:
        seconds = dict(_filled(connection, organizations, moment or datetime.now(tz=UTC).replace(microsecond=0)))
        counted = digests(connection)
        [size] = rows(connection, "select pg_database_size(current_database()) as bytes")
    return Data(
        organizations=organizations,
        seconds=seconds,
        rows={table: count for table, (count, _) in counted.items()},
        bytes=size["bytes"],
        digest=hashlib.sha256(repr(sorted(counted.items())).encode()).hexdigest()[:16],
    )


def digests(connection: Connection) -> dict[str, tuple[int, str]]:
    """Table → rows, and a number that depends on all of them."""
    with connection.cursor() as cursor:
        found = cursor.execute(text("digest.sql").encode()).fetchall()
    return {table: (count, digest) for table, count, digest in found}


def _filled(connection: Connection, organizations: int, moment: datetime) -> list[tuple[str, float]]:
    ground = text("ground.sql").replace("{organizations}", f"{organizations}").replace("{moment}", moment.isoformat())
    execute_script(connection, f"begin; {ground} {text('defer.sql')} commit; {LOADING}")
    steps = [
        (path.stem[3:], _timed(connection, [path.read_text(encoding="utf-8")]))
        for path in sorted((HERE / "rows").glob("*.sql"))
    ]
    deferred = rows(connection, "select statement from scale.deferred order by position")
    steps.append(("keys and indexes", _timed(connection, [one["statement"] for one in deferred])))
    steps.append(("vacuum", _timed(connection, ["vacuum (analyze)", "checkpoint"])))
    execute_script(connection, f"reset all; {text('clock.sql')}")
    return steps


def _timed(connection: Connection, statements: list[str]) -> float:
    started = time.monotonic()
    for statement in statements:
        execute_statement(connection, statement)
    return time.monotonic() - started
