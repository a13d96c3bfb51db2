"""A password goes in by every way there is, and comes out by none: streams, files, ledger, list of processes."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import PATIENCE, Answer
from tests.acceptance.release import BOATS, CREW

from seatrial.pg.connection import connect, rows
from seatrial.pg.database import set_password
from seatrial.project.command import APPROVED, approval
from seatrial.scratch.server import DEPLOYER, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Console, Program
    from tests.acceptance.release import Release

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

PASSWORD = "pl4ntedSecret"
WRONG = "pl4ntedWrong"
#: What both have in common is looked for.
PART = "pl4nted"
#: The database of whoever gives it on the command line.
IN_THE_OPEN = "in_the_open"
WAYS = ("environment", "file", "command", "service", "passfile")


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server behind a port, whose deployer has the password."""
    with scratch("supabase", tcp=True) as running:
        with running.superuser() as connection:
            set_password(connection, DEPLOYER, PASSWORD)
        yield running


@pytest.fixture
def port(guarded: Server) -> str:
    found = re.search(r":(\d+)/", guarded.dsn())
    assert found
    return found[1]


def planted(way: str, folder: Path, port: str, database: str, password: str = PASSWORD) -> tuple[str, dict[str, str]]:
    """What of a way stands in the settings, and in the environment."""
    folder.mkdir(exist_ok=True)
    place = f"host=127.0.0.1 port={port} user=postgres dbname={database}"
    dsn = f"postgresql://postgres:{password}@127.0.0.1:{port}/{database}"
    kept = folder / way

    def keep(text: str) -> str:
        kept.unlink(missing_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(text, encoding="utf-8")
        return str(kept)

    if way == "environment":
        return 'dsn = "env(DATABASE_URL)"', {"DATABASE_URL": dsn}
    if way == "file":
        return f'dsn_file = "{keep(dsn)}"', {}
    if way == "command":
        words = ["cat", keep(dsn)]
        return f"dsn_command = {words!r}".replace("'", '"'), {APPROVED: approval(words)}
    if way == "service":
        section = "\n".join(["[boats]", *place.split(), f"password={password}", ""])
        return 'service = "boats"', {"PGSERVICEFILE": keep(section)}
    return f'dsn = "{place}"', {"PGPASSFILE": keep(f"127.0.0.1:{port}:{database}:postgres:{password}\n")}


@contextmanager
def processes_watched() -> Iterator[set[str]]:
    """Command lines of this machine with the secret in them, looked at again and again."""
    found: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = path.read_bytes()
                except OSError:
                    continue
                # One test gives it on the command line on purpose, perhaps at the same time.
                if PART.encode() in line and IN_THE_OPEN.encode() not in line:
                    found.add(line.decode(errors="replace"))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def nowhere(answer: Answer, root: Path) -> None:
    assert PART not in answer.said
    written = [path for path in root.rglob("*") if path.is_file()]
    assert [path for path in written if PART.encode() in path.read_bytes()] == []


def typed(program: Program, *words: str, **environment: str) -> Answer:
    """In a terminal in which somebody types the target's name."""
    ours, theirs = pty.openpty()
    os.write(ours, b"production\n")
    try:
        done = subprocess.run(
            [str(program.path), *words], env=program.environment | environment, stdin=theirs, capture_output=True,
            text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    return Answer(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="the list of processes is read from /proc")
@pytest.mark.parametrize("way", WAYS)
def test_a_password_comes_out_nowhere_while_all_goes_well(
    way: str, release: Release, program: Program, guarded: Server, port: str, tmp_path: Path
) -> None:
    database = f"well_{way}"
    guarded.clone(database)
    setting, environment = planted(way, tmp_path / "kept", port, database)
    release.add(BOATS | CREW)
    release.write("seatrial.toml", f"[targets.production]\n{setting}\n")
    environment["TMPDIR"] = str(tmp_path / "temporary")
    Path(environment["TMPDIR"]).mkdir()
    with processes_watched() as seen:
        for words in (
            ("rehearse", "--from", "production", "--plan", "plan.json", "--format", "json"),
            ("deploy", "--target", "production", "--plan", "plan.json"),
            # What is written does not depend on the way.
            *((("standin", "--out", "standin.json"), ("verify", "--format", "json")) if way == "command" else ()),
        ):
            answer = typed(program, *words, **environment)
            assert answer.code == 0, answer.said
            nowhere(answer, tmp_path / "temporary")
            nowhere(answer, release.root)
    assert seen == set()
    with connect(guarded.own_dsn(database)) as connection:
        assert PART not in ledger(connection)


def ledger(connection: Connection) -> str:
    """Every row of every table that Seatrial keeps on a target."""
    connection.execute(
        "CREATE FUNCTION pg_temp.ledger() RETURNS SETOF text LANGUAGE plpgsql AS $$ DECLARE name text; BEGIN "
        "FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
        "WHERE schemaname IN ('seatrial', 'supabase_migrations') "
        "LOOP RETURN QUERY EXECUTE format('SELECT to_jsonb(r)::text FROM %s AS r', name); END LOOP; END $$"
    )
    found = str(rows(connection, "SELECT * FROM pg_temp.ledger()"))
    assert "20250301000000" in found
    return found


@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_password_comes_out_nowhere_either(
    way: str, release: Release, seatrial: Console, port: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting, environment = planted(way, tmp_path / "kept", port, "postgres", WRONG)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    release.add(BOATS)
    release.write("seatrial.toml", f"[targets.production]\n{setting}\n")
    for words in (("status",), ("status", "--format", "json"), ("deploy",), ("rehearse", "--from", "production")):
        answer = seatrial(*words, code=2)
        nowhere(answer, release.root)
        assert "target.login-refused" in answer.said
        assert ("service boats" if way == "service" else f"postgres@127.0.0.1:{port}/postgres") in answer.said


def test_a_password_file_that_others_can_read_is_not_used_by_libpq_and_the_error_speaks_of_it(
    release: Release, program: Program, port: str, tmp_path: Path
) -> None:
    setting, environment = planted("passfile", tmp_path / "kept", port, "postgres")
    Path(environment["PGPASSFILE"]).chmod(0o644)
    release.add(BOATS)
    release.write("seatrial.toml", f"[targets.production]\n{setting}\n")
    answer = program("status", code=2, **environment)
    assert answer.error["code"] == "target.login-refused"
    assert "PGPASSFILE" in answer.error["fix"]


@pytest.mark.parametrize("where", ["setting", "PGSERVICE"])
def test_a_service_that_does_not_exist_is_said(
    where: str, release: Release, program: Program, port: str, tmp_path: Path
) -> None:
    _, environment = planted("service", tmp_path / "kept", port, "postgres")
    release.add(BOATS)
    target = 'service = "ships"' if where == "setting" else 'dsn = "dbname=postgres"'
    release.write("seatrial.toml", f"[targets.production]\n{target}\n")
    answer = program("status", code=2, **(environment | ({} if where == "setting" else {"PGSERVICE": "ships"})))
    assert answer.error["code"] == "target.service"
    assert answer.error["where"] == "service ships"
    assert "PGSERVICEFILE" in answer.error["fix"]


def test_a_service_does_not_lead_through_a_transaction_pooler(
    release: Release, seatrial: Console, port: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    setting, environment = planted("service", tmp_path / "kept", port, "postgres")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # As if this server were one: the port is known only once libpq has read the file.
    monkeypatch.setattr("seatrial.pg.connection.TRANSACTION_POOLER_PORT", port)
    release.add(BOATS)
    release.write("seatrial.toml", f"[targets.production]\n{setting}\n")
    assert seatrial("status", code=2).error["code"] == "target.transaction-pooler"


def test_a_password_on_the_command_line_is_warned_of_once_and_goes_on(
    release: Release, program: Program, guarded: Server, port: str
) -> None:
    guarded.clone(IN_THE_OPEN)
    release.add(BOATS)
    place = f"127.0.0.1:{port}/{IN_THE_OPEN}"
    for command in (("status", "--target"), ("rehearse", "--from")):
        answer = program(*command, f"postgresql://postgres:{PASSWORD}@{place}", code=0)
        assert answer.err.count("everybody on this machine can read that password") == 1
        assert "keep-secrets-out.md" in answer.err
        assert PART not in answer.said
    quiet = program("status", "--target", f"postgresql://postgres@{place}", code=0, PGPASSWORD=PASSWORD)
    assert "everybody on this machine" not in quiet.err
