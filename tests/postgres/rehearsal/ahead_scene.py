"""A release on a target with a past, rehearsed, and what of it is built ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.catalog.read import read
from seatrial.flows.ahead import Ahead, ahead_of
from seatrial.flows.stage import BEFORE, Stage
from seatrial.ledger import write
from seatrial.model.execution import Ending
from seatrial.model.history import History
from seatrial.model.migration import Migration, migration_of
from seatrial.model.narrator import Silent
from seatrial.model.source import Encoding, Source
from seatrial.model.trial import Trial
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.rehearsal.record import install
from seatrial.rehearsal.replay import replay
from seatrial.rehearsal.trial import statement_trials
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

__all__ = ["Found", "found_ahead", "release"]

RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of it."""

    ahead: Ahead
    trial: Trial
    migrations: tuple[Migration, ...]

    @property
    def built(self) -> dict[str, list[tuple[int, str]]]:
        """Version → number and index."""
        return {
            version: [(step.number, step.statements[0].index) for step in steps]
            for version, steps in self.ahead.steps.items()
        }

    @property
    def texts(self) -> list[str]:
        """The statements that are run."""
        return [step.statements[0].text for steps in self.ahead.steps.values() for step in steps]

    @property
    def taken(self) -> list[tuple[str, str]]:
        """Index and what has its name."""
        return [(one.index, one.by) for one in self.ahead.taken]


def release(*texts: str) -> tuple[Migration, ...]:
    """Files with versions from one on."""
    sources = (
        Source(path=f"m/{n}_x.sql", version=str(n), name="x", encoding=Encoding.UTF8, text=text)
        for n, text in enumerate(texts, start=1)
    )
    return tuple(migration_of(parse(source)) for source in sources)


def found_ahead(server: Server, past: str, *texts: str, damage: str = "") -> Found:
    """Rehearse the files on a database with that past, and see which indexes are built ahead.

    Args:
        server: of the test.
        past: SQL of the deploying role.
        texts: the files.
        damage: SQL of a superuser, behind the past.
    """
    migrations = release(*texts)
    server.clone(BEFORE)
    try:
        with server.superuser(BEFORE) as superuser, connect(server.own_dsn(BEFORE)) as connection:
            write.create(connection)
            execute_script(connection, past)
            execute_script(superuser, damage)
            install(superuser)
        server.clone(RELEASED, BEFORE)
        stage = Stage(
            server=server, role="postgres", pending=migrations, history=History(applied=(), progress={}),
            has_past=True,
        )  # fmt: skip
        with connect(server.own_dsn(RELEASED)) as connection, server.superuser(RELEASED) as observer:
            execution = replay(connection, observer, migrations, narrator=Silent())
            assert execution.ending is Ending.COMPLETE, execution.failure
            trial = Trial(statements=statement_trials(execution, migrations))
            after = read(connection)
        return Found(ahead=ahead_of(stage, trial, after), trial=trial, migrations=migrations)
    finally:
        for name in (RELEASED, BEFORE):
            server.drop(name)
