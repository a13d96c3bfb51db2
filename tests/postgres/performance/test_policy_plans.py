"""Policies that keep a query from its index or from other processes: seen in plans, and mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.performance.policy_folder import ask, call, sender, with_notes

from seatrial.pg.connection import database_of, rows
from seatrial.pg.sending import sending
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

READ_MEMBERS = "GRANT SELECT ON public.members TO authenticated"
MY_TEAMS = "team_id = ANY (ARRAY(SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid())))"
WORDS = "CREATE INDEX notes_words ON public.notes USING gin (to_tsvector('english', body)); ANALYZE public.notes"
PREFIX = "CREATE INDEX notes_prefix ON public.notes (body text_pattern_ops); ANALYZE public.notes"
SEARCH = "SELECT id, body FROM public.notes WHERE to_tsvector('english', body) @@ websearch_to_tsquery('english', $1)"


@pytest.fixture
def admin(server: Server, supabase_db: str) -> Iterator[Connection]:
    """A superuser, on a fresh database."""
    with server.superuser(database_of(supabase_db)) as connection:
        yield connection


@pytest.fixture(autouse=True)
def all_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What so few rows gain is not the question here."""
    monkeypatch.setattr("seatrial.performance.policies.cost.is_shown", lambda _fault, _cost: True)


def scans_of(connection: Connection, index: str, statement: str) -> int:
    """How often an index is scanned by what somebody who has signed in asks."""
    execute_statement(connection, "BEGIN")
    count = "SELECT pg_stat_get_xact_numscans(%(index)s::regclass) AS scans"
    [before] = rows(connection, count, {"index": index})
    with sending(connection, sender(), time_limit=5):
        execute_statement(connection, statement)
        [after] = rows(connection, count, {"index": index})
    execute_statement(connection, "ROLLBACK")
    return int(after["scans"] - before["scans"])


def test_full_text_search_loses_its_index_and_a_function_gives_it_back(admin: Connection) -> None:
    with_notes(admin, MY_TEAMS, READ_MEMBERS, WORDS)
    found = ask(admin, call(SEARCH, params=("harbour",)))
    assert (found.fault.kind, found.fault.code) == ("index lost", "PRF009")
    assert found.fault.what == "notes_words is not used, as @@ is not known to be leakproof"
    assert (found.fault.note, found.fault.rewritten is None) == ("", False)
    assert found.cost.read > 3000
    assert scans_of(admin, "public.notes_words", SEARCH.replace("$1", "'harbour'")) == 0
    execute_statement(admin, found.fault.rewrite)
    assert scans_of(admin, "public.notes_words", "SELECT * FROM public.notes_of_caller('harbour')") == 1


@pytest.mark.parametrize(
    ("condition", "params", "said"),
    [("body LIKE 'note 15%'", (), "~~ (LIKE)"), ("n.body LIKE $1", ("note 15%",), "~~ (LIKE)")],
)
def test_a_pattern_loses_its_index(admin: Connection, condition: str, params: tuple[str, ...], said: str) -> None:
    with_notes(admin, MY_TEAMS, READ_MEMBERS, PREFIX)
    found = ask(admin, call(f"SELECT n.id FROM notes n WHERE {condition}", params=params)).fault
    assert found.what == f"notes_prefix is not used, as {said} is not known to be leakproof"
    assert found.note == ""
    execute_statement(admin, found.rewrite)
    given = "'note 15%'" if params else ""
    assert scans_of(admin, "public.notes_prefix", f"SELECT * FROM public.notes_of_caller({given})") == 1


def test_containment_loses_its_index(admin: Connection) -> None:
    tags = """ALTER TABLE public.notes ADD COLUMN tags jsonb NOT NULL DEFAULT '{}';
      UPDATE public.notes SET tags = jsonb_build_object('place', id % 400);
      CREATE INDEX notes_tags ON public.notes USING gin (tags); ANALYZE public.notes"""
    with_notes(admin, MY_TEAMS, READ_MEMBERS, tags)
    found = ask(admin, call("""SELECT id FROM public.notes WHERE tags @> '{"place": 7}'""")).fault
    assert found.what == "notes_tags is not used, as @> is not known to be leakproof"


def test_equality_keeps_its_index(admin: Connection) -> None:
    with_notes(admin, MY_TEAMS, READ_MEMBERS, "CREATE INDEX notes_body ON public.notes (body); ANALYZE public.notes")
    found = ask(admin, call("SELECT id FROM public.notes WHERE body = $1", params=("note 15",)))
    assert found.faults == ()
    assert found.cost.read < 200


def test_an_index_that_the_planner_does_not_want_anyway_is_not_lost(admin: Connection) -> None:
    teams = "CREATE INDEX notes_team ON public.notes (team_id)"
    with_notes(admin, "team_id = (SELECT 7)", WORDS, teams)
    assert ask(admin, call(SEARCH, params=("note",))).faults == ()


def test_names_that_are_not_unique_are_left_to_a_person(admin: Connection) -> None:
    with_notes(admin, MY_TEAMS, READ_MEMBERS, WORDS)
    found = ask(admin, call(SEARCH.replace("id, body", "id, id"), params=("harbour",))).fault
    assert (found.rewrite, found.rewritten) == ("", None)
    assert "SECURITY DEFINER" in found.note


def test_a_helper_that_is_not_parallel_safe_keeps_queries_in_one_process(admin: Connection) -> None:
    with_notes(admin, "(SELECT public.is_admin())", "ALTER FUNCTION public.is_admin() PARALLEL UNSAFE")
    found = ask(admin, call("SELECT count(*) FROM public.notes"))
    assert (found.fault.kind, found.fault.code) == ("not parallel", "PRF010")
    assert found.fault.what == (
        "no query of public.notes can use several processes, as public.is_admin is not PARALLEL SAFE"
    )
    assert found.fault.rewrite == "ALTER FUNCTION public.is_admin() PARALLEL SAFE;"
    assert (found.fault.note, found.fault.rewritten is None) == ("", False)
    execute_statement(admin, found.fault.rewrite)
    assert ask(admin, call("SELECT count(*) FROM public.notes")).faults == ()


def test_a_function_of_the_platform_has_to_be_called_by_one_of_ones_own(admin: Connection) -> None:
    unsafe = "ALTER FUNCTION auth.uid() PARALLEL UNSAFE"
    with_notes(admin, "(SELECT auth.uid()) = user_id", unsafe, "ALTER TABLE public.notes OWNER TO postgres")
    found = ask(admin, call("SELECT count(*) FROM public.notes")).fault
    assert (found.kind, found.note, found.rewritten is None) == ("not parallel", "", False)
    assert "ALTER FUNCTION auth.uid" not in found.rewrite
    execute_statement(admin, found.rewrite)
    assert ask(admin, call("SELECT count(*) FROM public.notes")).faults == ()


def test_a_function_that_writes_is_not_called_safe(admin: Connection) -> None:
    writes = """CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql SECURITY DEFINER AS $$
      INSERT INTO public.members SELECT auth.uid(), -1 ON CONFLICT DO NOTHING; SELECT true $$;"""
    with_notes(admin, "(SELECT public.is_admin())", helpers=writes)
    found = ask(admin, call("SELECT count(*) FROM public.notes")).fault
    assert (found.kind, found.rewrite, found.rewritten) == ("not parallel", "", None)
    assert "a person has to say whether public.is_admin only reads" in found.note


def test_who_reads_few_rows_wants_no_other_process(admin: Connection) -> None:
    with_notes(admin, "(SELECT public.is_admin())", "ALTER FUNCTION public.is_admin() PARALLEL UNSAFE")
    assert ask(admin, call("SELECT * FROM public.notes WHERE id = 7")).faults == ()
