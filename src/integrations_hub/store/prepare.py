"""Prepares a database for the hub's jobs, as the role that deploys: the queue, its rights, and who schedules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, LiteralString, cast

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import sql
from psycopg.rows import dict_row

from integrations_hub.store.database import role_of
from integrations_hub.store.queries import load
from seatrial.errors import CannotRun
from seatrial.model.masking import redacted

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["SCHEMA", "Prepared", "Scheduler", "prepare"]

SCHEMA = "procrastinate"
Scheduler = Literal["service", "pg_cron"]
#: Two preparations of one database wait for each other.
LOCK = "select pg_advisory_xact_lock(hashtextextended('integrations_hub.prepare', 0))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a preparation did."""

    role: str
    #: It was made, without a password.
    role_is_new: bool
    #: It cannot log in until somebody gives it a password.
    needs_password: bool
    queue_is_new: bool
    #: Migrations of the queue that were applied.
    migrations: tuple[str, ...]
    #: Jobs that were taken from pg_cron.
    unscheduled: tuple[str, ...]
    #: Jobs that pg_cron runs from now on, so the service does not.
    left_to_pg_cron: tuple[str, ...]


def prepare(deployer_dsn: str, role: str, *, scheduler: Scheduler | None = None) -> Prepared:
    """Make the database ready, all of it or nothing; again as often as you like.

    Args:
        deployer_dsn: of the role that deploys, which will own the queue.
        role: that the hub logs in as; it is made where it is not there.
        scheduler: who runs the release's own jobs: "service" takes them from pg_cron, "pg_cron" leaves them there.
            They stay where they are by default.

    Raises:
        CannotRun: the database cannot be reached or has no release; the role has rights of its own, or the schema has
            another queue in it.
        psycopg.Error: the database refuses.
    """
    with _connected(deployer_dsn) as connection:
        connection.execute(LOCK)
        found = _role(connection, role)
        queue_is_new = _make_queue(connection)
        migrations = () if queue_is_new else _migrate(connection)
        _note_version(connection)
        _grant(connection, role)
        unscheduled = _unschedule(connection) if scheduler == "service" else ()
        return Prepared(
            role=role, role_is_new=not found["is_there"], needs_password=not found["can_log_in"],
            queue_is_new=queue_is_new, migrations=migrations, unscheduled=unscheduled,
            left_to_pg_cron=tuple(row["name"] for row in _scheduled(connection)),
        )  # fmt: skip


def _connected(dsn: str) -> Connection[Any]:
    role_of(dsn)
    try:
        return psycopg.connect(
            dsn, application_name="integrations_hub prepare", row_factory=dict_row, connect_timeout=10
        )  # fmt: skip
    except psycopg.OperationalError as error:
        raise CannotRun(
            "hub.not-reached", "the database cannot be reached as the role that deploys", why=redacted(str(error)),
            fix="look at --deployer, or at DATABASE_URL",
        ) from None  # fmt: skip


def _role(connection: Connection[Any], role: str) -> dict[str, Any]:
    """What it is; made and allowed to become the roles of the API where that is missing."""
    found: dict[str, Any] = _one(connection, "queue_role", role=role)
    if not found["has_release"]:
        raise CannotRun("hub.no-release", "the release is not on this database", fix="seatrial deploy")
    if found["is_deployer"]:
        raise CannotRun(
            "hub.one-role", f"{role} is to log in for the hub, and to deploy",
            why="who deploys owns the tables, and row security does not hold for an owner",
            fix="give the role that deploys with --deployer, and another in the DSN of hub.toml",
        )  # fmt: skip
    if found["is_strong"] or found["members"]:
        raise CannotRun(
            "hub.role-too-strong", f"the hub must not log in as {role}",
            why="row security does not hold for it, or it makes roles, or it owns the tables, or roles of the API are "
            "members of it: what the hub may do would be theirs, and what it may not do would be possible",
            fix="name another role in the DSN of hub.toml; one that is not there is made",
        )  # fmt: skip
    name = sql.Identifier(role)
    if not found["is_there"]:
        connection.execute(sql.SQL("create role {} nologin noinherit").format(name))
    for missing in found["missing"]:
        connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(missing), name))
    return found


def _make_queue(connection: Connection[Any]) -> bool:
    """Whether there was none."""
    found = _one(connection, "queue_found")
    if found["has_jobs"] and not found["is_ours"]:
        raise CannotRun(
            "hub.foreign-queue", f"the schema {SCHEMA} has a queue that is not the hub's",
            why="the hub would run its jobs, and it the hub's", fix="move one of them to another database",
        )  # fmt: skip
    connection.execute(load("queue_schema"))
    if not found["has_jobs"]:
        _in_schema(connection, SchemaManager.get_schema())
    return not found["has_jobs"]


def _migrate(connection: Connection[Any]) -> tuple[str, ...]:
    """Apply the migrations that came with a newer queue."""
    known = _one(connection, "queue_version")["value"]
    missing = tuple(path for path in _migrations() if path.name > known)
    for path in missing:
        _in_schema(connection, _literal(path))
    return tuple(path.name for path in missing)


def _literal(path: Path) -> LiteralString:
    """As that package wrote it."""
    return path.read_text(encoding="utf-8")


def _migrations() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _note_version(connection: Connection[Any]) -> None:
    connection.execute(load("queue_note"), {"name": "migration", "value": _migrations()[-1].name})


def _in_schema(connection: Connection[Any], statements: LiteralString) -> None:
    """The queue's own SQL names no schema."""
    connection.execute(sql.SQL("set local search_path to {}").format(sql.Identifier(SCHEMA)))
    connection.execute(statements)
    connection.execute("reset search_path")


def _grant(connection: Connection[Any], role: str) -> None:
    name = sql.Identifier(role)
    quoted = sql.Literal(name.as_string(connection))
    connection.execute(sql.SQL(load("queue_rights")).format(role=name, quoted=quoted))


def _scheduled(connection: Connection[Any]) -> list[dict[str, Any]]:
    if not _one(connection, "cron_is_there")["is_there"]:
        return []
    return connection.execute(load("cron_jobs"), {}).fetchall()


def _unschedule(connection: Connection[Any]) -> tuple[str, ...]:
    jobs = _scheduled(connection)
    for job in jobs:
        connection.execute(load("cron_unschedule"), {"job": job["jobid"]})
    return tuple(job["name"] for job in jobs)


def _one(connection: Connection[Any], query: str, **values: object) -> dict[str, Any]:
    found = connection.execute(load(query), values).fetchone()
    if found is None:
        raise LookupError(query)
    return cast("dict[str, Any]", found)
