"""The hub on a database of one's own, by its commands; and what they say when something is missing."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from tests.faults.ports import held_port
from tests.hub.ground import MAX, SECRET, bearer
from tests.hub.load.ground import serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hub.ground import Ground

PROGRAM = Path(sys.executable).with_name("seatrial")
SETTINGS = """
[database]
dsn = "env(HUB_DATABASE_URL)"
[tokens]
secret = "env(HUB_JWT_SECRET)"
[keys]
primary = "one"
known.one = { env = "HUB_KEY" }
"""
KEY = base64.b64encode(b"1" * 32).decode()


def _run(
    folder: Path, *arguments: str, settings: str = SETTINGS, **environment: str
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    (folder / "hub.toml").write_text(settings, encoding="utf-8")
    return subprocess.run(
        [PROGRAM, "hub", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "HUB_JWT_SECRET": SECRET, "HUB_KEY": KEY, **environment},
    )  # fmt: skip


def test_a_database_is_prepared_and_prepared_again(ground: Ground, tmp_path: Path) -> None:
    with ground.superuser() as connection:
        # A job says in which database it runs; that of a copy is the copy.
        connection.execute("update cron.job set database = current_database()")
    known = {"HUB_DATABASE_URL": ground.dsn, "DATABASE_URL": ground.deployer_dsn}

    first = _run(tmp_path, "prepare", "--scheduler", "service", **known)
    second = _run(tmp_path, "prepare", **known)

    assert (first.returncode, "the queue was made" in first.stdout) == (0, True), first.stderr
    assert "taken from pg_cron: phase3-" in first.stdout
    assert (second.returncode, "the queue was made" in second.stdout) == (0, False), second.stderr


def test_it_serves_with_several_processes(ground: Ground, tmp_path: Path) -> None:
    with serving(ground, tmp_path) as address:
        seen = httpx.get(f"{address}/rest/v1/integrations?select=organization_id", headers=bearer(MAX), timeout=30)
        # Of the log: no address, no query, no token.
        log = (tmp_path / "hub.log").read_text(encoding="utf-8")

    assert (seen.status_code, len(seen.json())) == (200, 3)
    assert "select=" not in log
    assert "eyJ" not in log


def test_credentials_are_put_under_the_primary_key(ground: Ground, tmp_path: Path) -> None:
    done = _run(tmp_path, "rewrap", HUB_DATABASE_URL=ground.dsn)

    # Those of the sample tenants are under a key that nobody has.
    assert (done.returncode, "2 still under sample" in done.stdout) == (1, True), done.stdout + done.stderr


def test_what_is_missing_is_named_and_no_value_is_shown(ground: Ground, tmp_path: Path) -> None:
    short = _run(tmp_path, "serve", HUB_DATABASE_URL=ground.dsn, HUB_JWT_SECRET="short and secret")
    no_key = _run(tmp_path, "serve", HUB_DATABASE_URL=ground.dsn, HUB_KEY="no-base64-and-secret")
    no_variable = _run(tmp_path, "serve")
    no_file = _run(tmp_path, "serve", "--settings", "other.toml")
    misspelt = _run(tmp_path, "serve", settings=SETTINGS.replace("primary", "primry"), HUB_DATABASE_URL=ground.dsn)
    no_dsn = _run(tmp_path, "serve", HUB_DATABASE_URL="postgresql://hub:50%and-secret@127.0.0.1/x")
    fax = _run(tmp_path, "serve", settings=f"{SETTINGS}\n[providers.fax]\ntimeout = 3", HUB_DATABASE_URL=ground.dsn)
    address = _run(
        tmp_path, "serve", settings=f"{SETTINGS}\n[service]\naddress = 'ftp://x'", HUB_DATABASE_URL=ground.dsn
    )
    no_deployer = _run(tmp_path, "prepare", HUB_DATABASE_URL=ground.dsn, DATABASE_URL="")

    for done, word in (
        (short, "32 bytes"), (no_key, "one"), (no_variable, "HUB_DATABASE_URL"), (no_file, "other.toml"),
        (misspelt, "primry"), (no_deployer, "DATABASE_URL"),
        (no_dsn, "hub.bad-dsn"), (fax, "fax"), (address, "service.address"),
    ):  # fmt: skip
        assert done.returncode == 2, (word, done.stdout, done.stderr)
        assert word in done.stderr, done.stderr
        assert "and secret" not in done.stderr
        assert "and-secret" not in done.stderr


def test_a_port_that_is_taken(ground: Ground, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        one = _run(tmp_path, "serve", "--port", port, HUB_DATABASE_URL=ground.dsn)
        two = _run(tmp_path, "serve", "--port", port, "--processes", "2", HUB_DATABASE_URL=ground.dsn)

    for done in (one, two):
        assert (done.returncode, "hub.port-taken" in done.stderr) == (2, True), done.stderr


def test_what_keeps_a_database_from_being_prepared(ground: Ground, supabase_db: str, tmp_path: Path) -> None:
    hub = {"HUB_DATABASE_URL": ground.dsn}
    garbage = _run(tmp_path, "prepare", "--deployer", "garbage", **hub)
    nowhere = _run(tmp_path, "prepare", "--deployer", "postgresql://a:and-secret@127.0.0.1:1/x", **hub)
    one_role = _run(tmp_path, "prepare", "--deployer", ground.dsn, **hub)
    no_release = _run(tmp_path, "prepare", "--deployer", supabase_db, **hub)

    for done, code in (
        (garbage, "hub.bad-dsn"), (nowhere, "hub.not-reached"), (one_role, "hub.one-role"),
        (no_release, "hub.no-release"),
    ):  # fmt: skip
        assert (done.returncode, code in done.stderr, "and-secret" in done.stderr) == (2, True, False), done.stderr


def test_processes_end_with_the_one_that_started_them(ground: Ground, tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(SETTINGS, encoding="utf-8")
    environment = {**os.environ, "HUB_JWT_SECRET": SECRET, "HUB_KEY": KEY, "HUB_DATABASE_URL": ground.dsn}
    command = [str(PROGRAM), "hub", "serve", "--processes", "2", "--no-jobs"]
    with held_port() as port:
        with (
            (tmp_path / "hub.log").open("wb") as log,
            subprocess.Popen([*command, "--port", str(port)], cwd=tmp_path, env=environment, stderr=log) as parent,
        ):
            _until(lambda: _answers(port))
            parent.kill()

        _until(lambda: not _answers(port))


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)
