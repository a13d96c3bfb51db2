"""Makes a stand-in of a target on a scratch, and says what of the target it does not have."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, LiteralString

from seatrial.catalog.read import read
from seatrial.errors import StatementFailed
from seatrial.model.standin import NotCarried
from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load
from seatrial.standin.choose import added, chosen, whole
from seatrial.standin.definitions import present_on
from seatrial.standin.name import Failed, lost, without_consequences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.standin import Definition, Picture
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = ["lay"]

PACKAGE = "seatrial.standin"
#: In one transaction, so that its locks fit into the server's table of them.
AT_ONCE = 200
STATISTICS_SINCE = 180000
LEDGER: dict[str, LiteralString] = {
    "supabase_migrations.schema_migrations": (
        "INSERT INTO supabase_migrations.schema_migrations "
        "SELECT (row::supabase_migrations.schema_migrations).* FROM unnest(%(rows)s::text[]) AS row"
    ),
    "seatrial.migrations": (
        "INSERT INTO seatrial.migrations SELECT (row::seatrial.migrations).* FROM unnest(%(rows)s::text[]) AS row"
    ),
    "seatrial.steps": "INSERT INTO seatrial.steps SELECT (row::seatrial.steps).* FROM unnest(%(rows)s::text[]) AS row",
    # The next row must not get a number that is there.
    "seatrial.archive": (
        "WITH laid AS (INSERT INTO seatrial.archive OVERRIDING SYSTEM VALUE "
        "SELECT (row::seatrial.archive).* FROM unnest(%(rows)s::text[]) AS row RETURNING id) "
        "SELECT setval(pg_get_serial_sequence('seatrial.archive', 'id'), max(id)) FROM laid"
    ),
}


def lay(picture: Picture, server: Server, database: str) -> tuple[NotCarried, ...]:
    """Make the stand-in, and name everything of the target that it lacks.

    Roles belong to the server: what else is on it sees the target's roles from now on. A scratch runs without
    autovacuum, which would replace the target's statistics by those of empty tables.

    Args:
        picture: of the target.
        server: a scratch of our own.
        database: a fresh clone of its platform.

    Raises:
        ConnectionLost: the scratch went away.
    """
    with server.superuser(database) as connection:
        rows(connection, load(PACKAGE, "session"))
        present = present_on(connection)
        failed = _lay(connection, chosen(picture.definitions, present), picture.definitions)
        named = [*picture.left, *without_consequences(failed)]
        named += _ledger(connection, picture.ledger)
        execute(connection, load(PACKAGE, "settle_platform"))
        named += _statistics(connection, picture)
        return (*named, *lost(picture, read(connection), failed, named, present))


def _lay(connection: Connection, definitions: Sequence[Definition], wanted: Sequence[Definition]) -> Failed:
    """Those that do not go through, however often they are tried, each with the server's words.

    A table of which a column cannot be had is made without that column.
    """
    execute(connection, load(PACKAGE, "laying"))
    failed = _rounds(connection, definitions)
    words = {one.identity: why for one, why in failed if one.phase == "tables"}
    if not words:
        return failed
    bare = [whole(one, ()) for one in wanted if one.phase == "tables" and one.identity in words]
    parts = [added(one) for one in wanted if one.phase == "columns" and one.parent in words]
    again = _rounds(connection, [*bare, *parts, *(one for one, _ in failed if one.phase != "tables")])
    # What kept the whole table from being made says more than what kept an empty one.
    return [(one, words.get(one.identity, why)) for one, why in again]


def _rounds(connection: Connection, definitions: Sequence[Definition]) -> Failed:
    waiting = list(definitions)
    while True:
        chunks = [waiting[at : at + AT_ONCE] for at in range(0, len(waiting), AT_ONCE)]
        failed = [found for chunk in chunks for found in _attempt(connection, chunk)]
        if len(failed) in {0, len(waiting)}:
            return failed
        waiting = [one for one, _ in failed]


def _attempt(connection: Connection, definitions: Sequence[Definition]) -> Failed:
    found = rows(
        connection,
        "SELECT place, why FROM pg_temp.lay(%s, %s)",
        ([one.sql for one in definitions], [one.role or "none" for one in definitions]),
    )
    return [(definitions[row["place"] - 1], row["why"]) for row in found]


def _ledger(connection: Connection, ledger: Mapping[str, Sequence[str]]) -> list[NotCarried]:
    failed = []
    for name, texts in ledger.items():
        try:
            execute(connection, LEDGER[name], {"rows": list(texts)})
        except StatementFailed as error:
            # The server's words would quote a row.
            failed.append(NotCarried(what=f"ledger {name}", why=f"the scratch refuses its rows ({error.sqlstate})"))
    return failed


def _statistics(connection: Connection, picture: Picture) -> list[NotCarried]:
    if connection.info.server_version < STATISTICS_SINCE:
        why = "only PostgreSQL 18 and newer can take them over, and the scratch is older"
        return [NotCarried(what="planner statistics", why=why)] if picture.column_statistics else []
    columns = [{**asdict(one), **one.facts} for one in picture.column_statistics]
    relations = [asdict(one) for one in picture.relation_statistics]
    try:
        execute(connection, load(PACKAGE, "restore_relations"), {"statistics": json.dumps(relations)})
        refused = rows(connection, load(PACKAGE, "restore_columns"), {"statistics": json.dumps(columns)})
    except StatementFailed as error:
        # The server's words would quote a value.
        return [NotCarried(what="planner statistics", why=f"the scratch refuses them ({error.sqlstate})")]
    why = "the scratch took over only a part of them"
    return [NotCarried(what=f"statistics of {row['name']}", why=why) for row in refused]
