"""What becomes of a weaker release: it is noticed, means the same, is hidden by something else, or survives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import tenancy_of
from tests.postgres.mutation.stage import NOTES, Doors, released

from seatrial.errors import StatementFailed
from seatrial.model.isolation import Mutant
from seatrial.model.narrator import Silent
from seatrial.model.tenancy import TableRule
from seatrial.mutation.mutants import mutants, with_barriers
from seatrial.mutation.trial import Tried, trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.isolation import Cell, Mutation
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

MINE = "organization_id = any ((select private.organizations_of_caller())::uuid[])"
READ = f"""{NOTES} grant select on public.notes to authenticated;
create policy n on public.notes to authenticated using ({MINE});"""
C = "20000000-0000-4000-8000-00000000000c"
TENANCY = tenancy_of(TableRule(table="public.notes", tenant="organization_id", select="viewer"))
NOTES_DOOR = Doors("public.notes")


def tried(connections: Sequence[Connection], door: Doors, *wanted: str, narrator: Silent | None = None) -> Tried:
    """The mutants that begin so, each as `subject: change`; or all of them."""
    made = with_barriers(connections[0], TENANCY)
    chosen = [one for one in made if not wanted or f"{one.subject}: {one.change}".startswith(wanted)]
    assert not wanted or len(chosen) == len(wanted), [f"{one.subject}: {one.change}" for one in made]
    return trial(connections, chosen, door, door.baseline(connections[0]), barriers=made, narrator=narrator)


def only(server: Server, schema: str, mutant: str, door: Doors = NOTES_DOOR) -> Mutation:
    with released(server, schema) as connections:
        [mutation] = tried(connections, door, mutant).mutations
    return mutation


def test_a_policy_that_lets_everything_through_is_noticed_by_the_request_that_got_through(server: Server) -> None:
    mutation = only(server, READ, "policy n on public.notes: USING: the condition is replaced by true")
    assert mutation.caught
    assert mutation.caught.is_leak
    assert (mutation.caught.kind, mutation.caught.subject, mutation.caught.action) == (
        "admin", "public.notes", "read rows of B",
    )  # fmt: skip
    assert not mutation.survived


def test_row_security_that_is_off_is_noticed(server: Server) -> None:
    assert only(server, READ, "public.notes: row security is off").caught


def test_a_helper_of_policies_that_checks_less_is_noticed_at_the_tables_that_ask_it(server: Server) -> None:
    helper = "private.organizations_of_caller(text): body: the condition user_id = auth.uid() is dropped"
    mutation = only(server, READ, helper)
    assert mutation.caught
    assert mutation.caught.subject == "public.notes"
    assert "public.notes" in mutation.mutant.reach


def test_members_who_are_locked_out_are_noticed_too(server: Server) -> None:
    with released(server, READ) as connections:
        mutant = Mutant(sort="policy", subject="n", change="is gone", sql="drop policy n on public.notes")
        [mutation] = trial(
            connections, [mutant], NOTES_DOOR, NOTES_DOOR.baseline(connections[0]), barriers={}
        ).mutations
    assert mutation.caught
    assert not mutation.caught.is_leak
    assert not mutation.caught.agrees


def test_what_the_release_itself_gets_wrong_is_not_held_against_the_mutant(server: Server) -> None:
    schema = READ.replace(f"using ({MINE})", "using (true)")
    mutation = only(
        server, schema, "private.organizations_of_caller(text): body: the condition user_id = auth.uid() is dropped"
    )
    assert mutation.caught is None


def test_with_check_that_is_the_same_as_using_is_equivalent_by_the_servers_own_word(server: Server) -> None:
    schema = READ.replace(f"using ({MINE})", f"using ({MINE}) with check ({MINE})")
    mutation = only(server, schema, "policy n on public.notes: WITH CHECK is removed")
    assert not mutation.survived
    assert mutation.equivalent.startswith("the server uses USING where there is no WITH CHECK, and both are the same")
    assert "pg_get_expr(polqual" in mutation.equivalent


FIRST = "(select case when auth.role() = 'boss' then '00000000-0000-0000-0000-000000000000'::uuid end)"
RANGE = f"""({MINE} or (organization_id between {FIRST} and 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    and {FIRST} = '00000000-0000-0000-0000-000000000000'))"""


@pytest.mark.parametrize(
    ("column", "equivalent"),
    [("alter column body drop not null", True), ("alter column organization_id drop not null", False)],
)
def test_the_greatest_identifier_as_an_end_leaves_nothing_out_where_every_row_has_one(
    server: Server, column: str, *, equivalent: bool
) -> None:
    schema = f"{READ.replace(MINE, RANGE)} alter table public.notes {column};"
    part = "organization_id <= 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"
    mutation = only(server, schema, f"policy n on public.notes: USING: the condition {part}")
    assert (mutation.equivalent != "") is equivalent
    if equivalent:
        assert mutation.equivalent.startswith("no identifier is greater, and organization_id has one in every row")
        assert "attnotnull" in mutation.equivalent


def test_a_reason_that_the_server_denies_counts_for_nothing(server: Server) -> None:
    with released(server, READ) as connections:
        mutant = Mutant(
            sort="policy", subject="n", change="nothing", sql="select 1", same_because="I say so",
            shown="select count(*) = 0 from public.notes",
        )  # fmt: skip
        [mutation] = trial(
            connections, [mutant], NOTES_DOOR, NOTES_DOOR.baseline(connections[0]), barriers={}
        ).mutations
    assert mutation.survived


def test_force_is_the_same_only_under_an_owner_that_bypasses_row_security(server: Server) -> None:
    forced = f"{READ} alter table public.notes force row level security;"
    mutation = only(server, forced, "public.notes: FORCE is off: the owner is spared")
    assert mutation.equivalent.startswith("the owner may bypass row security anyway")


FUNCTION = """
create function public.every() returns uuid[] language sql security definer set search_path = '' as $$
  select array_agg(organization_id) from public.notes $$;
revoke execute on function public.every() from public, anon, authenticated, service_role;
grant execute on function public.every() to authenticated;
"""


def test_force_that_is_off_under_another_owner_is_noticed(server: Server) -> None:
    owner = "owner_of_notes"
    schema = f"""{READ} {FUNCTION}
        reset role; create role {owner}; grant {owner} to postgres;
        grant usage on schema public, private to {owner};
        grant execute on function private.organizations_of_caller to {owner};
        alter table public.notes force row level security;
        alter policy n on public.notes to authenticated, {owner};
        alter table public.notes owner to {owner}; alter function public.every() owner to {owner};"""
    try:
        mutation = only(
            server,
            schema,
            "public.notes: FORCE is off: the owner is spared",
            Doors("public.notes", functions=("public.every()",)),
        )
    finally:
        with server.superuser() as connection:
            connection.execute(f"drop role if exists {owner}".encode())
    assert mutation.caught
    assert mutation.caught.subject == "public.every()"


def test_a_table_that_clients_have_no_privilege_on_is_kept_by_that(server: Server) -> None:
    mutation = only(server, READ.replace("grant select", "grant trigger"), "public.notes: row security is off")
    assert not mutation.survived
    assert mutation.equivalent == "the privileges hold: with them gone too, admin can read rows of B on public.notes"


def test_a_privilege_without_a_policy_is_kept_by_the_policies(server: Server) -> None:
    mutation = only(server, READ, "privileges of anon on public.notes: SELECT is granted")
    assert mutation.equivalent == "the policies hold: with them gone too, anonymous can read rows of A on public.notes"


REFUSES = f"""
{READ.replace("to authenticated using", "for select to authenticated using")}
create policy i on public.notes for insert to authenticated with check ({MINE});
create function private.refuse() returns trigger language plpgsql as $$ begin
  if new.organization_id <> all (private.organizations_of_caller()) then raise insufficient_privilege; end if;
  return new;
end $$;
create trigger refuse before insert on public.notes for each row execute function private.refuse();
"""


def test_a_trigger_that_refuses_the_same_hides_a_weaker_policy(server: Server) -> None:
    schema = f"{REFUSES} grant insert on public.notes to authenticated;"
    mutation = only(server, schema, "policy i on public.notes: WITH CHECK: the condition is replaced by true")
    assert mutation.equivalent.startswith("the triggers hold: with them gone too, admin can insert a row of B")


def test_a_check_that_refuses_the_same_hides_a_weaker_policy(server: Server) -> None:
    schema = f"""{READ.replace("to authenticated using", "for select to authenticated using")}
        create policy i on public.notes for insert to authenticated with check ({MINE});
        create function private.is_mine(o uuid) returns boolean language plpgsql as $$ begin
          if o <> all (private.organizations_of_caller()) then raise insufficient_privilege; end if;
          return true;
        end $$;
        grant execute on function private.is_mine to authenticated;
        grant insert on public.notes to authenticated;
        alter table public.notes add constraint mine check (private.is_mine(organization_id)) not valid;"""
    mutation = only(server, schema, "policy i on public.notes: WITH CHECK: the condition is replaced by true")
    assert mutation.equivalent.startswith("the constraints hold: with them gone too, admin can insert a row of B")


def test_two_barriers_at_once_are_taken_away_where_one_is_not_enough(server: Server) -> None:
    mutation = only(server, REFUSES, "policy i on public.notes: WITH CHECK: the condition is replaced by true")
    assert mutation.equivalent.startswith(
        "the privileges and the triggers hold: with them gone too, admin can insert a row of B"
    )


def test_another_policy_may_hold(server: Server) -> None:
    schema = f"""{NOTES} grant insert, select on public.notes to authenticated;
        create policy n on public.notes for select to authenticated using ({MINE});
        create policy i on public.notes for insert with check ({MINE});
        create policy r on public.notes as restrictive using (true) with check ({MINE});"""
    mutation = only(server, schema, "policy i on public.notes: WITH CHECK: the condition is replaced by true")
    assert mutation.equivalent.startswith("the other policies hold: with them gone too, admin can insert a row of B")


def test_the_other_condition_of_the_policy_may_hold(server: Server) -> None:
    admins = MINE.replace("caller()", "caller('admin')")
    schema = f"""{READ.replace("to authenticated using", "for select to authenticated using")}
        grant update on public.notes to authenticated;
        create policy u on public.notes for update using ({admins}) with check ({admins});"""
    mutation = only(server, schema, "policy u on public.notes: USING: 'admin' becomes 'viewer'")
    assert mutation.equivalent == (
        "the other conditions of the policy hold: with them gone too, viewer can change rows of A on public.notes"
    )


def test_a_function_that_is_granted_is_kept_by_what_it_checks_itself(server: Server) -> None:
    schema = f"""{READ} create function public.every() returns uuid[] language sql security definer as
      $$ select array_agg(organization_id) from public.notes where {MINE} $$;
      revoke execute on function public.every() from public, anon, authenticated, service_role;"""
    door = Doors(functions=("public.every()",))
    mutation = only(server, schema, "public.every(): EXECUTE is granted to authenticated", door)
    assert mutation.equivalent.startswith("the checks in its body hold: with them gone too, admin can read rows of B")


def test_another_check_of_the_same_body_may_hold(server: Server) -> None:
    schema = f"""{READ} create function public.every() returns uuid[] language sql security definer as
      $$ select array_agg(organization_id) from public.notes where {MINE} and not organization_id <> all
         ((select private.organizations_of_caller())::uuid[]) $$;"""
    check = "the condition organization_id = any ((select private.organizations_of_caller())::uuid[])"
    mutation = only(server, schema, f"public.every(): body: {check} is dropped", Doors(functions=("public.every()",)))
    assert mutation.equivalent.startswith(
        "the other checks in its body hold: with them gone too, admin can read rows of B on public.every()"
    )


def test_another_part_of_the_same_condition_may_hold(server: Server) -> None:
    schema = READ.replace(
        MINE, f"{MINE} and not organization_id <> all ((select private.organizations_of_caller())::uuid[])"
    )
    mutation = only(server, schema, "policy n on public.notes: USING: the condition organization_id = ")
    assert mutation.equivalent.startswith("the other parts of the condition hold: with them gone too, admin can read")


def test_a_part_that_is_missed_by_itself_explains_nothing(server: Server) -> None:
    """Nobody attacks as a user whose membership has ended, and that the other part is needed says nothing about it."""
    schema = (
        READ
        + f""" create or replace function private.organizations_of_caller(minimum text default 'viewer')
      returns uuid[] language sql stable security definer set search_path = '' as $$
      select coalesce(array_agg(organization_id), '{{}}') from public.members
       where user_id = auth.uid() and role <> 'ended' $$;
      insert into public.organizations (id) values ('{C}'); insert into public.members values ('{C}', '{C}', 'ended');
      insert into public.notes (organization_id) values ('{C}');"""
    )
    mutation = only(server, schema, "private.organizations_of_caller(text): body: the condition role <> 'ended'")
    assert mutation.survived


def test_what_a_change_opens_may_be_open_by_another_door(server: Server) -> None:
    schema = READ.replace(
        MINE, f"organization_id = any ((select private.again())::uuid[]) or (body = 'never' and {MINE})"
    )
    again = """; create function private.again() returns uuid[] language sql stable as
      $$ select private.organizations_of_caller() $$;
      update public.notes set body = 'never' where organization_id::text like '%b'; create policy n"""
    mutation = only(
        server,
        schema.replace("create policy n", again),
        "policy n on public.notes: USING: the condition body = 'never' is dropped",
    )
    assert mutation.equivalent.startswith(
        "it opens only what is open by declaration: without the answers of private.again(), admin can read rows of A on"
    )


def test_a_function_that_runs_as_its_caller_may_be_granted(server: Server) -> None:
    schema = FUNCTION.replace("security definer", "").replace("to authenticated", "to service_role")
    mutation = only(
        server, READ + schema, "public.every(): EXECUTE is granted to anon", Doors(functions=("public.every()",))
    )
    assert mutation.equivalent.startswith("it runs with the caller's own rights")


def test_what_the_attack_does_not_try_survives_and_is_said_at_once(server: Server) -> None:
    said: list[str] = []

    class Listening(Silent):
        def say(self, line: str) -> None:
            said.append(line)

    with released(server, READ) as connections:
        truncate = "privileges of authenticated on public.notes: TRUNCATE is granted"
        [mutation] = tried(connections, NOTES_DOOR, truncate, narrator=Listening()).mutations
    assert mutation.survived
    assert said[0] == f"  not noticed: {truncate}"
    assert said[1].startswith("  1 of 1 weaker release attacked in ")


def test_a_mutant_that_the_server_refuses_is_none(server: Server) -> None:
    with released(server, READ) as connections:
        mutant = Mutant(sort="policy", subject="n", change="is gone", sql="drop policy nowhere on public.notes")
        result = trial(connections, [mutant], NOTES_DOOR, [], barriers={})
    assert result.mutations == ()
    assert [(one.mutant, one.sqlstate) for one in result.not_made] == [(mutant, "42704")]


def test_nothing_of_it_remains_and_clones_side_by_side_come_to_the_same(server: Server) -> None:
    door = Doors("public.notes", "public.members")
    with released(server, READ, copies=2) as connections:
        before = mutants(connections[0], TENANCY)
        alone = tried(connections[:1], door)
        together = tried(connections, door)
        assert mutants(connections[0], TENANCY) == before == mutants(connections[1], TENANCY)
    assert together == alone
    assert [one.mutant for one in together.mutations] == list(before)


def test_what_leaks_without_a_barrier_is_found_out_once_for_all_mutants_of_a_table(server: Server) -> None:
    using, off = (
        "policy n on public.notes: USING: the condition is replaced by true",
        "public.notes: row security is off",
    )
    times = []
    with released(server, READ.replace("grant select", "grant trigger")) as connections:
        for wanted in ((using,), (off,), (using, off)):
            door = Doors("public.notes")
            tried(connections, door, *wanted)
            times.append(door.times)
    # The release as it is would be one less, too.
    assert times[2] < times[0] + times[1] - 1


def test_an_attack_that_fails_ends_the_trial(server: Server) -> None:
    def broken(connection: Connection, _reach: frozenset[str], _only: str) -> Iterator[Cell]:
        connection.execute(b"select nothing from nowhere")
        yield from ()

    with released(server, READ) as connections:
        chosen = mutants(connections[0], TENANCY)[:4]
        with pytest.raises(Exception, match="nowhere"):
            trial(connections, chosen, broken, [], barriers={})
        assert connections[0].info.transaction_status.name == "IDLE"


def test_the_servers_refusal_of_a_barrier_is_no_proof(server: Server) -> None:
    with released(server, READ) as connections:
        made = with_barriers(connections[0], TENANCY)
        mutant = next(one for one in made if one.change == "TRUNCATE is granted")
        impossible = [replace(one, gone="alter table nowhere disable row level security") for one in made[mutant]()]
        [mutation] = trial(connections, [mutant], NOTES_DOOR, [], barriers={mutant: lambda: impossible}).mutations
    assert mutation.survived


def test_a_lost_connection_is_no_refusal(server: Server) -> None:
    with released(server, READ) as connections:
        mutant = Mutant(sort="policy", subject="n", change="?", sql="select pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(Exception, match="connection to the server was lost") as raised:
            trial(connections, [mutant], NOTES_DOOR, [], barriers={})
    assert not isinstance(raised.value, StatementFailed)
