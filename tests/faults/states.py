"""What is in a database, as one comparable record, and what a fault has made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from seatrial.catalog.fingerprint import fingerprint
from seatrial.catalog.read import read
from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import LiteralString, Self

    from seatrial.model.catalog import Catalog
    from seatrial.pg.connection import Connection

__all__ = ["Found", "Observer", "State", "changes", "leftovers", "sessions", "what_is"]

#: Seatrial's own record may have grown by a table or a row, whatever becomes of a release.
OURS = ("seatrial", "supabase_migrations")
ARCHIVE = "seatrial_archive_"
TABLES: LiteralString = """
    SELECT c.oid::regclass::text AS name FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE (n.nspname = 'public' OR starts_with(n.nspname, 'seatrial_archive_')) AND c.relkind = 'r' ORDER BY name"""
#: Count and digest of all rows, in an order of their own.
ROWS = "SELECT '{0}', count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {0} AS t"
#: Another one when any object is: each row of these catalogs with the transaction that wrote it.
OBJECTS: LiteralString = """
    SELECT md5(string_agg(one, ' ' ORDER BY one)) AS name FROM (
        SELECT oid || ':' || xmin AS one FROM pg_catalog.pg_class UNION ALL
        SELECT attrelid || ':' || attnum || ':' || xmin FROM pg_catalog.pg_attribute WHERE attrelid >= 16384 UNION ALL
        SELECT indexrelid || ':' || xmin FROM pg_catalog.pg_index UNION ALL
        SELECT oid || ':' || xmin FROM pg_catalog.pg_constraint UNION ALL
        SELECT oid || ':' || xmin FROM pg_catalog.pg_trigger UNION ALL
        SELECT oid || ':' || xmin FROM pg_catalog.pg_policy
    ) AS every"""
LEDGER: LiteralString = "SELECT version, name, statements FROM supabase_migrations.schema_migrations ORDER BY version"
FACTS: LiteralString = (
    "SELECT version, name, content_digest, applied_by, tool FROM seatrial.migrations ORDER BY version"
)
STEPS: LiteralString = "SELECT version, step, content_digest, done FROM seatrial.steps ORDER BY version, step"
ARCHIVED: LiteralString = """
    SELECT version, cause, contents, object, place, became, conflicts, returned_at IS NOT NULL AS returned,
           keep_until IS NOT NULL AS kept, details
    FROM seatrial.archive ORDER BY place"""
MIRRORS: LiteralString = """
    SELECT g.tgname AS name FROM pg_catalog.pg_trigger AS g JOIN pg_catalog.pg_proc AS p ON p.oid = g.tgfoid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace WHERE starts_with(n.nspname, 'seatrial_archive_')"""
INVALID: LiteralString = """
    SELECT n.nspname || '.' || c.relname AS name
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE NOT i.indisvalid AND n.nspname <> 'pg_toast' ORDER BY name"""
LOCKS: LiteralString = """
    SELECT l.locktype AS name FROM pg_catalog.pg_locks AS l
    WHERE l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      AND l.pid <> pg_backend_pid() AND (l.locktype = 'advisory' OR l.relation >= 16384)"""
SESSIONS: LiteralString = """
    SELECT pid, query FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


class State(StrEnum):
    """What a fault has made of a release."""

    OLD = "old"
    NEW = "new"
    #: A part of it is there, one that an undisturbed run goes through, and the next run went on from it.
    RESUMED = "resumed"
    #: Anything else.
    MIXED = "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything of a database that a release changes."""

    #: Of every object that is not Seatrial's, without indexes that are INVALID.
    catalog: str
    #: Table → count and digest of its rows, those of the archive among them.
    data: tuple[tuple[object, ...], ...]
    #: What the archive says of itself.
    archive: tuple[str, ...]
    ledger: tuple[str, ...]
    #: Version, step, whether it is done.
    steps: tuple[tuple[str, int, bool], ...]
    #: Indexes that a statement was cut off in.
    half_made: tuple[str, ...]

    @property
    def applied(self) -> tuple[object, ...]:
        """Without what was only begun."""
        return self.catalog, self.data, self.archive, self.ledger, tuple(step for step in self.steps if step[2])


class Observer:
    """Looks at a database; nothing is written."""

    def __init__(self, dsn: str) -> None:
        self._connection = connect(dsn, application_name="test")
        self._connection.execute("SET lock_timeout = '10s'")
        self._end_of_log = ""
        self._objects, self._catalog = "", ""

    def __enter__(self) -> Self:
        """As long as it is needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave."""
        self._connection.close()

    def has_news(self) -> bool:
        """Whether the server has written anything since this was asked."""
        before = self._end_of_log
        [row] = rows(self._connection, "SELECT pg_current_wal_insert_lsn()::text AS name")
        self._end_of_log = row["name"]
        return self._end_of_log != before

    def look(self) -> Found:
        """What is there now."""
        connection = self._connection
        half_made = _names(connection, INVALID)
        return Found(
            catalog=self._fingerprint(half_made),
            data=_data(connection),
            archive=tuple(str(row) for row in rows(connection, ARCHIVED)) if _has_archive(connection) else (),
            ledger=tuple(str(row) for query in (LEDGER, FACTS) for row in rows(connection, query)),
            steps=tuple((row["version"], row["step"], row["done"]) for row in rows(connection, STEPS)),
            half_made=half_made,
        )

    def _fingerprint(self, half_made: Collection[str]) -> str:
        [objects] = _names(self._connection, OBJECTS)
        if objects != self._objects:
            self._objects = objects
            self._catalog = fingerprint(_visible(read(self._connection), half_made))
        return self._catalog


def what_is(found: Found, before: Found, after: Found, between: Collection[tuple[object, ...]]) -> State:
    """The state, as far as a look can tell."""
    if found == after:
        return State.NEW
    if found == before:
        return State.OLD
    begun = {version for version, _, done in found.steps if not done}
    explained = bool(begun) or not found.half_made
    return State.RESUMED if found.applied in between and explained else State.MIXED


def leftovers(dsn: str) -> list[str]:
    """What must not be there when a release is through: half-made indexes, steps, locks."""
    with connect(dsn, application_name="test") as connection:
        return [
            *(f"INVALID {name}" for name in _names(connection, INVALID)),
            *(f"mirror {name}" for name in _names(connection, MIRRORS)),
            *(f"step {row}" for row in rows(connection, STEPS)),
            *(f"lock {name}" for name in _names(connection, LOCKS)),
        ]


def sessions(dsn: str) -> list[dict[str, Any]]:
    """Others that are connected to the database."""
    with connect(dsn, application_name="test") as connection:
        return rows(connection, SESSIONS)


def _has_archive(connection: Connection) -> bool:
    """An older ledger has none, nor a target without a ledger."""
    [row] = rows(connection, "SELECT to_regclass('seatrial.archive') IS NOT NULL AS there")
    return bool(row["there"])


def _names(connection: Connection, query: LiteralString) -> tuple[str, ...]:
    return tuple(row["name"] for row in rows(connection, query))


def _data(connection: Connection) -> tuple[tuple[object, ...], ...]:
    query = " UNION ALL ".join(ROWS.format(name) for name in _names(connection, TABLES))
    return tuple(connection.execute(query.encode()).fetchall())


def _space(name: str) -> str:
    return name.split(".", maxsplit=1)[0].strip('"')


def _visible(catalog: Catalog, half_made: Collection[str]) -> Catalog:
    return replace(
        catalog,
        objects={
            identity: one
            for identity, one in catalog.objects.items()
            if _space(identity[1]) not in OURS
            and not _space(identity[1]).startswith(ARCHIVE)
            and not (identity[0] == "index" and identity[1] in half_made)
        },
    )


def changes(one: Found, other: Found) -> Mapping[str, tuple[Any, Any]]:
    """Where two differ, for a message."""
    names = ("catalog", "data", "archive", "ledger", "steps", "half_made")
    pairs = {name: (getattr(one, name), getattr(other, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
