"""A deployment script in the wrong place, at the wrong time, or with an error in it: it says so, and leaves nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.deployment.scripts import BOATS, RUN, Yard, in_psql, one_message, release

from seatrial.deployment.lock import deployment_lock
from seatrial.errors import Refused, StatementFailed
from seatrial.flows.script import as_script
from seatrial.ledger.read import read_history
from seatrial.model.history import Progress
from seatrial.model.migration import Step, StepKind
from seatrial.model.narrator import Silent
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

NOTES = {"20260201000000_notes": "create table public.notes (id integer); alter table public.boats add column x int;"}


@pytest.fixture
def script(yard: Yard, tmp_path: Path) -> str:
    """Of a release on top of another."""
    yard.begin_with(release(tmp_path, BOATS))
    return yard.script(release(tmp_path, NOTES))


@contextmanager
def refused(yard: Yard, words: str) -> Iterator[None]:
    """With these words, and everything is as before."""
    before = yard.everything()
    with pytest.raises((StatementFailed, AssertionError), match=words):
        yield
    assert yard.everything() == before


def change(yard: Yard, statements: str, *, superuser: bool = False) -> None:
    """What somebody does meanwhile."""
    database = yard.server.superuser(yard.database) if superuser else connect(yard.dsn)
    with database as connection:
        execute_statement(connection, statements)


@pytest.mark.parametrize("run", RUN.values(), ids=RUN)
def test_it_runs_once(yard: Yard, script: str, run: Callable[[Yard, str, Path], None], tmp_path: Path) -> None:
    run(yard, script, tmp_path)
    with refused(yard, "it was run before.*20260201000000"):
        run(yard, script, tmp_path)


def test_not_in_another_database(yard: Yard, script: str, tmp_path: Path) -> None:
    with refused(replace(yard, database=yard.twin), "it is for the database script_.*, and this is script_"):
        one_message(replace(yard, database=yard.twin), script, tmp_path)


def test_not_in_a_database_of_that_name_elsewhere(yard: Yard, script: str, tmp_path: Path) -> None:
    [found] = rows_of(yard, "select system_identifier::text as id from pg_control_system()")
    with refused(yard, "another server"):
        one_message(yard, script.replace(str(found["id"]), "4711"), tmp_path)


def test_not_on_another_version(yard: Yard, script: str, tmp_path: Path) -> None:
    [found] = rows_of(yard, "select current_setting('server_version_num')::int / 10000 as major")
    with refused(yard, "it is for PostgreSQL 9, and this is"):
        one_message(yard, script.replace(f"10000 <> {found['major']} ", "10000 <> 9 ").replace(
            f"%s', {found['major']},", "%s', 9,"), tmp_path)  # fmt: skip


def test_not_as_another_role(yard: Yard, script: str) -> None:
    with (
        refused(yard, "it is for the role postgres, and you are authenticator: log in as postgres"),
        connect(yard.server.dsn(yard.database, "authenticator")) as connection,
    ):
        execute_statement(connection, script)


def test_not_where_nothing_may_be_written(yard: Yard, script: str, tmp_path: Path) -> None:
    change(yard, f"alter database {yard.database} set default_transaction_read_only = on", superuser=True)
    with refused(yard, "read-only"):
        one_message(yard, script, tmp_path)


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        pytest.param(
            "insert into supabase_migrations.schema_migrations values ('20260115000000')",
            "there is also 20260115000000", id="one more in the ledger",
        ),
        pytest.param("delete from supabase_migrations.schema_migrations", "there is no 20260101", id="one less"),
        pytest.param(
            "update supabase_migrations.schema_migrations set statements = '{select 1}'", "another content",
            id="another content",
        ),
        pytest.param(
            "insert into seatrial.steps values ('20260201000000', 1, '', true)", "has begun 20260201000000", id="begun"
        ),
        pytest.param("create table public.notes (x int)", "notes.* should be missing, and is there", id="made by hand"),
        pytest.param("alter table public.boats add x int", "boats.x should be missing, and is there", id="half of it"),
    ],
)  # fmt: skip
def test_not_where_somebody_was_meanwhile(yard: Yard, script: str, statements: str, words: str, tmp_path: Path) -> None:
    change(yard, statements)
    with refused(yard, words):
        one_message(yard, script, tmp_path)


def test_not_where_what_it_changes_is_gone(yard: Yard, tmp_path: Path) -> None:
    yard.begin_with(release(tmp_path, BOATS))
    script = yard.script(release(tmp_path, {"20260201000000_less": "alter table public.boats drop column name;"}))
    change(yard, "alter table public.boats drop column name")
    with refused(yard, "column public.boats.name should be there, and is missing"):
        one_message(yard, script, tmp_path)


def test_not_while_somebody_deploys(yard: Yard, script: str, tmp_path: Path) -> None:
    with (
        connect(yard.dsn) as guard,
        connect(yard.dsn) as work,
        deployment_lock(guard, work, narrator=Silent()),
        refused(yard, "another deployment is at work"),
    ):
        one_message(yard, script, tmp_path)


def test_nobody_deploys_while_it_runs(yard: Yard, script: str) -> None:
    until_it_commits = script.partition("\nCOMMIT;")[0]
    with connect(yard.dsn) as editor, connect(yard.dsn) as guard, connect(yard.dsn) as work:
        execute_statement(editor, until_it_commits)
        with pytest.raises(Refused), deployment_lock(guard, work, narrator=Silent(), patience=0):
            pytest.fail("two deploy")


@pytest.mark.parametrize("run", RUN.values(), ids=RUN)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("create table public.a (); select 1 / 0; create table public.b ();", "division by", id="an error"),
        pytest.param(
            "insert into public.boats values (1);\n-- seatrial: assert not exists (select from public.boats)",
            "it does not hold: not exists", id="an assertion that is false",
        ),
        pytest.param("-- seatrial: assert null\nselect 1", "does not hold", id="an assertion that is NULL"),
        pytest.param(
            "create function public.f() returns boolean language sql as $$ insert into public.boats values (2);"
            " select true $$;\n-- seatrial: assert public.f()", "read-only", id="an assertion that writes",
        ),
        pytest.param(
            "create table public.d (boat int references public.boats deferrable initially deferred);"
            "insert into public.d values (7)", "violates foreign key", id="a deferred constraint",
        ),
    ],
)  # fmt: skip
def test_an_error_leaves_nothing(
    yard: Yard, text: str, words: str, run: Callable[[Yard, str, Path], None], tmp_path: Path
) -> None:
    files = {**BOATS, "20260201000000_first": "insert into public.boats values (9);", "20260202000000_second": text}
    yard.begin_with(release(tmp_path, BOATS))
    script = script_of(yard, tmp_path, files)
    with refused(yard, words):
        run(yard, script, tmp_path)


def test_an_error_leaves_no_ledger(yard: Yard, tmp_path: Path) -> None:
    script = script_of(yard, tmp_path, {**BOATS, "20260202000000_second": "select 1 / 0"})
    in_psql(yard, script, tmp_path)
    [found] = rows_of(yard, "select to_regnamespace('seatrial') as own, to_regclass('public.boats') as boats")
    assert (found["own"], found["boats"]) == (None, None)


def test_line_ends_that_changed_on_the_way_are_noticed(yard: Yard, tmp_path: Path) -> None:
    body = "create function public.f() returns text language sql as $$\r\n select 'a'\r\n$$;"
    script = script_of(yard, tmp_path, {"20260201000000_f": body})
    with pytest.raises(StatementFailed, match="the text of this script was changed on its way here, in 20260201"):
        one_message(yard, script.replace("\r\n", "\n"), tmp_path)


def test_an_encoding_that_changed_on_the_way_is_noticed(yard: Yard, tmp_path: Path) -> None:
    script = script_of(yard, tmp_path, {"20260201000000_f": "comment on schema public is '\u00fc\u00df';"})
    done = in_psql(yard, script, tmp_path, "-v", "ON_ERROR_STOP=1", encoding="LATIN1")
    assert "the text of this script was changed on its way here" in done.stderr


def test_an_index_that_was_cut_off_is_not_taken_for_one(yard: Yard, tmp_path: Path) -> None:
    yard.begin_with(release(tmp_path, BOATS))
    text = "create index if not exists boat_name on public.boats (name);"
    script = script_of(yard, tmp_path, {**BOATS, "20260201000000_index": text}, ahead=True)
    assert "-- CREATE INDEX CONCURRENTLY" in script
    change(yard, "create index boat_name on public.boats (name)")
    change(yard, "update pg_index set indisvalid = false where indexrelid = 'boat_name'::regclass", superuser=True)
    with refused(yard, "an INVALID index boat_name should be missing"):
        one_message(yard, script, tmp_path)
    change(yard, "update pg_index set indisvalid = true where indexrelid = 'boat_name'::regclass", superuser=True)
    one_message(yard, script, tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("create index concurrently a on public.boats (name);", "refuses it in a transaction"),
        ("select 1; vacuum public.boats; select 2;", "vacuum public.boats: PostgreSQL refuses"),
        ("begin; select 1; commit; select 2;", "commit: what stands behind it"),
        ("set standard_conforming_strings = off; select 'a\\b';", "comes too late"),
        ("SET NAMES 'LATIN1'; select 1;", "comes too late"),
        ("set transaction isolation level serializable;", "comes too late"),
    ],
)
def test_what_cannot_be_in_one_transaction_is_refused(yard: Yard, text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        script_of(yard, tmp_path, {"20260201000000_alone": f"select 0;\n{text}"})
    assert words in refusal.value.why
    assert refusal.value.where.startswith("supabase/migrations/20260201000000_alone.sql:2:")
    assert "seatrial deploy" in refusal.value.fix


def test_what_a_dump_begins_with_is_no_obstacle(yard: Yard, tmp_path: Path) -> None:
    text = "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; select 'a';"
    script = script_of(yard, tmp_path, {**BOATS, "20260201000000_dump": text})
    change(yard, f"alter database {yard.database} set standard_conforming_strings = off", superuser=True)
    with pytest.raises(StatementFailed, match="standard_conforming_strings is off"):
        one_message(yard, script, tmp_path)
    change(yard, f"alter database {yard.database} reset standard_conforming_strings", superuser=True)
    one_message(yard, script, tmp_path)


def test_what_was_begun_is_continued_by_a_deployment(yard: Yard, tmp_path: Path) -> None:
    folder = release(tmp_path, BOATS)
    with connect(yard.dsn) as connection:
        history = replace(
            read_history(connection), progress={"20260101000000": Progress(steps={1: True}, digests={1: ""})}
        )
        with pytest.raises(Refused, match="has begun on production"):
            as_script(connection, folder, yard.target, None, history, folder.migrations)


def rows_of(yard: Yard, query: str) -> list[dict[str, object]]:
    """Of the database for the script."""
    with connect(yard.dsn) as connection, connection.cursor() as cursor:
        cursor.execute(query.encode())
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def script_of(yard: Yard, tmp_path: Path, files: Mapping[str, str], *, ahead: bool = False) -> str:
    """Of an unrehearsed release: it may fail."""
    folder = release(tmp_path, files)
    with connect(yard.dsn) as connection:
        history = read_history(connection)
        done = {one.version for one in history.applied}
        pending = [one for one in folder.migrations if one.version not in done]
        if ahead:
            [migration] = pending
            [statement] = migration.script.statements
            index = replace(
                statement, text="CREATE INDEX CONCURRENTLY boat_name ON public.boats (name)", index="boat_name"
            )
            step = Step(number=0, statements=(index,), kind=StepKind.AHEAD)
            pending = [replace(migration, steps=(step, *migration.steps))]
        return as_script(connection, folder, yard.target, None, history, pending)
