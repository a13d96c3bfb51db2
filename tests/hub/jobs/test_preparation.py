"""The preparation of a database: as often as one likes, all of it or nothing, and for the hub's role alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from tests.hub.jobs.crew import Notes, ask, defer_checks, until, wanted, worker

from integrations_hub.store.prepare import prepare
from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from tests.hub.ground import Ground

API = ("anon", "authenticated", "service_role")
#: Everything in the schema that rights can be given on, with each right that somebody else has on it.
OPEN = """
    with thing as (
        select n.nspname::text as name, 'schema' as kind, has_schema_privilege(r, n.oid, 'usage, create') as is_open, r
          from pg_namespace n, unnest(%s::text[]) r where n.nspname = 'procrastinate'
        union all
        select c.relname, c.relkind::text, case when c.relkind = 'S'
               then has_sequence_privilege(r, c.oid, 'usage, select, update')
               else has_table_privilege(r, c.oid, 'select, insert, update, delete, truncate, references, trigger')
                    or has_any_column_privilege(r, c.oid, 'select, insert, update, references') end, r
          from pg_class c, unnest(%s::text[]) r
         where c.relnamespace = 'procrastinate'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        union all
        select p.oid::regprocedure::text, 'function', has_function_privilege(r, p.oid, 'execute'), r
          from pg_proc p, unnest(%s::text[]) r where p.pronamespace = 'procrastinate'::regnamespace
        union all
        select t.typname, 'type', has_type_privilege(r, t.oid, 'usage'), r
          from pg_type t left join pg_class c on c.oid = t.typrelid, unnest(%s::text[]) r
         where t.typnamespace = 'procrastinate'::regnamespace and (t.typtype = 'e' or c.relkind = 'c')
    )
    select kind, name, r from thing where is_open
"""
STATE = """
    select array_agg(x::text order by x::text) from (
        select c.relname, c.relacl from pg_class c where c.relnamespace = 'procrastinate'::regnamespace
        union all select p.proname, p.proacl from pg_proc p where p.pronamespace = 'procrastinate'::regnamespace
        union all select n.nspname, n.nspacl from pg_namespace n where n.nspname = 'procrastinate'
        union all select d.defaclobjtype::text, d.defaclacl from pg_default_acl d
    ) x
"""


def _open_to_the_api(ground: Ground) -> list[tuple[str, str, str]]:
    return ask(ground.deployer_dsn, OPEN, *([list(API)] * 4))


def test_again_is_the_same_as_once(ground: Ground) -> None:
    first = prepare(ground.deployer_dsn, "authenticator")
    state = ask(ground.deployer_dsn, STATE)
    second = prepare(ground.deployer_dsn, "authenticator")

    assert (first.queue_is_new, second.queue_is_new) == (True, False)
    assert (second.migrations, second.role_is_new, second.needs_password) == ((), False, False)
    assert ask(ground.deployer_dsn, STATE) == state


def test_no_role_of_the_api_has_any_right_in_the_schema(queued: Ground) -> None:
    assert _open_to_the_api(queued) == []
    # The question is seen to find something.
    ask(queued.deployer_dsn, "grant select (id) on procrastinate_jobs to anon")
    assert _open_to_the_api(queued) == [("r", "procrastinate_jobs", "anon")]


@pytest.mark.parametrize("role", API)
@pytest.mark.parametrize(
    "attempt",
    [
        "select 1 from procrastinate.procrastinate_jobs",
        "insert into procrastinate.procrastinate_workers default values",
        "select procrastinate.procrastinate_register_worker_v1()",
        "select nextval('procrastinate.procrastinate_jobs_id_seq')",
        "select 'todo'::procrastinate.procrastinate_job_status",
        "select procrastinate.hub_is_left_to_pg_cron('x', '{}')",
        "select 1 from procrastinate.hub_state",
        "create table procrastinate.mine ()",
    ],
)
def test_whoever_the_hub_acts_for_does_not_reach_it(queued: Ground, role: str, attempt: str) -> None:
    with psycopg.connect(queued.dsn, autocommit=True) as connection:
        connection.execute(f"set role {role}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(attempt.encode())


def test_what_is_made_there_later_is_closed_as_well(queued: Ground) -> None:
    for what in ("tables", "sequences", "functions", "types"):
        ask(queued.deployer_dsn, f"alter default privileges in schema procrastinate grant all on {what} to anon")
    ask(queued.deployer_dsn, "grant usage on schema procrastinate to anon, public")
    prepare(queued.deployer_dsn, "authenticator")
    ask(queued.deployer_dsn, "create table later (id serial)")
    ask(queued.deployer_dsn, "create view seen as select 1 as one")
    ask(queued.deployer_dsn, "create type mood as enum ('fine')")
    ask(queued.deployer_dsn, "create function done() returns void language sql as 'select'")

    # A type is everybody's by birth, and nobody else reaches the schema it is in.
    assert sorted(_open_to_the_api(queued)) == [("type", "mood", role) for role in API]
    prepare(queued.deployer_dsn, "authenticator")
    assert _open_to_the_api(queued) == []


def test_a_role_that_is_not_there_is_made_and_can_do_the_jobs_once_it_has_a_password(ground: Ground) -> None:
    name = f"{ground.name} role"
    prepared = prepare(ground.deployer_dsn, name)
    assert (prepared.role_is_new, prepared.needs_password) == (True, True)
    assert ask(ground.deployer_dsn, "select rolcanlogin, rolinherit from pg_roles where rolname = %s", name) == [
        (False, False)
    ]
    dsn = ground.server.own_dsn(ground.name, name)
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        ask(dsn, "select 1")

    ask(ground.deployer_dsn, f"alter role \"{name}\" with login password 'for practice'")
    assert not prepare(ground.deployer_dsn, name).needs_password
    notes = Notes()
    defer_checks(dsn, ["one"])
    with worker(wanted(dsn, notes)):
        until(lambda: notes.checked == ["one"], "it works")
    assert notes.failures == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(dsn, "select 1 from public.integrations")
    assert _open_to_the_api(ground) == []
    with ground.superuser() as connection:
        connection.execute(f'drop owned by "{name}"; drop role "{name}"'.encode())


def test_one_role_for_both_is_refused(ground: Ground) -> None:
    with pytest.raises(CannotRun, match="to log in for the hub, and to deploy") as refused:
        prepare(ground.deployer_dsn, "postgres")

    assert refused.value.code == "hub.one-role"


@pytest.mark.parametrize("role", ["service_role", "authenticated", "supabase_admin", "dashboard_user"])
def test_a_role_with_rights_of_its_own_is_refused(ground: Ground, role: str) -> None:
    with pytest.raises(CannotRun, match="must not log in as") as refused:
        prepare(ground.deployer_dsn, role)

    assert refused.value.code == "hub.role-too-strong"
    assert ask(ground.deployer_dsn, "select to_regnamespace('procrastinate')") == [(None,)]


def test_a_queue_of_somebody_else_is_left_alone(ground: Ground) -> None:
    with psycopg.connect(ground.deployer_dsn) as connection:
        connection.execute("create schema procrastinate")
        connection.execute("set search_path to procrastinate")
        connection.execute(SchemaManager.get_schema())

    with pytest.raises(CannotRun) as refused:
        prepare(ground.deployer_dsn, "authenticator")
    assert refused.value.code == "hub.foreign-queue"


def test_a_newer_queue_brings_its_migrations(queued: Ground) -> None:
    before, last = sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))[-2:]
    asked = "select 'procrastinate_trigger_function_status_events_update_v1'::regproc::oid"
    [(old,)] = ask(queued.deployer_dsn, asked)
    ask(queued.deployer_dsn, "update hub_state set value = %s", before)

    assert prepare(queued.deployer_dsn, "authenticator").migrations == (last,)
    assert ask(queued.deployer_dsn, asked) != [(old,)]
    assert prepare(queued.deployer_dsn, "authenticator").migrations == ()
    assert _open_to_the_api(queued) == []


def test_nothing_is_left_of_a_preparation_that_fails(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SchemaManager, "get_schema", staticmethod(lambda: "create table half (); select 1 / 0"))
    with pytest.raises(psycopg.errors.DivisionByZero):
        prepare(ground.deployer_dsn, "authenticator")

    assert ask(ground.deployer_dsn, "select to_regnamespace('procrastinate')") == [(None,)]
