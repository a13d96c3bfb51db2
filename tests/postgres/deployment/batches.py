"""An UPDATE in batches on a target, and somebody who gets in its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.postgres.ledger.folder import migration

from seatrial.deployment.batch import run_batches
from seatrial.deployment.pace import Throttle
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.ledger.watch import Timed
from seatrial.model.migration import StepKind
from seatrial.pg.step import Limits, run_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.execution import Execution
    from seatrial.model.migration import Migration, Step
    from seatrial.pg.connection import Connection

__all__ = ["IMPATIENT", "VERSION", "Told", "counted", "deploy", "filled"]

VERSION = "20260101000000"
#: Tests wait for nobody longer than they must.
IMPATIENT = Throttle(tries=6, pause=0.02, longest=0.05, patience=0.2)


@dataclass
class Told:
    """Remembers what was said."""

    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Remember it."""
        self.lines.append(line)

    def begin(self, what: str) -> None:
        """Nothing."""

    def end(self, result: str) -> None:
        """Nothing."""


class _Cutting(Timed):
    """Cuts, as a deployment does."""

    def __init__(self, connection: Connection, hook: Callable[[], None], told: Told, throttle: Throttle) -> None:
        super().__init__(connection)
        self._connection_to = connection
        self._hook, self._told, self._throttle = hook, told, throttle

    def execute(self, migration: Migration, step: Step, record: Callable[[], None]) -> None:
        if step.kind is StepKind.BATCH:
            run_batches(
                self._connection_to, migration, step, record=record, narrator=self._told, throttle=self._throttle,
                limits=Limits(lock_ms=50), before_commit=self._hook,
            )  # fmt: skip
        else:
            run_step(self._connection_to, step, before_commit=record, run=self.run)


def deploy(
    connection: Connection,
    text: str,
    *,
    told: Told | None = None,
    hook: Callable[[], None] = lambda: None,
    throttle: Throttle = IMPATIENT,
) -> Execution:
    """Apply one file; `hook` is called before each COMMIT of a batch."""
    write.create(connection)
    history = read_history(connection)
    if any(one.version == VERSION for one in history.applied):
        return apply_all(connection, [], {}, Told())
    watch = _Cutting(connection, hook, told or Told(), throttle)
    return apply_all(connection, [migration(VERSION, text)], history.progress, Told(), watch)


def filled(connection: Connection, rows: int, key: str = "id bigint", value: str = "i") -> None:
    """A table `notes` with a key, and a number that is nought in every row."""
    connection.execute(
        f"CREATE TABLE notes ({key} PRIMARY KEY, n int NOT NULL DEFAULT 0, kind text NOT NULL DEFAULT 'a');"
        f"INSERT INTO notes SELECT {value} FROM generate_series(1, {rows}) AS g (i)"
    )


def counted(connection: Connection, table: str = "notes") -> dict[int, int]:
    """How many rows have which number."""
    return dict(connection.execute(f"SELECT n, count(*) FROM {table} GROUP BY n ORDER BY n").fetchall())
