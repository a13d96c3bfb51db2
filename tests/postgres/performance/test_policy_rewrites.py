"""Rewrites of policies open nothing: as whom functions run that they make, who may call them, and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.performance.policy_folder import ask, call, with_notes

from seatrial.performance.policies.cost import cost_of_policies
from seatrial.pg.connection import database_of, rows
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

MY_TEAMS = "team_id = ANY (ARRAY(SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid())))"
LIST = "team_id = ANY ((SELECT public.user_teams())::integer[])"
WORDS = "CREATE INDEX notes_words ON public.notes USING gin (to_tsvector('english', body)); ANALYZE public.notes"
SEARCH = "SELECT id FROM public.notes WHERE to_tsvector('english', body) @@ websearch_to_tsquery('english', $1)"
READ_MEMBERS = "GRANT SELECT ON public.members TO authenticated"
OWN = (
    "ALTER TABLE public.members ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON public.members USING (role <> 'admin')"
)
OPEN = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO anon, authenticated, service_role"


@pytest.fixture
def admin(server: Server, supabase_db: str) -> Iterator[Connection]:
    """A superuser, on a fresh database."""
    with server.superuser(database_of(supabase_db)) as connection:
        yield connection


@pytest.fixture(autouse=True)
def all_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What so few rows gain is not the question here."""
    monkeypatch.setattr("seatrial.performance.policies.cost.is_shown", lambda _fault, _cost: True)


def callers_of(connection: Connection, signature: str) -> list[str]:
    """Those of the platform's roles that may call a function."""
    asked = """SELECT r.rolname FROM pg_roles r WHERE r.rolname IN ('anon', 'authenticated', 'service_role')
      AND has_function_privilege(r.oid, %(signature)s::regprocedure, 'EXECUTE')"""
    return [row["rolname"] for row in rows(connection, asked, {"signature": signature})]


def test_a_condition_that_reads_rows_of_the_caller_is_not_asked_past_row_security(admin: Connection) -> None:
    with_notes(admin, MY_TEAMS, READ_MEMBERS, WORDS, OWN)
    [found] = [one for one in ask(admin, call(SEARCH, params=("harbour",))).faults if one.code == "PRF009"]
    assert (found.rewrite, found.rewritten) == ("", None)
    assert found.note.startswith("public.members would be asked past row security: let the policy")


@pytest.mark.parametrize(
    ("options", "body", "is_made"),
    [
        ("SECURITY DEFINER", "SELECT array_agg(m.team_id) FROM public.members m WHERE m.user_id = auth.uid()", True),
        ("", "SELECT array_agg(m.team_id) FROM public.members m WHERE m.user_id = auth.uid()", False),
        ("", "SELECT array_remove(array[7], CASE WHEN auth.uid() IS NULL THEN 7 END)", True),
        ("", "SELECT array[length(current_user)]", False),
    ],
)
def test_a_helper_that_runs_as_the_caller_and_may_read_is_left_to_a_person(
    admin: Connection, options: str, body: str, *, is_made: bool
) -> None:
    helper = f"CREATE FUNCTION public.user_teams() RETURNS integer[] LANGUAGE sql STABLE {options} AS $$ {body} $$;"
    with_notes(admin, LIST, READ_MEMBERS, WORDS, helpers=helper)
    [found] = [one for one in ask(admin, call(SEARCH, params=("harbour",))).faults if one.code == "PRF009"]
    assert bool(found.rewrite) is is_made
    assert is_made or found.note.startswith("public.user_teams would be asked past row security")


def test_only_the_role_that_asks_may_call_a_search_function(admin: Connection) -> None:
    with_notes(admin, LIST, WORDS, OPEN)
    found = ask(admin, call(SEARCH, params=("harbour",))).fault
    execute_statement(admin, found.rewrite)
    assert callers_of(admin, "public.notes_of_caller(text)") == ["authenticated"]


def test_a_list_gets_a_name_that_is_free_and_only_the_roles_of_the_policy(admin: Connection) -> None:
    taken = "CREATE FUNCTION public.can_of_caller() RETURNS SETOF integer LANGUAGE sql AS 'SELECT 1'"
    with_notes(admin, "public.can(team_id)", OPEN, taken)
    found = ask(admin).fault
    assert (found.note, found.rewritten is None) == ("", False)
    execute_statement(admin, found.rewrite)
    assert callers_of(admin, "public.can_of_caller2()") == ["authenticated"]


@pytest.mark.parametrize("security", ["SECURITY DEFINER", "SECURITY INVOKER"])
def test_a_list_runs_as_its_helper_did(admin: Connection, security: str) -> None:
    owner = "GRANT CREATE ON SCHEMA public TO app; ALTER FUNCTION public.can OWNER TO app"
    make = "DO $$ BEGIN CREATE ROLE app NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    grant = "GRANT USAGE ON SCHEMA auth, public TO app; GRANT SELECT ON public.members TO app, authenticated"
    with_notes(admin, "public.can(team_id)", f"ALTER FUNCTION public.can {security}", OWN, make, grant, owner)
    found = ask(admin).fault
    assert (found.note, found.rewritten is None) == ("", False)
    execute_statement(admin, found.rewrite)
    asked = "SELECT prosecdef, proowner::regrole::text AS owner FROM pg_proc WHERE proname = %(name)s"
    [before], [after] = (rows(admin, asked, {"name": name}) for name in ("can", "can_of_caller"))
    assert after["prosecdef"] == before["prosecdef"] == (security == "SECURITY DEFINER")
    if after["prosecdef"]:
        assert after["owner"] == before["owner"]


def test_two_policies_with_one_helper_make_its_list_once(admin: Connection) -> None:
    more = "CREATE POLICY more ON public.notes FOR SELECT TO authenticated USING (public.can(team_id) AND id > 5)"
    with_notes(admin, "public.can(team_id)", more)
    faults = ask(admin).faults
    assert sum(one.rewrite.count("CREATE FUNCTION") for one in faults) == 1
    assert all(one.rewritten is not None for one in faults)
    for one in faults:
        execute_statement(admin, one.rewrite)
    assert ask(admin).faults == ()


@pytest.mark.parametrize("index", ["team_id", "user_id, team_id"])
def test_what_the_server_hashes_is_read_from_end_to_end(admin: Connection, index: str) -> None:
    policy = "EXISTS (SELECT FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = (SELECT auth.uid()))"
    with_notes(
        admin,
        policy,
        READ_MEMBERS,
        "CREATE INDEX notes_team ON public.notes (team_id)",
        f"ALTER TABLE public.members DROP CONSTRAINT members_pkey; CREATE INDEX mine ON public.members ({index})",
    )
    before = ask(admin).fault
    assert before.code == "PRF006"
    assert before.what == (
        "public.members is looked into once, and all 3,000 rows of public.notes are read to be compared with it"
    )
    assert (before.note, before.rewritten is None) == ("", False)
    execute_statement(admin, before.rewrite)
    after = ask(admin)
    assert (after.faults, after.cost.read < 200) == ((), True)


def test_a_helper_that_cannot_be_turned_round_is_named(admin: Connection) -> None:
    helper = """CREATE FUNCTION public.member_role(team integer) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
      SECURITY DEFINER AS $$
        SELECT m.role FROM public.members m WHERE m.team_id = team AND m.user_id = auth.uid() $$;"""
    with_notes(admin, "public.member_role(team_id) IS NOT NULL", helpers=helper)
    found = ask(admin).fault
    assert (found.kind, found.rewrite, found.rewritten) == ("per row", "", None)
    assert found.note.startswith("public.member_role is more than one look-up")


def test_a_fault_that_is_not_worth_it_is_left_out(admin: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seatrial.performance.policies.cost.is_shown", lambda _fault, _cost: False)
    with_notes(admin, "public.can(team_id)")
    assert cost_of_policies(admin, [call()])[1] == ()
