"""The isolation proof attacks the queue as every kind of user; in a schema that the API shows it would be open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from procrastinate.schema import SchemaManager
from tests.postgres.release.deployed import CORE, ROOT, apply, migrations

from seatrial.flows.folder import read_folder
from seatrial.flows.isolation import isolate
from seatrial.model.isolation import Observed
from seatrial.model.narrator import Silent

if TYPE_CHECKING:
    from tests.hub.ground import Ground

    from seatrial.model.isolation import Cell, Matrix
    from seatrial.scratch.server import Server

TABLES = {
    "hub_state",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}


def _attacked(server: Server, database: str) -> Matrix:
    tenancy = read_folder(ROOT).release.tenancy
    assert tenancy
    return isolate(server, database, tenancy, mutate=False, narrator=Silent())[0]


def _wrong(matrix: Matrix) -> list[Cell]:
    return [cell for cell in matrix.cells if not cell.agrees or cell.observed is Observed.UNDECIDED]


def test_nobody_reaches_the_queue_that_was_prepared(queued: Ground) -> None:
    matrix = _attacked(queued.server, queued.name)

    assert [(cell.kind, cell.subject, cell.action) for cell in _wrong(matrix)] == []
    assert matrix.undeclared == ()
    attacked = {(cell.kind, cell.subject) for cell in matrix.cells if cell.subject.startswith("procrastinate.")}
    kinds = {kind.name for kind in matrix.world.kinds}
    assert len(kinds) == 20
    assert {(kind, f"procrastinate.{table}") for kind in kinds for table in TABLES} <= attacked
    sequences = {subject for _, subject in attacked if subject.endswith("_seq")}
    assert len(sequences) == 4


def test_a_queue_in_public_is_reached_and_the_proof_says_so(server: Server) -> None:
    dsn = server.clone("queue_in_public")
    apply(dsn, migrations(CORE))
    with psycopg.connect(server.own_dsn("queue_in_public")) as connection:
        connection.execute(SchemaManager.get_schema())
    apply(dsn, [path for path in migrations() if not path.name.startswith(CORE)])
    matrix = _attacked(server, "queue_in_public")
    server.drop("queue_in_public")

    read = {
        cell.kind
        for cell in _wrong(matrix)
        if cell.subject == "public.procrastinate_jobs" and cell.observed is Observed.ALLOWED
    }
    assert {"anonymous", "user of no tenant", "viewer", "owner"} <= read
