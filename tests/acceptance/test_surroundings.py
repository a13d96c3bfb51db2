"""What the environment, a forgotten variable or a session of before must never change."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until

from seatrial.errors import Exit
from seatrial.flows.deploy import deploy
from seatrial.flows.rehearse import rehearse
from seatrial.flows.verify import verify
from seatrial.model.narrator import Silent
from seatrial.model.outcome import Verified
from seatrial.model.undertaking import Undertaking
from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM = Path(sys.executable).with_name("seatrial")
HOSTILE = {
    "PGHOSTADDR": "127.0.0.9",
    "PGHOST": "127.0.0.9",
    "PGPORT": "5999",
    "PGUSER": "nobody",
    "PGDATABASE": "elsewhere",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGCHANNELBINDING": "require",
    "PGGSSENCMODE": "require",
    "PGSSLMODE": "verify-full",
    "PGTARGETSESSIONATTRS": "standby",
    "PGOPTIONS": "-c default_transaction_read_only=on",
    "PGCLIENTENCODING": "LATIN1",
}


@pytest.fixture
def release(tmp_path: Path) -> Callable[..., Path]:
    """Writes a folder of migrations, and a seatrial.toml."""

    def write(*migrations: str, settings: str = "") -> Path:
        folder = tmp_path / "supabase" / "migrations"
        folder.mkdir(parents=True, exist_ok=True)
        (tmp_path / "supabase" / "config.toml").write_text('[api]\nschemas = ["api"]\n')
        (tmp_path / "seatrial.toml").write_text(settings)
        for number, text in enumerate(migrations, start=1):
            (folder / f"2025010100000{number}_part.sql").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def _deploy(folder: Path, dsn: str) -> Exit:
    how = Undertaking(unrehearsed=True)
    return deploy(folder, dsn, how, confirm=lambda _: None, narrator=Silent()).exit_code


def test_a_rehearsal_never_leaves_its_scratch_whatever_libpq_would_read(release: Callable[..., Path]) -> None:
    folder = release("create table public.a (id bigint primary key);")
    done = subprocess.run(
        [PROGRAM, "rehearse", folder], env={**os.environ, **HOSTILE}, capture_output=True, text=True, check=False
    )

    assert (done.returncode, "✓ Rehearsed: 1 migration" in done.stdout) == (0, True), done.stderr


def test_text_arrives_as_it_was_written(
    release: Callable[..., Path], supabase_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    folder = release("create table public.towns (name text default 'Zürich'); insert into public.towns default values;")

    assert _deploy(folder, supabase_db) is Exit.YES
    with connect(supabase_db) as connection:
        assert rows(connection, "SELECT name, length(name) AS letters FROM public.towns") == [
            {"name": "Zürich", "letters": 6}
        ]


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("status", "--target"),
        ("deploy", "--target"),
        ("verify", "--target"),
        ("rehearse", "--from"),
        ("prove", "--from"),
    ],
)
def test_an_empty_target_is_not_the_default(command: str, option: str, release: Callable[..., Path]) -> None:
    folder = release("select 1;", settings='[targets.production]\ndsn = "env(PRODUCTION_DSN)"\n')
    where = {} if command == "prove" else {"folder": folder}
    done = subprocess.run(
        [PROGRAM, command, *where.values(), option, ""], capture_output=True, text=True, check=False, cwd=folder
    )

    assert (done.returncode, "is a variable not set?" in done.stderr) == (2, True), done.stderr


def test_a_copy_to_the_client_fails_like_any_statement(release: Callable[..., Path], supabase_db: str) -> None:
    folder = release("create table public.before ();", "copy (select 1) to stdout;")
    outcome = rehearse(folder, narrator=Silent())

    assert (outcome.exit_code, "20250101000002_part does not apply" in outcome.summary) == (Exit.NO, True)
    assert _deploy(folder, supabase_db) is Exit.REMAINS


def test_temporary_tables_of_a_file_do_not_help_the_next(release: Callable[..., Path]) -> None:
    folder = release("create temp table stage (id int);", "insert into stage values (1);")

    assert rehearse(folder, narrator=Silent()).exit_code is Exit.NO


def test_a_path_that_is_set_as_pg_dump_does_it_holds_in_the_next_step(
    release: Callable[..., Path], supabase_db: str
) -> None:
    folder = release(
        "create schema app; create table app.t (id int); select set_config('search_path', 'app', false);\n"
        "create index concurrently t_id on t (id);"
    )

    assert _deploy(folder, supabase_db) is Exit.YES


@pytest.mark.parametrize(
    "query",
    [
        "set transaction read write; create table public.evil (); select 1",
        "commit; create table public.evil (); select 1",
        "create table public.evil ()",
        "begin",
    ],
)
def test_an_expectation_cannot_write_to_the_target(query: str, release: Callable[..., Path], supabase_db: str) -> None:
    folder = release("select 1;", settings=f'[[expect]]\nname = "evil"\nsql = "{query}"\nequals = 1\n')
    _deploy(folder, supabase_db)

    outcome = verify(folder, supabase_db, narrator=Silent())

    assert isinstance(outcome.body, Verified)
    assert [answer.as_expected for answer in outcome.body.answers] == [False]
    with connect(supabase_db) as connection:
        assert rows(connection, "SELECT to_regclass('public.evil') AS evil") == [{"evil": None}]


def test_the_lock_outlives_an_idle_timeout(release: Callable[..., Path], supabase_db: str) -> None:
    folder = release("select pg_sleep(2);")
    idle = f"{supabase_db}&options=-c%20idle_session_timeout%3D300ms"
    held = (
        "SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    sleeps = (
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
        "AND query ILIKE 'select pg_sleep%' AND clock_timestamp() - query_start > interval '0.8 s'"
    )
    with ThreadPoolExecutor() as pool, connect(supabase_db) as observer:
        deployment = pool.submit(_deploy, folder, idle)
        wait_until(lambda: rows(observer, sleeps) or deployment.done(), "it sleeps for longer than the timeout")
        seen = rows(observer, held)

    assert (seen, deployment.result()) == ([{"locks": 2}], Exit.YES)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "host=h password=S3cretPw"],
        ["status", ".", "postgresql://u:S3cretPw@h/x"],
        ["explain", "postgresql://u:S3cretPw@h/x"],
        ["explain", "postgresql://u:S3cretPw@h/x", "--format", "json"],
        ["postgresql://u:S3cretPw@h/x"],
        ["check", "--format", "postgresql:///x?password=S3cretPw"],
    ],
)
def test_a_dsn_in_a_wrong_place_shows_no_password(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run([PROGRAM, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "S3cretPw" not in done.stdout + done.stderr


def test_objects_as_rehearsed_are_not_enough_where_the_ledger_tells_of_other_files(
    release: Callable[..., Path], supabase_db: str
) -> None:
    folder = release("create table public.a (id int);", "select 1;")
    _deploy(folder, supabase_db)
    release("create table public.a (id int);", "select 2;")

    outcome = verify(folder, supabase_db, narrator=Silent())

    assert isinstance(outcome.body, Verified)
    assert (outcome.body.differences, outcome.exit_code) == ((), Exit.NO)
    assert [answer.observed for answer in outcome.body.answers] == ["edited 20250101000002"]
