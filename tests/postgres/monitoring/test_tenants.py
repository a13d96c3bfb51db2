"""Queries that a release declares, to be watched on its own tables."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.postgres.monitoring.watched import NOTES, declared, look

from seatrial.monitoring.probes.tenants import MOST, PROBE
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

SHARE = "SELECT organization, count(*) FILTER (WHERE failed), count(*) FROM public.notes GROUP BY 1 -- by organization"


@pytest.fixture(params=["supabase_db", pytest.param("second_db", marks=pytest.mark.second_server)])
def notes(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(request.getfixturevalue(request.param)) as connection:
        connection.execute(NOTES.encode())
        yield connection


def test_failures_and_attempts_by_organization(notes: Connection) -> None:
    found = look(notes, PROBE, declared(SHARE))
    assert found.events["tenants.bad", "query 1: organization 10"] == 40
    assert found.events["tenants.of", "query 1: organization 10"] == 40
    assert found.events["tenants.bad", "query 1: organization 7"] == 0
    assert len(found.events) == 1000
    assert found.unread == {}


def test_a_count_and_whose_it_is_when_it_is_nobodys(notes: Connection) -> None:
    found = look(notes, PROBE, declared("SELECT * FROM (VALUES ('a', 2), (NULL, 3), ('b', NULL)) AS v (who, many)"))
    assert found.events == {("tenants.count", "query 1: a"): 2.0, ("tenants.count", "query 1: (none)"): 3.0}


def test_it_is_asked_about_the_time_since_the_look_before(notes: Connection) -> None:
    about = "SELECT 'seconds', extract(epoch FROM $2 - $1), 1"
    found = look(notes, PROBE, declared(about, since=time.time() - 600))
    assert found.events["tenants.bad", "query 1: seconds"] == pytest.approx(600, abs=5)
    # The first look does not ask about all that ever was.
    assert look(notes, PROBE, declared(about)).events["tenants.bad", "query 1: seconds"] == pytest.approx(60)


def test_one_that_fails_says_why_and_the_others_go_on(notes: Connection) -> None:
    failing = [
        "SELECT organization, 1 FROM public.gone",
        "SELECT body, body::int FROM public.notes",
        "DELETE FROM public.notes",
        "WITH gone AS (DELETE FROM public.notes RETURNING 1) SELECT 'a', count(*) FROM gone",
        "SELECT 'a', 1) AS x; COMMIT; DELETE FROM public.notes; SELECT * FROM (SELECT 'a', 2",
        "SELECT 'a', 1, 2, 3",
        "SELECT 'a', 'many'",
        "SELECT 'a', 'NaN'::float8",
        "SELECT 'a', 1 FROM pg_sleep(60)",
    ]
    notes.execute("SET statement_timeout = '2s'")
    found = look(notes, PROBE, declared(*failing, SHARE))
    assert len(found.events) == 1000
    assert found.unread == {
        "query 1": '42P01 relation "public.gone" does not exist',
        # The message would quote the body of a note.
        "query 2": "SQLSTATE 22P02",
        "query 3": '42601 syntax error at or near "FROM"',
        "query 4": "0A000 WITH clause containing a data-modifying statement must be at the top level",
        "query 5": "42601 cannot insert multiple commands into a prepared statement",
        "query 6": "it answers with 4 columns: organization, how many failed and of how many",
        "query 7": "what it counts is no number",
        "query 8": "what it counts is negative, or no number",
        "query 9": "57014 canceling statement due to statement timeout",
    }
    assert notes.execute("SELECT count(*) FROM public.notes").fetchall() == [(20000,)]


def test_a_function_that_writes_cannot(notes: Connection) -> None:
    notes.execute("""CREATE FUNCTION public.sly() RETURNS bigint LANGUAGE sql
        AS 'WITH gone AS (DELETE FROM public.notes RETURNING 1) SELECT count(*) FROM gone'""")
    found = look(notes, PROBE, declared("SELECT 'a', public.sly()"))
    assert found.unread == {"query 1": "SQLSTATE 25006"}


def test_of_too_many_the_worst_are_kept(notes: Connection) -> None:
    found = look(notes, PROBE, declared("SELECT id, id FROM public.notes ORDER BY id"))
    assert len(found.events) == MOST
    assert min(found.events.values()) == 20000 - MOST + 1
    assert found.unread == {"query 1": "it answers for more than 5,000 organizations: only the worst are watched"}
