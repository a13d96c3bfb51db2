"""Which weaker releases are made of one, and that the server takes each of them."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.postgres.attack.stage import tenancy_of
from tests.postgres.mutation.stage import NOTES, released
from tests.postgres.release.deployed import apply, migrations

from seatrial.errors import StatementFailed
from seatrial.model.tenancy import Membership, TableRule, Tenancy, Unreadable
from seatrial.mutation.mutants import mutants, with_barriers
from seatrial.pg.connection import rows
from seatrial.pg.statement import ask, execute_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from seatrial.model.isolation import Mutant
    from seatrial.mutation.barriers import Barrier
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

MINE = "organization_id = any ((select private.organizations_of_caller())::uuid[])"
TENANCY = tenancy_of(TableRule(table="public.notes", tenant="organization_id", select="viewer"))


def made(server: Server, schema: str, tenancy: Tenancy = TENANCY) -> tuple[Mutant, ...]:
    """The mutants of a schema beside BASE; all of their statements are tried, alone and behind each barrier."""
    with released(server, schema) as [connection]:
        found = with_barriers(connection, tenancy)
        assert refused(connection, found) == []
        assert [one for one in found if one.shown and ask(connection, one.shown).value not in {"true", "false"}] == []
    return tuple(found)


def refused(connection: Connection, found: Mapping[Mutant, Callable[[], Iterable[Barrier]]]) -> list[str]:
    """What the server does not let be done, in its words."""
    wrong = []
    for mutant, barriers in found.items():
        around = [("select 1", ""), *((one.gone, one.together) for one in barriers())]
        for before, together in around:
            execute_script(connection, "BEGIN")
            try:
                execute_script(connection, before)
                execute_script(connection, together or mutant.sql)
            except StatementFailed as error:
                wrong.append(f"{mutant.subject}: {mutant.change}: {error.what} [{before}] [{mutant.sql}]")
            execute_script(connection, "ROLLBACK")
    return wrong


def changes(found: Iterable[Mutant], subject: str) -> list[str]:
    return [one.change for one in found if one.subject == subject]


def the(found: Iterable[Mutant], subject: str, change: str) -> Mutant:
    [one] = [one for one in found if (one.subject, one.change) == (subject, change)]
    return one


def test_a_policy_for_reading_is_weakened_in_its_condition_and_its_roles(server: Server) -> None:
    found = made(server, f"{NOTES} create policy n on public.notes for select to authenticated using ({MINE});")
    assert changes(found, "policy n on public.notes") == [
        "USING: the condition is replaced by true",
        "it is for everybody",
        "it is for authenticated and anon",
    ]
    everybody = the(found, "policy n on public.notes", "it is for everybody")
    assert (everybody.sort, everybody.sql) == ("policy", "ALTER POLICY n ON public.notes TO public")


def test_a_policy_for_writing_has_two_conditions_and_may_lose_the_second(server: Server) -> None:
    schema = f"""{NOTES} create policy n on public.notes for update to anon, authenticated
        using (organization_id = auth.uid() and id = 7) with check ({MINE});"""
    assert changes(made(server, schema), "policy n on public.notes") == [
        "USING: the condition is replaced by true",
        "USING: the condition organization_id = auth.uid() is dropped",
        "USING: the condition id = 7 is dropped",
        "USING: AND becomes OR",
        "WITH CHECK: the condition is replaced by true",
        "it is for everybody",
        "WITH CHECK is removed",
    ]


def test_where_a_policy_has_no_with_check_a_weaker_one_is_given_to_it(server: Server) -> None:
    found = made(server, f"{NOTES} create policy n on public.notes using ({MINE});")
    assert changes(found, "policy n on public.notes") == [
        "USING: the condition is replaced by true",
        "WITH CHECK: the condition is replaced by true",
    ]


def test_a_role_that_is_asked_for_becomes_the_lowest(server: Server) -> None:
    schema = f"""{NOTES} create policy n on public.notes for delete to authenticated
        using (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]));"""
    assert "USING: 'admin' becomes 'viewer'" in changes(made(server, schema), "policy n on public.notes")


def test_a_restrictive_policy_is_dropped_or_made_permissive_as_it_was_otherwise(server: Server) -> None:
    schema = f"""{NOTES} create policy "N o" on public.notes as restrictive for update to authenticated
        using ({MINE}) with check ({MINE});"""
    found = made(server, schema)
    subject = 'policy "N o" on public.notes'
    assert changes(found, subject)[2:] == [
        "it is dropped, and was restrictive",
        "it is permissive instead of restrictive",
        "WITH CHECK is removed",
    ]
    permissive = the(found, subject, "it is permissive instead of restrictive").sql
    assert permissive.startswith('DROP POLICY "N o" ON public.notes; CREATE POLICY "N o" ON public.notes AS PERMISSIVE')
    assert "FOR UPDATE TO authenticated USING (" in permissive
    assert "WITH CHECK (" in permissive


def test_with_check_without_a_using_that_could_stand_in_is_not_removed(server: Server) -> None:
    found = made(server, f"{NOTES} create policy n on public.notes for insert with check ({MINE});")
    assert "WITH CHECK is removed" not in changes(found, "policy n on public.notes")


def test_row_security_is_turned_off_and_the_owner_spared_where_that_was_otherwise(server: Server) -> None:
    schema = f"{NOTES} alter table public.notes force row level security; create table public.open (id int);"
    found = made(server, schema)
    assert changes(found, "public.notes") == ["row security is off", "FORCE is off: the owner is spared"]
    assert changes(found, "public.organizations") == ["row security is off"]
    assert changes(found, "public.open") == []


def test_each_privilege_that_a_role_lacks_is_granted(server: Server) -> None:
    found = made(server, f"{NOTES} grant select, update on public.notes to authenticated;")
    assert changes(found, "privileges of authenticated on public.notes") == [
        "INSERT is granted", "DELETE is granted", "TRUNCATE is granted",
    ]  # fmt: skip
    assert len(changes(found, "privileges of anon on public.notes")) == 5
    assert changes(found, "privileges of anon on public.notes_id_seq") == ["UPDATE is granted"]


def test_columns_are_granted_where_rights_are_by_column_or_somebody_has_said_so(server: Server) -> None:
    rule = TableRule(
        table="public.notes", tenant="organization_id", insert="viewer", insert_columns=("organization_id", "body"),
    )  # fmt: skip
    unreadable = Unreadable(table="public.notes", columns=("body",), why="a secret")
    schema = f"{NOTES} grant update (body) on public.notes to authenticated;"
    found = made(server, schema, tenancy_of(rule, unreadable=(unreadable,)))
    assert changes(found, "privileges of authenticated on public.notes")[5:] == [
        "SELECT (body) is granted",
        "INSERT (id) is granted", "INSERT (organization_id) is granted", "INSERT (body) is granted",
        "UPDATE (id) is granted", "UPDATE (organization_id) is granted",
    ]  # fmt: skip
    assert changes(found, "privileges of anon on public.notes")[5:] == ["SELECT (body) is granted"]


def test_a_closed_schema_is_opened_together_with_a_table_in_it(server: Server) -> None:
    schema = "create table private.secrets (id int); revoke all on private.secrets from anon, authenticated;"
    found = made(server, schema)
    opened = the(found, "privileges of anon on private.secrets", "SELECT with USAGE of schema private is granted")
    assert opened.sql == 'GRANT USAGE ON SCHEMA private TO "anon"; GRANT SELECT ON TABLE private.secrets TO "anon"'
    assert len(changes(found, "privileges of authenticated on private.secrets")) == 5


def test_views_lose_the_options_that_protect_and_are_granted(server: Server) -> None:
    schema = f"""{NOTES}
        create view public.seen with (security_invoker, security_barrier = on) as select * from public.notes;
        create view public.again with (security_invoker = false) as select * from public.seen;
        create materialized view public.kept as select 1 as one;
        revoke all on public.seen, public.again, public.kept from anon, authenticated;"""
    found = made(server, schema)
    assert changes(found, "public.seen") == ["security_invoker is off", "security_barrier is off"]
    assert the(found, "public.seen", "security_invoker is off").reach == {"public.seen", "public.again"}
    assert changes(found, "public.again") == []
    assert changes(found, "privileges of anon on public.seen") == ["SELECT is granted"]
    assert changes(found, "privileges of authenticated on public.kept") == ["SELECT is granted"]


RETURNS = """create function public.mine(o uuid) returns boolean language sql security definer
    return o = auth.uid() and o is not null;"""
CLOSED = "revoke execute on all functions in schema public, private from public, anon, authenticated, service_role;"


def test_a_definer_function_loses_its_path_and_its_checks_and_is_granted(server: Server) -> None:
    schema = f"""{NOTES}
        create function public.titles(organization uuid) returns setof text
        language sql security definer set search_path = '' as $f$ select body from public.notes n
          where n.organization_id = organization and n.body <> '$seatrial$ $function$' $f$;
        {CLOSED} grant execute on function public.titles to authenticated;"""
    found = made(server, schema)
    first, *bodies, last = changes(found, "public.titles(uuid)")
    assert (first, last) == ("search_path is no longer set", "EXECUTE is granted to anon")
    assert all(one.startswith("body: ") for one in bodies)
    assert bodies == [one for one in bodies if "organization" in one]
    assert bodies
    weaker = the(found, "public.titles(uuid)", "body: the condition n.organization_id = organization is dropped")
    assert "SECURITY DEFINER" in weaker.sql
    assert "SET search_path TO ''" in weaker.sql
    assert weaker.reach == {"public.titles(uuid)"}


def test_a_function_of_callers_rights_becomes_one_of_its_owners(server: Server) -> None:
    schema = f"""{NOTES} create function public."T"() returns text language sql as 'select body from public.notes';
        create function public.fixed() returns int language sql as $$ select 1 $$;
        {CLOSED} grant execute on function public."T", public.fixed to authenticated, anon;"""
    with released(server, schema) as [connection]:
        found = mutants(connection, TENANCY)
        for name, same in (('public."T"()', "false"), ("public.fixed()", "true")):
            assert changes(found, name) == ["it runs with its owner's rights"]
            assert ask(connection, the(found, name, "it runs with its owner's rights").shown).value == same


@pytest.mark.parametrize("body", ["select current_user::text", "select auth.role() || public.deep()"])
def test_a_function_that_could_tell_as_whom_it_runs_is_not_the_same(server: Server, body: str) -> None:
    schema = f"""create function public.deep() returns text language sql as 'select name from public.organizations';
        create function public.f() returns text language sql as '{body}'"""
    with released(server, schema) as [connection]:
        mutant = the(mutants(connection, TENANCY), "public.f()", "it runs with its owner's rights")
        assert ask(connection, mutant.shown).value == "false"


@pytest.mark.parametrize(
    ("path", "body", "more", "same"),
    [
        ("''", "select id::uuid from public.organizations", "", "true"),
        ("pg_catalog", "select id from public.organizations", "", "true"),
        # Without it a temporary type comes first, here or in what is called.
        ("pg_catalog, pg_temp", "select id::uuid from public.organizations", "", "false"),
        ("public, pg_temp", "select id from organizations", "", "false"),
        ("''", "select id from public.organizations", "grant create on schema public to authenticated", "false"),
    ],
)
def test_a_path_is_needed_where_a_client_could_put_something_in_its_way(
    server: Server, path: str, body: str, more: str, same: str
) -> None:
    schema = f"""create function public.f() returns uuid language sql security definer set search_path = {path}
        as $$ {body} $$; {more}"""
    with released(server, schema) as [connection]:
        mutant = the(mutants(connection, TENANCY), "public.f()", "search_path is no longer set")
        assert ask(connection, mutant.shown).value == same


def test_a_body_in_the_standards_form_is_weakened_as_well(server: Server) -> None:
    schema = f"""{NOTES} create function public.titles() returns setof text language sql security definer
        begin atomic select body from public.notes where organization_id = auth.uid(); end; {RETURNS}"""
    found = made(server, schema)
    assert [one for one in changes(found, "public.titles()") if one.startswith("body: the condition")] != []
    assert "body: the condition o = auth.uid() is dropped" in changes(found, "public.mine(uuid)")


def test_what_no_client_can_start_is_not_weakened_but_granted(server: Server) -> None:
    schema = f"""{NOTES} create function private.purge() returns void
        language sql security definer set search_path = '' as 'delete from public.notes where body is null'; {CLOSED}"""
    assert changes(made(server, schema), "private.purge()") == [
        "EXECUTE is granted to anon", "EXECUTE is granted to authenticated",
    ]  # fmt: skip


def test_helpers_of_policies_reach_every_table_that_asks_them_also_through_each_other(server: Server) -> None:
    schema = f"""{NOTES} create function private.may(o uuid) returns boolean language sql stable as
        $$ select o = any (private.organizations_of_caller()) and o is not null $$;
        create policy n on public.notes for select using (private.may(organization_id));
        create view public.through with (security_invoker) as select * from public.notes;"""
    found = made(server, schema)
    dropped = the(found, "private.may(uuid)", "body: the condition o is not null is dropped")
    assert dropped.reach == {"private.may(uuid)", "public.notes", "public.through"}
    helper = the(found, "private.organizations_of_caller(text)", "search_path is no longer set")
    assert helper.reach >= {"public.notes", "public.organizations", "public.members", "public.through"}


TRIGGERS = """
create function private.log() returns trigger language plpgsql security definer set search_path = '' as $$ begin
  insert into public.organizations (id) select gen_random_uuid() where new.body = 'x'; return null; end $$;
create function private.refuse() returns trigger language plpgsql as $$ begin
  if new.body is null then raise exception 'no'; end if; return new; end $$;
create function private.stamp() returns trigger language plpgsql as $$ begin raise notice 'x'; return new; end $$;
create trigger log after insert on public.notes for each row execute function private.log();
create trigger refuse before insert on public.notes for each row execute function private.refuse();
create trigger stamp before insert on public.notes for each row execute function private.stamp();
"""


def test_triggers_that_refuse_are_dropped(server: Server) -> None:
    found = made(server, f"{NOTES} {TRIGGERS}")
    assert [one.subject for one in found if one.sort == "trigger"] == ["trigger refuse on public.notes"]


def test_a_condition_that_says_nothing_of_who_and_whose_is_left_alone(server: Server) -> None:
    found = made(server, f"{NOTES} {TRIGGERS}")
    assert changes(found, "private.refuse()") == []
    assert not [one for one in changes(found, "private.log()") if one.startswith("body: ")]
    assert changes(found, "private.stamp()") == []


def test_a_policy_reaches_the_tables_whose_policies_look_at_its_table(server: Server) -> None:
    schema = f"""{NOTES} create policy n on public.notes for select using ({MINE});
        create table public.replies (note int, organization_id uuid);
        alter table public.replies enable row level security;
        create policy r on public.replies using (exists (select from public.notes n where n.id = note));"""
    found = made(server, schema)
    assert the(found, "policy n on public.notes", "USING: the condition is replaced by true").reach == {
        "public.notes", "public.replies",
    }  # fmt: skip
    # A definer function of an owner that bypasses row security sees what it saw.
    assert the(found, "policy m on public.members", "it is for everybody").reach == {"public.members"}


def test_what_the_platform_and_extensions_made_is_left_out(server: Server) -> None:
    found = made(server, "create extension pg_cron; create extension hstore with schema extensions;")
    assert not [one for one in found if any(f" {name}." in f" {one.subject}" for name in ("cron", "auth", "storage"))]
    assert not [one for one in found if "extensions." in one.subject]


def shipped() -> Tenancy:
    """As far as the mutants need it."""
    settings = tomllib.loads((ROOT / "seatrial.toml").read_text(encoding="utf-8"))["tenancy"]
    member = settings["membership"]
    return Tenancy(
        tenant_table=settings["tenant_table"], tenant_key=settings["tenant_key"],
        membership=Membership(
            table=member["table"], tenant=member["tenant"], user=member["user"], roles=tuple(member["roles"])
        ),
        tables={
            name: TableRule(table=name, update_columns=tuple(rule.get("update_columns", ())))
            for name, rule in settings["tables"].items()
            if not rule.get("optional")
        },
    )  # fmt: skip


def test_every_policy_table_and_view_of_the_shipped_release_is_weakened_and_the_server_takes_it(server: Server) -> None:
    dsn = server.clone("weakened")
    try:
        apply(dsn, migrations())
        with server.superuser("weakened") as connection:
            found = with_barriers(connection, shipped())
            assert refused(connection, dict.fromkeys(found, tuple)) == []
            subjects = {one.subject for one in found}
            policies = rows(connection, "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
            assert {f"policy {one['policyname']} on public.{one['tablename']}" for one in policies} <= subjects
            assert {name for name in shipped().tables if f"privileges of anon on {name}" not in subjects} == set()
            assert {one.sort for one in found} == {"policy", "row security", "privilege", "view", "function", "trigger"}
            assert [one for one in found if not one.reach] == []
    finally:
        server.drop("weakened")


@pytest.mark.second_server
def test_the_same_mutants_are_made_of_an_older_server(server: Server, second_server: Server) -> None:
    schema = f"""{NOTES} {TRIGGERS} create policy n on public.notes to authenticated using ({MINE});
        create view public.seen with (security_invoker) as select * from public.notes;
        {RETURNS}"""
    told = [[(one.subject, one.change, one.reach) for one in made(one, schema)] for one in (server, second_server)]
    assert told[0] == told[1]
