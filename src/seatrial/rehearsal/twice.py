"""Applies every file a second time, right after the first, and names what fails or changes anything.

A deployment that was cut off, or a person with an SQL editor, runs a file again sooner or later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.catalog.compare import compare
from seatrial.catalog.read import read
from seatrial.ledger.apply import apply_all
from seatrial.model.failure import failure_of
from seatrial.model.narrator import Silent
from seatrial.model.twice import SecondRun
from seatrial.pg.statement import clean_session
from seatrial.pg.step import StepFailed
from seatrial.rehearsal.limit import Limit
from seatrial.rehearsal.record import Recorder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.evidence import Written
    from seatrial.model.failure import Failure
    from seatrial.model.history import Progress
    from seatrial.model.migration import Migration
    from seatrial.pg.connection import Connection

__all__ = ["run_twice"]


def run_twice(
    connection: Connection,
    observer: Connection,
    migrations: Sequence[Migration],
    progress: Mapping[str, Progress],
    *,
    time_limit: float,
) -> tuple[SecondRun, ...]:
    """The files that do not run twice without harm; those behind a file that does not apply at all are not tried.

    Args:
        connection: of the deploying role, to a database in the state before the migrations.
        observer: of a superuser; the database was made to tell (`install`).
        migrations: in order.
        progress: what the ledger says of those that were begun.
        time_limit: seconds for each statement.
    """
    found = []
    with Limit(connection, time_limit) as limit:
        recorder = Recorder(connection, observer, limit)
        for migration in migrations:
            first = apply_all(connection, [migration], progress, Silent(), recorder)
            if first.failure:
                # It has gone through before; whatever keeps it from doing so here, nothing is known of a second run.
                found.append(_unknown(migration, first.failure))
                break
            second = _again(connection, recorder, migration)
            if second.failure or second.differences or second.written:
                found.append(second)
    return tuple(found)


def _unknown(migration: Migration, failure: Failure) -> SecondRun:
    return SecondRun(
        version=migration.version, label=migration.label, path=migration.script.source.path, failure=failure
    )


def _again(connection: Connection, recorder: Recorder, migration: Migration) -> SecondRun:
    before = read(connection)
    failure = None
    try:
        for step in migration.steps:
            recorder.execute(migration, step, lambda: None)
    except StepFailed as failed:
        failure = failure_of(migration, failed.statement, failed.error)
    runs = recorder.taken()
    clean_session(connection)
    # What failed in its only step was rolled back; a catalog costs more than most files.
    unchanged = (failure and len(migration.steps) == 1) or not any(
        run.evidence and run.evidence.objects for run in runs
    )
    written = () if failure else tuple(one for run in runs if run.evidence for one in _lasting(run.evidence.written))
    return SecondRun(
        version=migration.version, label=migration.label, path=migration.script.source.path, failure=failure,
        differences=() if unchanged else compare(before, read(connection)), written=written,
    )  # fmt: skip


def _lasting(written: Sequence[Written]) -> list[Written]:
    """An UPDATE that finds everything as it wants it is harmless."""
    return [one for one in written if one.inserted > 0 or one.deleted > 0]
