"""A deployment script: run in an editor, it leaves what a deployment leaves; or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.deployment.scripts import BOATS, RUN, Yard, in_psql, one_message, release

from seatrial.flows.folder import read_folder
from seatrial.ledger.attempts import read_attempts
from seatrial.ledger.compare import compare
from seatrial.ledger.read import read_history
from seatrial.model.attempt import Result
from seatrial.model.history import State
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Everything that a text may stumble over, and that one file may do to the next.
WICKED = {
    "20260201000000_it's_$q$": r"""
-- It's a comment; with $$, $q$ and a \ backslash
create table public.notes (id bigint generated always as identity primary key, body text not null default 'l''été \d');
/* a block ; $$ ' */
create function public.greet(who text) returns text language plpgsql as $$
begin
  -- 'quoted' "x" \n ünïcode 🚢 $q$ inside
  return 'hello ' || who || '\n';
end
$$;
create function public.outer_one() returns text language sql as $seatrial$ select $q$ a ; b $q$::text $seatrial$;
comment on table public.notes is E'a\\b\ttab ''quoted'' $seatrial$ $q$ %(version)s %%';
insert into public.notes (body) values ($$it's ; fine$$), (U&'\0441\043b');
""",
    "20260202000000_crlf": (
        "BEGIN;\ncreate function public.lines() returns text language sql as $$\n  select 'a'\n$$;\nCOMMIT;\n"
    ).replace("\n", "\r\n"),
    "20260203000000_deferred": """
create table public.parents (id integer primary key);
create table public.children (id integer, parent integer references public.parents deferrable initially deferred);
insert into public.children values (1, 1);
insert into public.parents values (1);
set search_path to pg_catalog;
set role authenticated;
create temporary table scraps (id integer);
prepare p as select 1;
""",
    "20260204000000_deferred_again": """
insert into public.children values (2, 2);
insert into public.parents values (2);
alter table public.parents add column name text default current_setting('search_path');
create table scraps (id integer);
prepare p as select 2;
set local lock_timeout = 1;
set search_path to pg_temp, public;
-- seatrial: assert (select count(*) from children) = 2 and current_setting('lock_timeout') = '1ms'
reset search_path;
-- seatrial: assert (select count(*) from public.children) = 2 -- both
""",
    "20260205000000_nothing": "-- Only words.\n",
    "20260206000000_batch": """
alter table public.notes add column size integer;
-- seatrial: batch key=id size=1
update public.notes set size = length(body);
alter table public.notes alter column size set not null;
alter table public.boats rename column name to title -- and no semicolon
""",
}


def value(yard: Yard, query: str) -> str:
    with connect(yard.dsn) as connection:
        [row] = connection.execute(query.encode()).fetchall()
    return str(row[0])


@pytest.mark.parametrize("run", RUN.values(), ids=RUN)
def test_it_leaves_what_a_deployment_leaves(yard: Yard, run: Callable[[Yard, str, Path], None], tmp_path: Path) -> None:
    yard.begin_with(release(tmp_path, BOATS))
    folder = release(tmp_path, WICKED)
    run(yard, yard.script(folder), tmp_path)
    assert yard.state(yard.database) == yard.state(yard.twin)
    assert (
        value(yard, "select string_agg(body || size, ',' order by id) from public.notes")
        == "it's ; fine11,\u0441\u043b2"
    )
    with connect(yard.dsn) as connection:
        status = compare(folder.migrations, read_history(connection))
    assert {row.state for row in status.rows} == {State.APPLIED}


@pytest.mark.parametrize("run", RUN.values(), ids=RUN)
def test_it_makes_the_ledger_where_there_is_none(
    yard: Yard, run: Callable[[Yard, str, Path], None], tmp_path: Path
) -> None:
    run(yard, yard.script(release(tmp_path, BOATS)), tmp_path)
    assert yard.state(yard.database) == yard.state(yard.twin)


def test_the_last_result_tells_what_is_there(yard: Yard, tmp_path: Path) -> None:
    questions = """
[[expect]]
name = "no boats"
sql = "select count(*) = 0 from public.boats"
equals = "true"
[[expect]]
name = "a boat"
sql = "select count(*) from public.boats -- all of them"
equals = "1"
[[expect]]
name = "nonsense"
sql = "select 1 / 0"
equals = "1"
[[expect]]
name = "one that writes"
sql = "select 1; create table public.more (id int)"
equals = "1"
"""
    done = in_psql(yard, yard.script(release(tmp_path, BOATS, questions)), tmp_path, "-q", "-A", "-t")
    lines = done.stdout.strip().splitlines()
    assert lines[0] == "all|9|6|✗"
    assert lines.pop(1) == "this script|applied by this run|applied by this run|✓"
    assert lines[1:4] == [
        "expect a boat|1|0|✗",
        "expect nonsense|1|error 22012: division by zero|✗",
        "expect one that writes|1|error: not one SELECT|✗",
    ]
    assert set(lines[4:]) == {
        "migration 20260101000000_boats|applied|applied|✓", "table public.boats|there|there|✓",
        "column public.boats.id|there|there|✓", "column public.boats.name|there|there|✓",
        "constraint public.boats.boats_pkey|there|there|✓", "expect no boats|true|true|✓",
    }  # fmt: skip


def test_its_head_is_about_this_run_where_an_error_does_not_stop_it(yard: Yard, tmp_path: Path) -> None:
    script = yard.script(release(tmp_path, BOATS))
    # Twice in one session, as an editor keeps it.
    done = in_psql(yard, script + script, tmp_path, "-q", "-A", "-t")
    first, second = (part.splitlines() for part in done.stdout.split("this script|")[1:])
    assert first[0] == "applied by this run|applied by this run|✓"
    assert second[0] == "applied by this run|nothing was applied by this run: see the error above|✗"
    assert done.stdout.splitlines()[-7].startswith("this script|"), "it is the first line of the second result"


def test_what_is_to_be_gone_is_asked_for_too(yard: Yard, tmp_path: Path) -> None:
    yard.begin_with(release(tmp_path, BOATS))
    folder = release(tmp_path, {"20260201000000_less": "alter table public.boats drop column name;"})
    done = in_psql(yard, yard.script(folder), tmp_path, "-q", "-A", "-t")
    assert "column public.boats.name|missing|missing|✓" in done.stdout


def test_the_history_has_it(yard: Yard, tmp_path: Path) -> None:
    one_message(yard, yard.script(release(tmp_path, BOATS)), tmp_path)
    with connect(yard.dsn) as connection:
        [attempt] = read_attempts(connection)
    assert (attempt.result, attempt.attempt.planned, attempt.deployed_by) == (
        Result.COMPLETE, ("20260101000000",), "postgres",
    )  # fmt: skip
    assert attempt.end is not None
    assert attempt.end.applied == ("20260101000000",)


def test_a_member_of_the_role_works_as_the_role(yard: Yard, tmp_path: Path) -> None:
    script = yard.script(release(tmp_path, BOATS))
    with yard.server.superuser(yard.database) as connection:
        execute_statement(connection, script)
    assert yard.state(yard.database)["catalog"] == yard.state(yard.twin)["catalog"]
    assert value(yard, "select tableowner from pg_tables where tablename = 'boats'") == "postgres"


def test_the_session_is_as_before(yard: Yard, tmp_path: Path) -> None:
    script = yard.script(release(tmp_path, {**BOATS, **WICKED}))
    settings = "select name, setting, current_user from pg_settings where name !~ 'plpgsql' order by name"
    with connect(yard.dsn) as connection:
        before = connection.execute(settings).fetchall()
        execute_statement(connection, script)
        assert connection.execute(settings).fetchall() == before


def test_backslashes_mean_what_they_mean_in_a_deployment(yard: Yard, tmp_path: Path) -> None:
    """Where the target says so, they escape; what is ours is read the same either way."""
    for database in (yard.database, yard.twin):
        with yard.server.superuser(database) as connection:
            connection.execute(f"ALTER DATABASE {database} SET standard_conforming_strings = off".encode())
    text = r"create table public.notes (body text default 'a''\td', c text default E'\\');"
    one_message(yard, yard.script(release(tmp_path, {**BOATS, "20260201000000_it's": text})), tmp_path)
    assert yard.state(yard.database) == yard.state(yard.twin)
    assert value(yard, "insert into public.notes default values returning body || c") == "a'\td\\"


def test_the_shipped_release(yard: Yard, repository: Path, tmp_path: Path) -> None:
    one_message(yard, yard.script(read_folder(repository)), tmp_path)
    assert yard.state(yard.database) == yard.state(yard.twin)
    applied = value(yard, "select count(*) from supabase_migrations.schema_migrations")
    assert int(applied) == len(list((repository / "supabase" / "migrations").glob("*.sql")))
