"""Policies that run for each row, as published for 100,000 rows: seen on 3,000, in counts and plans, and mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.performance.policy_folder import ROWS, ask, call, with_notes

from seatrial.performance.policies.cost import cost_of_policies
from seatrial.pg.connection import database_of, rows
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.performance.policy_folder import Asked

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

READ_MEMBERS = "GRANT SELECT ON public.members TO authenticated"
MY_TEAMS = "SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid())"


@pytest.fixture
def admin(server: Server, supabase_db: str) -> Iterator[Connection]:
    """A superuser, on a fresh database."""
    with server.superuser(database_of(supabase_db)) as connection:
        yield connection


def mended(connection: Connection, asked: Asked) -> Asked:
    """The same call when the rewrite of its only fault is in force."""
    assert not asked.fault.note
    assert asked.fault.rewritten is not None
    execute_statement(connection, asked.fault.rewrite)
    return ask(connection)


def test_who_asks_is_asked_for_each_row_and_once_in_a_sub_select(admin: Connection) -> None:
    with_notes(admin, "auth.uid() = user_id")
    before = ask(admin)
    assert (before.fault.kind, before.fault.code) == ("per row", "PRF001")
    assert before.fault.what == "auth.uid is evaluated for each of 3,000 rows of public.notes"
    assert before.fault.rewrite == ("ALTER POLICY notes_select ON public.notes USING ((SELECT auth.uid()) = user_id);")
    after = mended(admin, before)
    assert after.faults == ()
    assert (after.cost.rows, after.cost.bare_rows, after.cost.read) == (150, ROWS, ROWS)


def test_an_index_on_what_is_compared_leaves_only_the_own_rows(admin: Connection) -> None:
    with_notes(admin, "user_id = auth.uid()", "CREATE INDEX notes_user ON public.notes (user_id)")
    found = ask(admin)
    assert found.faults == ()
    assert (found.cost.read, found.cost.rows) == (150, 150)


def test_a_helper_without_arguments_is_called_for_each_row(admin: Connection) -> None:
    with_notes(admin, "public.is_admin()")
    before = ask(admin)
    assert before.fault.what == "public.is_admin is called 3,000 times for 3,000 rows of public.notes"
    assert mended(admin, before).faults == ()


def test_both_of_a_helper_and_who_asks_are_mended_at_once(admin: Connection) -> None:
    with_notes(admin, "public.is_admin() OR auth.uid() = user_id")
    before = ask(admin)
    assert before.fault.code == "PRF001"
    assert "((SELECT public.is_admin()) OR (SELECT auth.uid()) = user_id)" in before.fault.rewrite
    assert mended(admin, before).faults == ()


def test_a_role_that_a_helper_returns_is_asked_once(admin: Connection) -> None:
    with_notes(admin, "public.has_role() = role")
    before = ask(admin)
    assert "public.has_role is called 3,00" in before.fault.what
    assert mended(admin, before).faults == ()


def test_an_array_of_a_helper_keeps_its_type_behind_any(admin: Connection) -> None:
    with_notes(admin, "team_id = any (public.user_teams())")
    before = ask(admin)
    assert "team_id = ANY((SELECT public.user_teams())::int[])" in before.fault.rewrite
    after = mended(admin, before)
    assert after.faults == ()
    execute_statement(admin, "CREATE INDEX notes_team ON public.notes (team_id)")
    assert ask(admin).cost.read == after.cost.rows == 50


def test_the_caller_among_the_members_is_turned_round(admin: Connection) -> None:
    policy = "(SELECT auth.uid()) IN (SELECT m.user_id FROM public.members m WHERE m.team_id = notes.team_id)"
    with_notes(admin, policy, READ_MEMBERS)
    before = ask(admin)
    assert (before.fault.kind, before.fault.code) == ("per row", "PRF006")
    assert before.fault.what == "public.members is looked into 3,000 times for 3,000 rows of public.notes"
    assert "notes.team_id = ANY(ARRAY(SELECT m.team_id FROM public.members m" in before.fault.rewrite
    assert mended(admin, before).faults == ()


def test_a_list_that_does_not_mention_the_row_is_no_fault(admin: Connection) -> None:
    with_notes(admin, f"team_id IN ({MY_TEAMS})", READ_MEMBERS)
    assert ask(admin).faults == ()


@pytest.mark.parametrize("policy", ["public.can(team_id)", "(SELECT public.can(team_id))"])
def test_a_sub_select_around_a_helper_that_gets_the_row_does_not_help_and_a_list_does(
    admin: Connection, policy: str
) -> None:
    with_notes(admin, policy)
    before = ask(admin)
    assert (before.fault.kind, before.fault.code) == ("per row", "PRF005")
    assert before.fault.what == "public.can is called 3,000 times for 3,000 rows of public.notes"
    assert "WHERE m.user_id = (SELECT auth.uid())" in before.fault.rewrite
    assert mended(admin, before).faults == ()


def test_a_helper_in_plpgsql_is_turned_round_too(admin: Connection) -> None:
    helper = """CREATE FUNCTION public.can(team integer) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
      SECURITY DEFINER SET search_path = '' AS $$ BEGIN
        RETURN EXISTS (SELECT FROM public.members m WHERE m.user_id = auth.uid() AND m.team_id = team); END $$;"""
    with_notes(admin, "public.can(team_id)", helpers=helper)
    assert mended(admin, ask(admin)).cost.rows == 50


def test_a_helper_that_decides_by_more_is_left_to_a_person(admin: Connection) -> None:
    helper = """CREATE FUNCTION public.can(team integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
        SELECT EXISTS (SELECT FROM public.members m WHERE m.user_id = auth.uid() AND m.team_id <= team) $$;"""
    with_notes(admin, "public.can(team_id)", helpers=helper)
    [found] = [one for one in ask(admin).faults if one.code == "PRF005"]
    assert found.rewritten is None
    assert found.rewrite == ""
    assert "public.can is more than one look-up" in found.note


def test_anon_pays_for_the_scan_of_a_policy_for_everybody(admin: Connection) -> None:
    with_notes(admin, "auth.uid() = user_id", "ALTER POLICY notes_select ON public.notes TO public")
    everybody = ask(admin, call(role="anon"))
    execute_statement(admin, "ALTER POLICY notes_select ON public.notes TO authenticated")
    signed_in = ask(admin, call(role="anon"))
    assert (everybody.fault.code, everybody.cost.read, everybody.cost.rows) == ("PRF001", ROWS, 0)
    assert (signed_in.faults, signed_in.cost.read, signed_in.cost.policies) == ((), 0, ())


def test_a_filter_that_the_client_adds_uses_the_index(admin: Connection) -> None:
    with_notes(admin, "auth.uid() = user_id", "CREATE INDEX notes_user ON public.notes (user_id)")
    person = "00000000-0000-0000-0000-000000000001"
    found = ask(admin, call("SELECT * FROM public.notes WHERE user_id = $1::uuid", params=(person,)))
    assert found.cost.read == 150


def test_a_volatile_helper_that_only_reads_is_declared_stable(admin: Connection) -> None:
    with_notes(admin, "public.is_admin()", "ALTER FUNCTION public.is_admin() VOLATILE")
    before = ask(admin)
    assert before.fault.code == "PRF004"
    assert before.fault.rewrite.startswith("ALTER FUNCTION public.is_admin() STABLE;\nALTER POLICY")
    assert mended(admin, before).faults == ()


def test_what_may_answer_otherwise_for_each_row_is_left_to_a_person(admin: Connection) -> None:
    with_notes(admin, "random() < 2")
    found = ask(admin).fault
    assert (found.code, found.rewrite, found.rewritten) == ("PRF004", "", None)
    assert "a person has to say" in found.note


def test_a_setting_is_asked_for_once(admin: Connection) -> None:
    with_notes(admin, "team_id = nullif(current_setting('app.team', true), '')::integer")
    before = ask(admin)
    assert "current_setting is evaluated for each of 3,000 rows" in before.fault.what
    assert mended(admin, before).faults == ()


def test_with_check_gets_its_sub_selects_in_the_same_statement(admin: Connection) -> None:
    policy = (
        "CREATE POLICY own ON public.notes FOR UPDATE USING (auth.uid() = user_id) WITH CHECK (auth.uid() = user_id)"
    )
    with_notes(admin, "true", policy, "GRANT UPDATE ON public.notes TO authenticated")
    found = ask(admin, call("UPDATE public.notes SET body = body || '!'", writes=True))
    assert found.fault.policy == "own"
    assert found.fault.rewrite.count("(SELECT auth.uid()) = user_id") == 2
    assert (found.cost.rows, found.cost.bare_rows, found.fault.note) == (150, ROWS, "")


def test_a_policy_that_never_ends_is_named_by_what_was_counted_until_then(admin: Connection) -> None:
    slow = """CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
      BEGIN PERFORM pg_sleep(0.002); RETURN true; END $$;"""
    with_notes(admin, "public.is_admin()", helpers=slow)
    found = ask(admin, time_limit=0.5)
    assert "did not come to an end" in found.fault.what
    assert found.fault.note == "the query as it is does not end within 0.5 s"
    assert (found.cost.note, found.cost.secured) == ("with row security it did not end within 0.5 s", 500)
    assert found.fault.rewritten is not None


def test_a_rewrite_that_shows_other_rows_is_not_called_equal(admin: Connection) -> None:
    # Only while it is called for each row does it let every second one through.
    helper = """CREATE FUNCTION public.odd() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
      DECLARE calls integer := coalesce(nullif(current_setting('app.calls', true), ''), '0')::integer + 1; BEGIN
      PERFORM set_config('app.calls', calls::text, true); RETURN calls % 2 = 0; END $$;"""
    with_notes(admin, "public.odd()", helpers=helper)
    found = ask(admin).fault
    assert found.code == "PRF001"
    assert found.note == "not equal: 3 senders of 3 get other rows"


def test_what_the_query_asks_itself_is_not_laid_to_the_policy(admin: Connection) -> None:
    with_notes(admin, "user_id = auth.uid()", "CREATE INDEX notes_user ON public.notes (user_id)")
    own = call("SELECT * FROM public.notes WHERE body <> current_setting('app.place', true)")
    assert ask(admin, own).faults == ()


def test_schema_and_rows_are_as_before(admin: Connection) -> None:
    def state() -> list[dict[str, object]]:
        return rows(
            admin,
            "SELECT (SELECT count(*) FROM pg_proc) AS functions, pg_get_expr(p.polqual, p.polrelid) AS condition, "
            "c.relrowsecurity AS secured, (SELECT count(*) FROM public.notes) AS notes FROM pg_policy p "
            "JOIN pg_class c ON c.oid = p.polrelid",
        )

    with_notes(admin, "public.can(team_id) OR public.is_admin()")
    before = state()
    ask(admin)
    assert state() == before
    assert admin.info.transaction_status.name == "IDLE"


def test_a_fault_is_reported_once_as_the_call_that_it_costs_most(admin: Connection) -> None:
    with_notes(admin, "public.is_admin()")
    few = call("SELECT * FROM public.notes WHERE id <= 20")
    costs, faults = cost_of_policies(admin, [few, call()])
    assert [one.read for one in costs] == [20, ROWS]
    assert [one.what for one in faults] == ["public.is_admin is called 3,000 times for 3,000 rows of public.notes"]


def test_who_is_above_row_security_has_no_cost(admin: Connection) -> None:
    with_notes(admin, "true")
    assert cost_of_policies(admin, [call(role="service_role")]) == ((), ())


def test_partitions_are_under_the_policies_of_their_parent(admin: Connection) -> None:
    execute_statement(
        admin,
        """CREATE TABLE public.events (id integer, user_id uuid) PARTITION BY RANGE (id);
        CREATE TABLE public.events_1 PARTITION OF public.events FOR VALUES FROM (0) TO (500);
        CREATE TABLE public.events_2 PARTITION OF public.events FOR VALUES FROM (500) TO (2000);
        INSERT INTO public.events SELECT number, gen_random_uuid() FROM generate_series(1, 1000) AS number;
        ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;
        ALTER FUNCTION auth.uid() PARALLEL SAFE;
        CREATE POLICY own ON public.events USING (auth.uid() = user_id);""",
    )
    found = ask(admin, call("SELECT * FROM public.events"))
    assert (found.cost.policies, found.cost.bare_rows) == (("public.events.own",), 1000)
    assert found.fault.what.startswith("auth.uid is evaluated for each of 1,000 rows")
    assert found.fault.note == ""
