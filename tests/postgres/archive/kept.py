"""A file is deployed so that it keeps the rows that it changes, and is taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import psycopg
from tests.postgres.deployment.batches import IMPATIENT, Told
from tests.postgres.ledger.folder import migration

from seatrial.archive.rows import kept_rows_of
from seatrial.archive.rows_back import put_back
from seatrial.deployment.batch import run_batches
from seatrial.ledger import write
from seatrial.model.migration import StepKind
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.standin.state import State, read_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.archive import Keeping
    from seatrial.model.migration import Migration, Step
    from seatrial.pg.connection import Connection

__all__ = ["VERSION", "Release", "asked", "release"]

VERSION = "20260101000000"


def asked(connection: Connection, question: str) -> list[Any]:
    """Rows of an answer; of one column, its values."""
    with psycopg.ClientCursor(connection) as cursor:
        found = cursor.execute(question).fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


@dataclass(frozen=True, kw_only=True)
class Release:
    """One file, and what is known of it before it is deployed."""

    migration: Migration
    keeping: Keeping
    before: State

    def deploy(self, connection: Connection) -> None:
        """As a deployment does."""
        if self.keeping.front:
            execute_script(connection, f"BEGIN; {self.keeping.front} COMMIT")
        for step in self.migration.steps:
            self.step(connection, step)

    def step(self, connection: Connection, step: Step) -> int:
        """One step, and how many rows its batches have changed."""
        if step.kind is StepKind.BATCH:
            [one] = step.statements
            assert one.batch
            batch = replace(one.batch, kept=self.keeping.batches.get(one.start))
            cut = replace(step, statements=(replace(one, batch=batch),))
            return run_batches(
                connection, self.migration, cut, record=lambda: None, narrator=Told(), throttle=IMPATIENT
            )  # fmt: skip
        with connection.transaction():
            for text in self.texts(step):
                execute_statement(connection, text)
        return 0

    def texts(self, step: Step) -> Iterator[str]:
        """What runs in place of its statements."""
        for one in step.statements:
            yield from self.keeping.before.get(one.start, ())
            yield from self.keeping.instead.get(one.start, (one.text,))

    def back(self, connection: Connection, undo: str = "") -> None:
        """Take it back; `undo` is what gives back the schema."""
        with connection.transaction():
            if undo:
                execute_script(connection, undo)
            for text in put_back(self.keeping.rows, self.before):
                execute_statement(connection, text)


def release(connection: Connection, schema: str, text: str) -> Release:
    """Make a schema with its rows, and read what a file will make of it; nothing of the file remains."""
    write.create(connection)
    execute_script(connection, schema)
    before = read_state(connection)
    file = migration(VERSION, text)
    with connection.transaction(force_rollback=True):
        for step in file.steps:
            for one in step.statements:
                execute_statement(connection, one.text)
        after = read_state(connection)
    return Release(migration=file, keeping=kept_rows_of(file, before, after, keep="48 hours"), before=before)
