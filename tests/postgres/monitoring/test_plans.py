"""Whether a query of the workload has lost its index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.monitoring.watched import NOTES, baseline, look, query

from seatrial.monitoring.probe import Scope
from seatrial.monitoring.probes.plans import PROBE, plans_of
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.workload import WorkloadQuery
    from seatrial.monitoring.probe import Looked
    from seatrial.pg.connection import Connection

BY_ORGANIZATION = "SELECT id, body FROM public.notes WHERE organization = $1"


@pytest.fixture(params=["supabase_db", pytest.param("second_db", marks=pytest.mark.second_server)])
def notes(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(request.getfixturevalue(request.param)) as connection:
        connection.execute(NOTES.encode())
        yield connection


def _then(notes: Connection, asked: WorkloadQuery, change: bytes) -> Looked:
    before = plans_of(notes, [asked])
    notes.execute(change)
    return look(notes, PROBE, Scope(workload=(asked,), baseline=baseline(plans=before)))


def test_it_uses_its_index_until_that_is_dropped(notes: Connection) -> None:
    asked = query(BY_ORGANIZATION, index="notes_organization")
    assert plans_of(notes, [asked]) == {"mine": ("notes_organization",)}
    assert _then(notes, asked, b"SELECT").levels == {("plans.lost", "mine"): 0.0}
    assert _then(notes, asked, b"DROP INDEX public.notes_organization").levels == {("plans.lost", "mine"): 1.0}


def test_an_index_that_was_used_undeclared_is_missed_too(notes: Connection) -> None:
    found = _then(notes, query(BY_ORGANIZATION), b"DROP INDEX public.notes_organization")
    assert found.levels == {("plans.lost", "mine"): 1.0}


def test_a_declared_index_that_is_invalid_is_lost(notes: Connection, request: pytest.FixtureRequest) -> None:
    asked = query(BY_ORGANIZATION, index='public."notes_organization"')
    running = request.getfixturevalue("second_server" if notes.info.server_version < 180000 else "server")
    with running.superuser(notes.info.dbname) as superuser:
        before = plans_of(notes, [asked])
        superuser.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'notes_organization'::regclass")
    found = look(notes, PROBE, Scope(workload=(asked,), baseline=baseline(plans=before)))
    assert found.levels == {("plans.lost", "mine"): 1.0}


def test_another_index_is_the_planners_choice(notes: Connection) -> None:
    change = (
        b"CREATE INDEX better ON public.notes (organization) INCLUDE (id, body); DROP INDEX public.notes_organization"
    )
    assert _then(notes, query(BY_ORGANIZATION), change).levels == {("plans.lost", "mine"): 0.0}


def test_a_table_that_has_become_tiny_is_read_from_end_to_end_without_loss(notes: Connection) -> None:
    notes.execute(b"DELETE FROM public.notes WHERE id > 20")
    notes.execute(b"VACUUM (FULL, ANALYZE) public.notes")
    before = baseline(plans={"mine": ("notes_organization",)})
    asked = query(BY_ORGANIZATION, index="notes_organization")
    assert plans_of(notes, [asked]) == {"mine": ()}
    found = look(notes, PROBE, Scope(workload=(asked,), baseline=before))
    assert found.levels == {("plans.lost", "mine"): 0.0}


def test_a_policy_that_hides_the_index_from_the_planner_is_a_loss(notes: Connection) -> None:
    """The query is planned as its role, whose policy may not let the server use the index."""
    change = b"""CREATE FUNCTION public.slow(text) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT $1';
        DROP INDEX public.notes_organization; CREATE INDEX notes_organization ON public.notes (md5(organization))"""
    found = _then(notes, query(BY_ORGANIZATION, index="notes_organization"), change)
    assert found.levels == {("plans.lost", "mine"): 1.0}


def test_what_cannot_be_planned_says_so_and_the_others_are(notes: Connection) -> None:
    workload = (
        query("SELECT * FROM public.gone WHERE a = $1", name="gone"),
        query("SELECT public.no_function($1)", name="no function"),
        query(BY_ORGANIZATION, name="not its role", role="nobody_here"),
        query(BY_ORGANIZATION, index="notes_organization"),
    )
    found = look(notes, PROBE, Scope(workload=workload, baseline=baseline(plans=plans_of(notes, workload))))
    assert found.levels == {("plans.lost", "mine"): 0.0}
    assert found.unread.keys() == {"gone", "no function", "not its role"}
    assert found.unread["gone"] == 'it cannot be planned: 42P01 relation "public.gone" does not exist'


def test_what_writes_is_planned_and_writes_nothing(notes: Connection) -> None:
    notes.execute(b"GRANT DELETE ON public.notes TO authenticated")
    notes.execute(b"CREATE POLICY mine ON public.notes FOR DELETE TO authenticated USING (true)")
    asked = query("DELETE FROM public.notes WHERE organization = $1", index="notes_organization")
    assert _then(notes, asked, b"SELECT").levels == {("plans.lost", "mine"): 0.0}
    assert notes.execute("SELECT count(*) FROM public.notes").fetchall() == [(20000,)]


def test_before_the_deployment_nothing_can_be_lost(notes: Connection) -> None:
    found = look(notes, PROBE, Scope(workload=(query(BY_ORGANIZATION, index="to_come"),)))
    assert (found.levels, found.unread) == ({}, {})
