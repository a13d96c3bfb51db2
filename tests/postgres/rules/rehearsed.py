"""Rehearses the last file of an example folder on a database that has the others already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.catalog.read import read
from seatrial.flows.ahead import ahead_of
from seatrial.flows.measure import Measurement, found_ahead
from seatrial.flows.stage import BEFORE, EMPTY, Stage
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
from seatrial.sql.ahead import plain_indexes
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.source import Script
    from seatrial.rules.page import Example
    from seatrial.scratch.server import Server

__all__ = ["migrations_of", "rehearsed", "script_of"]


def migrations_of(files: Sequence[Example]) -> list[Example]:
    """Those that a deployment takes, in order."""
    names = (file for file in files if file.name.endswith(".sql") and not file.name.endswith(".down.sql"))
    return sorted(names, key=lambda file: file.name)


def rehearsed(server: Server, dsn: str, past: Sequence[Example], release: Sequence[Example]) -> Trial:
    """All that is seen when the release is applied after the past."""
    with connect(dsn) as connection:
        for file in past:
            for statement in script_of(file).statements:
                execute_statement(connection, statement.text)
        write.create(connection)
        database = connection.info.dbname
    if not any(plain_indexes(one.text) for file in release for one in script_of(file).statements):
        return _trial(server, dsn, database, release)
    server.clone(BEFORE, database)
    try:
        return _trial(server, dsn, database, release, copy=True)
    finally:
        server.drop(BEFORE)


def script_of(file: Example) -> Script:
    """The file, parsed."""
    assert file.content is not None
    version, _, name = file.name.removesuffix(".sql").partition("_")
    path = f"supabase/migrations/{file.name}"
    text = file.content.decode("utf-8-sig")
    return parse(Source(path=path, version=version, name=name, encoding=Encoding.UTF8, text=text))


def _trial(server: Server, dsn: str, database: str, release: Sequence[Example], *, copy: bool = False) -> Trial:
    migrations = tuple(migration_of(script_of(file)) for file in release)
    with connect(dsn) as connection, server.superuser(database) as observer:
        install(observer)
        since = boundary(observer)
        execution = replay(connection, observer, migrations, narrator=Silent())
        assert execution.ending is Ending.COMPLETE, execution.failure
        faults, _ = check_bodies(observer)
        trial = Trial(
            statements=statement_trials(execution, migrations),
            half_made=half_made(observer),
            unindexed_keys=unindexed_keys(observer, since),
            bodies=faults,
        )
        after = read(connection) if copy else None
    if after is None:
        return trial
    stage = Stage(server=server, role="postgres", pending=migrations, history=EMPTY, has_past=True)
    ahead = ahead_of(stage, trial, after).found_by(trial)
    return replace(trial, statements=found_ahead(Measurement(statements=trial.statements), ahead).statements)
