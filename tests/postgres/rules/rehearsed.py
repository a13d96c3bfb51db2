"""Rehearses the last file of an example folder on a database that has the others already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.ledger import write
from seatrial.ledger.resume import half_made
from seatrial.model.execution import Ending
from seatrial.model.migration import migration_of
from seatrial.model.narrator import Silent
from seatrial.model.source import Encoding, Source
from seatrial.model.trial import Trial
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_statement
from seatrial.rehearsal.aftermath import boundary, unindexed_keys
from seatrial.rehearsal.bodies.check import check_bodies
from seatrial.rehearsal.record import install
from seatrial.rehearsal.replay import replay
from seatrial.rehearsal.trial import statement_trials
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.source import Script
    from seatrial.pg.connection import Connection
    from seatrial.rules.page import Example
    from seatrial.scratch.server import Server

__all__ = ["migrations_of", "rehearsed", "script_of"]


def migrations_of(files: Sequence[Example]) -> list[Example]:
    """Those that a deployment takes, in order."""
    return sorted((file for file in files if file.name.endswith(".sql")), key=lambda file: file.name)


def rehearsed(server: Server, dsn: str, past: Sequence[Example], release: Sequence[Example]) -> Trial:
    """All that is seen when the release is applied after the past."""
    with connect(dsn) as connection, server.superuser(connection.info.dbname) as observer:
        for file in past:
            for statement in script_of(file).statements:
                execute_statement(connection, statement.text)
        write.create(connection)
        install(observer)
        return _trial(connection, observer, release)


def script_of(file: Example) -> Script:
    """The file, parsed."""
    assert file.content is not None
    version, _, name = file.name.removesuffix(".sql").partition("_")
    path = f"supabase/migrations/{file.name}"
    text = file.content.decode("utf-8-sig")
    return parse(Source(path=path, version=version, name=name, encoding=Encoding.UTF8, text=text))


def _trial(connection: Connection, observer: Connection, release: Sequence[Example]) -> Trial:
    since = boundary(observer)
    migrations = [migration_of(script_of(file)) for file in release]
    execution = replay(connection, observer, migrations, narrator=Silent())
    assert execution.ending is Ending.COMPLETE, execution.failure
    faults, _ = check_bodies(observer)
    return Trial(
        statements=statement_trials(execution, migrations),
        half_made=half_made(observer),
        unindexed_keys=unindexed_keys(observer, since),
        bodies=faults,
    )
