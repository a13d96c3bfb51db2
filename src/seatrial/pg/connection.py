"""Opens connections, and turns the driver's errors into ours."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow, dict_row

from seatrial.errors import CannotConnect
from seatrial.model.evidence import Notice
from seatrial.pg.failure import translated
from seatrial.pg.refusal import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = [
    "Connection",
    "cancel",
    "connect",
    "database_of",
    "display",
    "execute",
    "give_up",
    "is_waiting",
    "on_notice",
    "place",
    "refuse_read_only",
    "rows",
    "snapshot",
    "stay",
]

Connection = psycopg.Connection[TupleRow]

#: The oldest server whose catalogs and behaviour are covered by the tests.
OLDEST_SERVER = 150000
#: A server that is gone without a word is noticed in half a minute, not in the two hours that are usual.
PATIENCE = {
    "connect_timeout": "10", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}  # fmt: skip
#: Where Supabase and Supavisor serve pooled transactions; a session lock does not hold there.
TRANSACTION_POOLER_PORT = "6543"


def connect(dsn: str, *, application_name: str = "seatrial", read_only: bool = False) -> Connection:
    """Open a connection in autocommit mode to a server that Seatrial can work with.

    Args:
        dsn: a URI or a `key=value` string, as libpq reads it.
        application_name: what `pg_stat_activity` shows.
        read_only: every transaction of the session refuses to write.

    Raises:
        CannotConnect: unreachable, wrong password, too old, or a transaction pooler. Never shows a password.
    """
    parameters = _parameters(dsn)
    _refuse_transaction_pooler(_port(parameters), _place(parameters))
    for name, value in PATIENCE.items():
        parameters.setdefault(name, value)
    try:
        connection = psycopg.connect(
            # Statements go out as UTF-8, whatever the environment or the database prefers.
            **{**parameters, "application_name": application_name, "client_encoding": "UTF8"},
            autocommit=True,
            prepare_threshold=None,
        )
    except psycopg.Error as error:
        raise refusal(parameters, str(error), _place(parameters)) from None
    with _closed_on_refusal(connection):
        # A service may have led there.
        _refuse_transaction_pooler(str(connection.info.port), place(connection))
        _refuse_old(connection)
    if read_only:
        # A server that is going down may have let us in.
        execute(connection, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    return connection


@contextmanager
def _closed_on_refusal(connection: Connection) -> Iterator[None]:
    try:
        yield
    except CannotConnect:
        connection.close()
        raise


def _refuse_old(connection: Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise CannotConnect(
            "target.too-old",
            f"the server is PostgreSQL {connection.info.parameter_status('server_version') or '?'}",
            where=place(connection),
            why="Seatrial reads catalogs of PostgreSQL 15 and newer",
            fix="upgrade the server, then run the command again",
        )


def refuse_read_only(connection: Connection) -> None:
    """Stop before a write to a server that takes none.

    Raises:
        CannotConnect: a standby, or a target whose transactions are read-only by setting.
    """
    [state] = rows(
        connection,
        "SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS read_only",
    )
    if not (state["standby"] or state["read_only"]):
        return
    name = sql.Identifier(connection.info.dbname).as_string(connection)
    raise CannotConnect(
        "target.read-only",
        "the target takes no writes",
        where=place(connection),
        why="it is a standby" if state["standby"] else "default_transaction_read_only is on",
        fix="deploy to the primary"
        if state["standby"]
        # Without the first statement the second is refused for the same reason.
        else f"SET default_transaction_read_only = off; ALTER DATABASE {name} SET default_transaction_read_only = off",
    )


def place(connection: Connection) -> str:
    """Where a connection leads: `postgres@db.example:5432/app`."""
    info = connection.info
    return f"{info.user}@{info.host or 'localhost'}:{info.port}/{info.dbname}"


def display(dsn: str) -> str:
    """Where a DSN leads, without its password: `postgres@db.example:5432/app`."""
    try:
        return _place(conninfo_to_dict(dsn))
    except psycopg.Error:
        return "a DSN that cannot be read"


def database_of(dsn: str) -> str:
    """The database that a DSN leads to, by name."""
    return display(dsn).rpartition("/")[2]


def _place(parameters: Mapping[str, Any]) -> str:
    service = parameters.get("service") or os.environ.get("PGSERVICE")
    if service and not parameters.get("host"):
        # Only libpq reads the file that says the rest.
        return f"service {service}"
    user = parameters.get("user") or os.environ.get("PGUSER") or "?"
    host = parameters.get("host") or parameters.get("hostaddr") or os.environ.get("PGHOST") or "localhost"
    return f"{user}@{host}:{_port(parameters)}/{parameters.get('dbname') or os.environ.get('PGDATABASE') or user}"


def _port(parameters: Mapping[str, Any]) -> str:
    return str(parameters.get("port") or os.environ.get("PGPORT") or 5432)


def rows(
    connection: Connection, query: LiteralString | sql.Composed, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> list[dict[str, Any]]:
    """All rows of a query, each as a record by column name."""
    with translated(connection), connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters or None).fetchall()


def execute(
    connection: Connection, query: LiteralString | sql.Composed, parameters: Mapping[str, Any] | None = None
) -> None:
    """Run one of our own statements.

    Raises:
        StatementFailed, ConnectionLost: as for a statement of a migration.
    """
    with translated(connection):
        connection.execute(query, parameters)


def is_waiting(connection: Connection) -> bool:
    """Whether an answer of the server is being waited for; from any thread."""
    return not connection.closed and connection.info.transaction_status is TransactionStatus.ACTIVE


def cancel(connection: Connection) -> None:
    """End what a session is doing; from another thread."""
    with suppress(psycopg.Error):
        connection.cancel_safe(timeout=5)


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Around several questions that must be answered by one moment; outside of a transaction."""
    with translated(connection), connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def stay(connection: Connection) -> None:
    """Have a session outlive the time that somebody needs to think."""
    execute(connection, "SET idle_session_timeout = 0")


def give_up(connection: Connection) -> None:
    """End a session, and what it is doing; nothing is waited for."""
    if is_waiting(connection):
        cancel(connection)
    connection.close()


def on_notice(connection: Connection, tell: Callable[[Notice], None]) -> Callable[[], None]:
    """Have somebody told of every notice of a session, until what is returned is called."""

    def hear(said: psycopg.errors.Diagnostic) -> None:
        tell(
            Notice(
                severity=said.severity_nonlocalized or "",
                sqlstate=said.sqlstate or "",
                message=said.message_primary or "",
            )
        )

    connection.add_notice_handler(hear)
    return partial(connection.remove_notice_handler, hear)


def _parameters(dsn: str) -> dict[str, Any]:
    # The driver quotes what it cannot read, password and all; so its words stay here.
    try:
        parameters = conninfo_to_dict(dsn)
    except psycopg.Error:
        raise _bad_dsn("it is neither a postgresql:// URI nor a list of key=value pairs") from None
    if _is_cut_short(parameters, is_uri="://" in dsn):
        raise _bad_dsn("user or password hold one of : / @ % as it is, so the rest is taken for host, port or database")
    return parameters


def _is_cut_short(parameters: Mapping[str, Any], *, is_uri: bool) -> bool:
    """Whether the end of a password that nobody escaped stands where the place of the server should."""
    ports = str(parameters.get("port") or 0).replace(",", "0")
    database = str(parameters.get("dbname")) if is_uri else ""
    return not ports.isdecimal() or "@" in str(parameters.get("host")) or "@" in database


def _bad_dsn(why: str) -> CannotConnect:
    return CannotConnect(
        "target.bad-dsn",
        "the DSN cannot be read",
        why=why,
        fix="give one such as postgresql://user@host:5432/database and leave the password to PGPASSWORD",
    )


def _refuse_transaction_pooler(ports: str, where: str) -> None:
    if TRANSACTION_POOLER_PORT in ports.split(","):
        raise CannotConnect(
            "target.transaction-pooler",
            f"port {TRANSACTION_POOLER_PORT} is a transaction pooler",
            where=where,
            why="each transaction may land on another server process, so the deployment lock would not hold",
            fix="use the direct connection or the session pooler: the same address with port 5432",
        )
