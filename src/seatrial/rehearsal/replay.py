"""Applies migrations to a scratch as the deploying role, records what they do, and says why where they fail."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seatrial.ledger.apply import apply_all
from seatrial.model.execution import Ending
from seatrial.model.failure import Failure, failure_of
from seatrial.model.wishes import TIME_LIMIT
from seatrial.model.words import count
from seatrial.rehearsal.cause import with_cause
from seatrial.rehearsal.consequences import with_consequences
from seatrial.rehearsal.limit import Limit
from seatrial.rehearsal.record import Recorder

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seatrial.errors import StatementFailed
    from seatrial.ledger.apply import Gate
    from seatrial.model.execution import Execution, MigrationRun
    from seatrial.model.history import Progress
    from seatrial.model.migration import Migration
    from seatrial.model.narrator import Narrator
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["Manner", "replay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a replay is done."""

    #: Leave out what fails, and go on.
    keep_going: bool = False
    #: Seconds for each statement.
    time_limit: float = TIME_LIMIT
    #: All migrations of the folder, where that is more than what is replayed: causes are looked for in them.
    folder: Sequence[Migration] = ()
    #: Versions that a target has with other content.
    edited: Collection[str] = ()
    #: What the ledger says of migrations that were begun.
    progress: Mapping[str, Progress] = field(default_factory=dict)
    #: Looks at each migration before its COMMIT.
    gate: Gate | None = None


@dataclass(slots=True, kw_only=True)
class _Failures:
    """What was refused so far, and what therefore does not come into being."""

    found: list[Failure]
    creates: list[frozenset[str]]

    def take(self, migration: Migration, statement: Statement, error: StatementFailed) -> None:
        """One statement, on its own."""
        self.found.append(failure_of(migration, statement, error))
        self.creates.append(frozenset(statement.creates))

    def take_whole(self, failure: Failure, migration: Migration) -> None:
        """A migration that came to nothing at its end."""
        self.found.append(failure)
        self.creates.append(frozenset(name for one in migration.script.statements for name in one.creates))


class _Told:
    """Passes on how it comes along, and says of a file that was gone on from how much of it failed."""

    def __init__(self, narrator: Narrator, failures: _Failures) -> None:
        self._narrator = narrator
        self._failures = failures
        self._before = 0

    def say(self, line: str) -> None:
        """As it is."""
        self._narrator.say(line)

    def begin(self, what: str) -> None:
        """As it is."""
        self._before = len(self._failures.found)
        self._narrator.begin(what)

    def end(self, result: str) -> None:
        """`2 statements failed` in place of `ok`."""
        failed = len(self._failures.found) - self._before
        self._narrator.end(f"{count(failed, 'statement')} failed" if failed else result)


def replay(
    connection: Connection,
    observer: Connection,
    migrations: Sequence[Migration],
    *,
    manner: Manner | None = None,
    narrator: Narrator,
) -> Execution:
    """Apply migrations exactly as a deployment does, ledger and all; a failure carries its cause.

    Args:
        connection: to a scratch whose ledger tables exist and which was made to tell (`install`).
        observer: of a superuser, to the same database.
        migrations: what is to be applied, in order.
        manner: how.
        narrator: told of each migration as it begins and ends.
    """
    manner = manner or Manner()
    folder = manner.folder or migrations
    failures = _Failures(found=[], creates=[])
    runs: list[MigrationRun] = []
    waiting = list(migrations)
    with Limit(connection, manner.time_limit) as limit:
        recorder = Recorder(connection, observer, limit, refused=failures.take if manner.keep_going else None)
        while True:
            execution = apply_all(
                connection, waiting, manner.progress, _Told(narrator, failures), recorder, manner.gate
            )
            runs += execution.runs
            if execution.failure is None or not manner.keep_going:
                break
            # COMMIT failed, or a deferred constraint spoke up: the whole file is gone.
            at = len(execution.runs)
            failures.take_whole(execution.failure, waiting[at])
            waiting = waiting[at + 1 :]
    if execution.failure and not manner.keep_going:
        return replace(execution, failure=with_cause(execution.failure, folder, manner.edited))
    if not failures.found:
        return execution
    found = with_consequences(failures.found, failures.creates)
    found = tuple(with_cause(failure, folder, manner.edited) for failure in found)
    ending = Ending.FAILED if execution.ending is Ending.COMPLETE else execution.ending
    return replace(
        execution, ending=ending, runs=tuple(runs), failure=found[0], failures=found,
        stopped_in=execution.stopped_in or _label(found[0], migrations),
    )  # fmt: skip


def _label(failure: Failure, migrations: Sequence[Migration]) -> str:
    return next(migration.label for migration in migrations if migration.version == failure.version)
