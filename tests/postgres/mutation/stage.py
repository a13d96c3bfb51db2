"""Small releases to be weakened, and a small attack that reads, inserts and calls."""

from __future__ import annotations

import uuid
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tests.postgres.attack.stage import BASE, KINDS, A, B

from seatrial.attack.session import Session
from seatrial.model.isolation import Cell, Observed
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = ["NOTES", "Doors", "released"]

#: One more table, with a row of each tenant.
NOTES = f"""
create table public.notes (id int generated always as identity primary key, organization_id uuid not null, body text);
alter table public.notes enable row level security;
revoke all on public.notes, public.notes_id_seq from anon, authenticated;
insert into public.notes (organization_id, body) values ('{A}', 'a'), ('{B}', 'b');
"""


@contextmanager
def released(server: Server, schema: str, copies: int = 1) -> Iterator[list[Connection]]:
    """Connections of a superuser to databases that have BASE and a schema."""
    with ExitStack() as after:
        yield [_copy(server, schema, after) for _ in range(copies)]


def _copy(server: Server, schema: str, after: ExitStack) -> Connection:
    name = f"mutation_{uuid.uuid4().hex[:12]}"
    server.clone(name)
    after.callback(server.drop, name)
    connection = after.enter_context(server.superuser(name))
    execute_script(connection, f"SET ROLE postgres; {BASE}; {schema}; RESET ROLE")
    return connection


class Doors:
    """An attack on tables with `organization_id`, and on functions that give it."""

    def __init__(self, *tables: str, functions: tuple[str, ...] = ()) -> None:
        self.tables, self.functions = tables, functions
        self.times = 0

    def __call__(self, connection: Connection, reach: frozenset[str] = frozenset(), only: str = "") -> Iterator[Cell]:
        """Every kind of user, or one, at every door, or at those within reach."""
        self.times += 1
        session = Session(connection, "authenticator", inside=True)
        try:
            for kind in (kind for kind in KINDS if only in {"", kind.name}):
                for table in (table for table in self.tables if not reach or table in reach):
                    yield from _at_table(session, kind, table)
                for function in (one for one in self.functions if not reach or one in reach):
                    found = session.attempt(kind, f"select {function}")
                    yield _read(kind, function, found, B, Observed.BLOCKED)
        finally:
            session.close()

    def baseline(self, connection: Connection) -> list[Cell]:
        """What it sees of the release as it is."""
        execute_script(connection, "BEGIN")
        cells = list(self(connection))
        execute_script(connection, "ROLLBACK")
        return cells


def _at_table(session: Session, kind: Kind, table: str) -> Iterator[Cell]:
    found = session.attempt(kind, f"select organization_id from {table}")
    member = Observed.ALLOWED if kind.roles else Observed.BLOCKED
    yield _read(kind, table, found, A, member)
    yield _read(kind, table, found, B, Observed.BLOCKED)
    answer = session.attempt(kind, f"insert into {table} (organization_id) values ('{B}')")
    refused = Observed.BLOCKED if answer.sqlstate == "42501" else Observed.UNDECIDED
    yield Cell(
        kind=kind.name, subject=table, action="insert a row of B", expected=Observed.BLOCKED,
        observed=Observed.ALLOWED if answer.worked else refused, detail=answer.message,
    )  # fmt: skip
    if kind.name == "viewer":
        answer = session.attempt(kind, f"update {table} set organization_id = organization_id")
        yield Cell(
            kind=kind.name, subject=table, action="change rows of A", expected=Observed.BLOCKED,
            observed=Observed.ALLOWED if answer.worked and answer.affected else Observed.BLOCKED,
        )  # fmt: skip


def _read(kind: Kind, subject: str, found: Attempt, tenant: str, expected: Observed) -> Cell:
    seen = any(row[0] and tenant in row[0] for row in found.rows)
    return Cell(
        kind=kind.name, subject=subject, action=f"read rows of {'A' if tenant == A else 'B'}", expected=expected,
        observed=Observed.ALLOWED if seen else Observed.BLOCKED, detail=found.message,
    )  # fmt: skip
