"""Which indexes nobody uses, and which are missing, on a real server; pages read stand in for time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.performance.notes import asked, notes, timed

import seatrial.performance.indexes.proposed as under_test
from seatrial.model.workload import Observed
from seatrial.performance.indexes.proposed import proposed
from seatrial.performance.indexes.unused import index_names, unused
from seatrial.performance.run import observe
from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.performance import Call, ProposedIndex
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

OPEN = "SELECT id FROM public.notes WHERE stage = 'open' AND NOT done ORDER BY made DESC LIMIT 20"


@pytest.fixture
def filled(supabase_db: str, server: Server) -> Iterator[Connection]:
    """Notes of many organizations."""
    with notes(supabase_db, server) as connection:
        yield connection


@pytest.fixture
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages read take the place of milliseconds, so that nothing depends on how busy the machine is."""

    def read(connection: Connection, call: Call, *, time_limit: float, runs: int) -> float | None:
        found = observe(connection, call, time_limit=time_limit, thorough=False)
        return float(found.buffers) if runs and isinstance(found, Observed) else None

    monkeypatch.setattr(under_test, "median_of", read)


def _proposed(connection: Connection, *calls: Call) -> tuple[ProposedIndex, ...]:
    return proposed(connection, calls, timed(connection, *calls))


def _unused(connection: Connection, *calls: Call, before: frozenset[str]) -> list[str]:
    return [one.index for one in unused(connection, timed(connection, *calls), before)]


def test_only_an_index_of_the_release_that_nothing_needs_is_unused(filled: Connection) -> None:
    before = index_names(filled)
    execute_script(filled, """
        CREATE INDEX notes_idle ON public.notes (body);
        CREATE INDEX notes_organization ON public.notes (organization_id);
        CREATE INDEX notes_other ON public.notes (organization_id, body) WHERE done;
        CREATE UNIQUE INDEX notes_once ON public.notes (body, id);
        CREATE INDEX notes_made ON public.notes (made);
        CREATE SCHEMA old; CREATE TABLE old.notes (made timestamptz); CREATE INDEX notes_made ON old.notes (made);
        ANALYZE;
    """)  # fmt: skip
    recent = asked("SELECT id FROM public.notes ORDER BY made LIMIT 5")

    assert _unused(filled, recent, before=before) == ["public.notes_idle", "public.notes_other", "old.notes_made"]


def test_an_index_that_only_a_function_uses_is_used(filled: Connection) -> None:
    before = index_names(filled)
    execute_script(filled, """
        CREATE INDEX notes_body ON public.notes (body);
        CREATE FUNCTION public.found(wanted text) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
          SET search_path = '' AS 'BEGIN RETURN (SELECT n.id FROM public.notes AS n WHERE n.body = wanted); END';
    """)  # fmt: skip

    assert _unused(filled, asked("SELECT * FROM public.found($1)", "note 5"), before=before) == []
    assert _unused(filled, asked("SELECT 1"), before=before) == ["public.notes_body"]


def test_an_index_of_a_partitioned_table_is_one(filled: Connection) -> None:
    kind = asked("SELECT id FROM public.events WHERE kind = $1 AND made < '2025-09-01'", "kind 7")

    found = unused(filled, timed(filled, asked("SELECT 1")), index_names(filled) - {"public.events_kind"})

    assert [(one.index, one.table) for one in found] == [("public.events_kind", "public.events")]
    assert found[0].bytes > 100_000
    assert _unused(filled, kind, before=index_names(filled) - {"public.events_kind"}) == []


@pytest.mark.usefixtures("_pages")
def test_a_missing_index_is_proposed_with_what_it_gains_and_costs(filled: Connection) -> None:
    before = index_names(filled)

    [found] = _proposed(filled, asked(OPEN))

    assert found.table == "public.notes"
    assert "(organization_id, made DESC) WHERE ((NOT done) AND (stage = 'open'::text))" in found.sql
    assert [(gain.query, gain.caller) for gain in found.gains] == [("recent", "member")]
    assert found.gains[0].after * 2 < found.gains[0].before
    assert found.bytes > 0
    assert found.inserts_before > 0
    assert found.inserts_after > 0
    assert index_names(filled) == before


@pytest.mark.usefixtures("_pages")
def test_what_a_rewrite_makes_fast_needs_no_index(filled: Connection) -> None:
    before, call = index_names(filled), asked(OPEN)
    timings = timed(filled, call)
    [missing] = proposed(filled, [call], timings, ["ALTER POLICY of_nobody ON public.notes USING (true)"])

    assert proposed(filled, [call], timings, [f"SELECT 1; {missing.sql}"]) == ()
    assert index_names(filled) == before


@pytest.mark.usefixtures("_pages")
def test_the_proposed_statement_does_what_it_says(filled: Connection) -> None:
    [found] = _proposed(filled, asked(OPEN))
    execute_script(filled, found.sql)

    after = observe(filled, asked(OPEN))

    assert isinstance(after, Observed)
    assert after.indexes[-1] in found.sql
    assert "public.notes" not in after.scanned


@pytest.mark.usefixtures("_pages")
def test_the_value_of_a_parameter_is_in_no_proposal(filled: Connection) -> None:
    call = asked("SELECT id FROM public.notes WHERE stage = $1 AND made > $2", "open", "2026-01-03")

    found = _proposed(filled, call)

    assert [one.table for one in found] == ["public.notes"]
    assert "open" not in str(found)
    assert "WHERE" not in found[0].sql


@pytest.mark.usefixtures("_pages")
def test_one_index_serves_several_calls(filled: Connection) -> None:
    made = "SELECT id FROM public.notes WHERE made > '2026-01-02'"

    [found] = _proposed(filled, asked("SELECT count(*) FROM public.notes", name="count"), asked(made, name="made"))

    assert "(organization_id" in found.sql
    assert sorted(gain.query for gain in found.gains) == ["count", "made"]


@pytest.mark.usefixtures("_pages")
def test_nothing_is_proposed_that_the_planner_would_not_use(filled: Connection) -> None:
    everything = asked("SELECT sum(id) FROM public.events WHERE kind > 'a'")
    point = asked("SELECT body FROM public.notes WHERE id = $1", 7)

    assert _proposed(filled, everything, point) == ()


@pytest.mark.usefixtures("_pages")
def test_a_partitioned_table_gets_one_index_for_all_partitions(filled: Connection) -> None:
    execute_script(filled, "DROP INDEX public.events_kind")
    kind = asked("SELECT id FROM public.events WHERE kind = $1", "kind 7")

    [found] = _proposed(filled, kind)
    execute_script(filled, found.sql)
    after = observe(filled, kind)

    assert found.table == "public.events"
    assert isinstance(after, Observed)
    assert after.scanned == ()


@pytest.mark.usefixtures("_pages")
def test_a_number_of_a_parameter_is_in_no_expression(filled: Connection) -> None:
    assert _proposed(filled, asked("SELECT kind FROM public.events WHERE id % $1 = 3", 5000)) == ()


@pytest.mark.usefixtures("_pages")
def test_a_call_that_cannot_be_run_gets_no_proposal(filled: Connection) -> None:
    assert _proposed(filled, asked("SELECT id FROM public.organizations")) == ()
    assert rows(filled, "SELECT 1 AS one") == [{"one": 1}]
