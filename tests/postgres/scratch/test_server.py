"""The scratch server: private, quick to start, and gone afterwards, however its owner ends."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun, StatementFailed
from seatrial.pg.connection import connect, execute, rows
from seatrial.scratch import places
from seatrial.scratch import server as servers
from seatrial.scratch.installation import find
from seatrial.scratch.server import durable, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.installation import Installation
    from seatrial.scratch.server import Server

HOLD = """
import sys, time
from seatrial.scratch.server import scratch
with scratch() as server:
    with server.superuser() as connection:
        folder = connection.execute("select current_setting('data_directory')").fetchone()[0]
    print(folder, flush=True)
    time.sleep(600)
"""


def _gone(folder: Path, pid: int, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not folder.exists() and not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def _postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_a_scratch_answers_as_a_deployer_without_superuser() -> None:
    with scratch() as server, connect(server.dsn()) as connection:
        [row] = rows(
            connection,
            "SELECT rolname AS me, rolsuper AS super, session_user AS login FROM pg_roles WHERE rolname = current_user",
        )

    assert row == {"me": "postgres", "super": False, "login": "postgres"}


def test_two_at_once_do_not_collide() -> None:
    with scratch() as one, scratch() as two:
        with connect(one.dsn()) as connection:
            connection.execute("CREATE TABLE public.only_here ()")
        with connect(two.dsn()) as connection:
            [row] = rows(connection, "SELECT to_regclass('public.only_here') AS found")

    assert row["found"] is None


def test_nothing_stays_behind_after_an_orderly_end() -> None:
    with scratch() as server, server.superuser() as connection:
        [row] = rows(connection, "SELECT current_setting('data_directory') AS folder")
        folder = Path(row["folder"]).parent
        assert folder.exists()

    assert not folder.exists()


def test_a_server_whose_owner_is_killed_stops_by_itself_and_its_folder_goes() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        folder = Path(owner.stdout.readline().strip()).parent
        postmaster = _postmaster(folder)
        owner.send_signal(signal.SIGKILL)

    assert _gone(folder, postmaster)


def test_a_leftover_is_removed_on_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a power cut: the folder is there, nobody holds its lock, and its number belongs to somebody else."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    leftover = tmp_path / f"{places.PREFIX}{os.getuid()}-leftover"
    (leftover / "data").mkdir(parents=True)
    (leftover / "lock").touch()
    (leftover / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")

    assert leftover in places.remove_leftovers()
    assert not leftover.exists()


def test_a_scratch_in_use_is_no_leftover() -> None:
    with scratch() as server:
        assert server.thrown_away is not None
        # Others may have left something meanwhile.
        assert server.thrown_away.parent not in places.remove_leftovers()
        with connect(server.dsn()) as connection:
            assert rows(connection, "SELECT 1 AS one") == [{"one": 1}]


def test_over_tcp_it_asks_for_a_password() -> None:
    with scratch(tcp=True) as server:
        with connect(server.dsn()) as connection:
            assert rows(connection, "SELECT inet_server_addr() IS NOT NULL AS tcp") == [{"tcp": True}]
        password = server.dsn().split(":")[2].split("@")[0]
        with pytest.raises(CannotRun) as refused:
            connect(server.dsn().replace(password, "wrong-password"))

    assert refused.value.code == "target.login-refused"
    assert "wrong-password" not in str(refused.value.as_record())


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else has."""
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        yield int(somebody.getsockname()[1])


def test_where_somebody_else_was_faster_another_port_is_taken(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port is looked for a while before the server asks for it."""
    free, found = servers._free_port, [taken, taken]  # noqa: SLF001 - what it is in place of
    monkeypatch.setattr(servers, "_free_port", lambda: found.pop() if found else free())
    with scratch(tcp=True) as server, connect(server.dsn()) as connection:
        [row] = rows(connection, "SELECT inet_server_port() AS port")

    assert row["port"] != taken
    assert not found


def test_where_no_port_is_to_be_had_it_is_said(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "_free_port", lambda: taken)
    with pytest.raises(CannotRun) as refused, scratch(tcp=True):
        pass

    assert refused.value.code == "scratch.not-started"
    assert "TCP/IP" in refused.value.why


def test_a_durable_server_keeps_its_data_and_syncs_it(tmp_path: Path) -> None:
    with durable(tmp_path / "data") as server, connect(server.dsn()) as connection:
        connection.execute("CREATE TABLE public.kept AS SELECT 1 AS one")
        assert rows(connection, "SHOW fsync") == [{"fsync": "on"}]
    with durable(tmp_path / "data") as server, connect(server.dsn()) as connection:
        assert rows(connection, "SELECT one FROM public.kept") == [{"one": 1}]


def test_a_durable_server_logs_its_errors_where_a_program_reads_them(tmp_path: Path) -> None:
    with durable(tmp_path / "data") as server, connect(server.dsn()) as connection, pytest.raises(StatementFailed):
        execute(connection, "SELECT 1/0")
    # At midnight another file is begun.
    logs = (tmp_path / "data" / "log").glob("*.json")
    lines = [line for log in logs for line in log.read_text().splitlines()]

    assert "22012" in [json.loads(line).get("state_code") for line in lines]


def test_why_a_server_with_a_log_of_its_own_did_not_start_is_said(tmp_path: Path) -> None:
    with durable(tmp_path / "data"):
        pass
    for segment in (tmp_path / "data" / "pg_wal").glob("0*"):
        segment.unlink()

    with pytest.raises(CannotRun) as refused, durable(tmp_path / "data"):
        pass

    assert "checkpoint record" in refused.value.why


def test_a_throwaway_server_keeps_no_log_of_its_own(server: Server) -> None:
    with server.superuser() as connection:
        assert rows(connection, "SHOW logging_collector") == [{"logging_collector": "off"}]


def test_a_clone_is_like_its_template(supabase_db: str) -> None:
    with connect(supabase_db) as connection:
        [row] = rows(connection, "SELECT to_regprocedure('auth.uid()') IS NOT NULL AS platform")

    assert row["platform"]


@pytest.mark.second_server
def test_the_second_server_version_serves_the_same_platform(second_db: str) -> None:
    with connect(second_db) as connection:
        [row] = rows(
            connection,
            "SELECT current_setting('server_version_num')::int / 10000 AS major, auth.uid() IS NULL AS platform",
        )

    assert row == {"major": 15, "platform": True}


def test_seatrial_pg_bin_chooses_the_server(second_installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATRIAL_PG_BIN", str(second_installation.bin))

    assert str(find()).endswith("(SEATRIAL_PG_BIN)")
    assert find().major == 15


def test_seatrial_pg_bin_that_leads_nowhere_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATRIAL_PG_BIN", str(tmp_path))
    with pytest.raises(CannotRun) as refused:
        find()

    assert refused.value.code == "scratch.bad-pg-bin"


def test_no_server_to_be_had_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SEATRIAL_PG_BIN", raising=False)
    monkeypatch.setattr("seatrial.scratch.installation.find_spec", lambda _: None)
    monkeypatch.setattr("seatrial.scratch.installation.USUAL_PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotRun) as refused:
        find()

    assert refused.value.code == "scratch.no-server"
    assert "SEATRIAL_PG_BIN" in refused.value.fix


def test_a_system_server_is_found_where_the_wheel_has_none(
    second_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEATRIAL_PG_BIN", raising=False)
    monkeypatch.setattr("seatrial.scratch.installation.find_spec", lambda _: None)

    assert find().origin == "system"
    assert find().major >= second_installation.major


def test_a_temporary_folder_with_too_long_a_path_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr("seatrial.scratch.places._roomy_base", lambda: long)
    with pytest.raises(CannotRun) as refused:
        places.lease()

    assert refused.value.code == "scratch.socket-path"
    assert list(long.iterdir()) == []


def test_no_space_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seatrial.scratch.places.NEEDED_BYTES", 1 << 60)
    with pytest.raises(CannotRun) as refused:
        places.lease()

    assert refused.value.code == "scratch.no-space"
    assert "TMPDIR" in refused.value.fix


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(CannotRun) as refused:
        places.cache_folder()

    assert refused.value.code == "scratch.no-cache"
    assert "XDG_CACHE_HOME" in refused.value.fix


ASK = """
from seatrial.scratch.server import scratch
from seatrial.pg.connection import connect, execute, rows
with scratch() as server, connect(server.dsn()) as connection:
    print(rows(connection, "select current_user as me")[0]["me"])
"""


ORDINARY = 65534


def _run_as_ordinary(python: str, code: str, home: Path) -> subprocess.CompletedProcess[str]:
    """With the packages of this interpreter, as its own folder may be closed to others."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        [python, "-c", code], env=environment, user=ORDINARY, group=ORDINARY, extra_groups=[],
        capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip


def _python_for_everyone(home: Path) -> str:
    """An interpreter of our version that an ordinary user can run."""
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            said = _run_as_ordinary(python, "import sys; print('%d.%d' % sys.version_info[:2])", home).stdout.strip()
            if said == wanted:
                return python
    pytest.skip(f"no Python {wanted} that an ordinary user can run")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_an_ordinary_user_can_start_one() -> None:
    home = Path(tempfile.mkdtemp())
    os.chown(home, ORDINARY, ORDINARY)
    try:
        done = _run_as_ordinary(_python_for_everyone(home), ASK, home)
    finally:
        shutil.rmtree(home)

    assert (done.stdout, done.returncode) == ("postgres\n", 0), done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must not start PostgreSQL")
def test_root_without_user_name_spaces_starts_it_as_nobody() -> None:
    forbidden = """
from seatrial.scratch import identity
def become(self): raise OSError(1, "unshare")
identity.UserNamespace.become = become
"""
    done = subprocess.run([sys.executable, "-c", forbidden + ASK], capture_output=True, text=True, check=False, cwd="/")

    assert (done.stdout, done.returncode) == ("postgres\n", 0), done.stderr
