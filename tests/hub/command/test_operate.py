"""The hub on a database of one's own, by its commands; and what they say when something is missing."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from tests.hub.ground import MAX, SECRET, bearer
from tests.hub.load.ground import serving

if TYPE_CHECKING:
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
        seen = httpx.get(f"{address}/rest/v1/integrations?select=organization_id", headers=bearer(MAX))
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
    no_deployer = _run(tmp_path, "prepare", HUB_DATABASE_URL=ground.dsn, DATABASE_URL="")

    for done, word in (
        (short, "32 bytes"), (no_key, "one"), (no_variable, "HUB_DATABASE_URL"), (no_file, "other.toml"),
        (misspelt, "primry"), (no_deployer, "DATABASE_URL"),
    ):  # fmt: skip
        assert done.returncode == 2, (word, done.stdout, done.stderr)
        assert word in done.stderr, done.stderr
        assert "and secret" not in done.stderr
        assert "and-secret" not in done.stderr
