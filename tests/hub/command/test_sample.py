"""`seatrial hub`: one command, and somebody can look at it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(sys.executable).with_name("seatrial")


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_DATA_HOME": str(folder)}


@contextmanager
def _hub(folder: Path, *options: str) -> Iterator[tuple[str, list[str]]]:
    """A hub that runs, its address, and what it has printed; its readiness report is there, as it takes its time."""
    releases = folder / "seatrial" / "hub" / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    (releases / "readiness.html").touch()
    with subprocess.Popen(
        [PROGRAM, "hub", "--port", "0", *options],
        env=_environment(folder), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as hub:  # fmt: skip
        assert hub.stdout is not None
        lines = []
        for line in hub.stdout:
            lines.append(line.strip())
            if found := re.match(r"✓ The hub runs at (\S+) until", line):
                break
        else:
            raise AssertionError(lines)
        try:
            yield found[1], lines
        finally:
            hub.send_signal(signal.SIGINT)
            rest, _ = hub.communicate(timeout=60)
            assert "The hub has stopped" in rest


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, "hub", *arguments], env=_environment(folder), capture_output=True, text=True, check=False, timeout=60
    )


def test_it_starts_and_is_kept(tmp_path: Path) -> None:
    with _hub(tmp_path) as (address, lines):
        token = _run(tmp_path, "token", "ada").stdout.strip()
        headers = {"Authorization": f"Bearer {token}", "Prefer": "return=representation"}
        seen = httpx.get(f"{address}/rest/v1/integrations?select=integration_type", headers=headers, timeout=30)
        added = httpx.patch(
            f"{address}/rest/v1/integrations?integration_type=eq.telegram", headers=headers,
            json={"configuration": {"kept": True}}, timeout=30,
        )  # fmt: skip
        pages = {name: httpx.get(_link(lines, name), timeout=30) for name in ("ada", "max", "super")}
        ready = httpx.get(f"{address}/health/ready", timeout=30)
        second = _run(tmp_path, "--port", "0")

    assert {row["integration_type"] for row in seen.json()} == {"whatsapp", "email", "telegram"}
    assert added.status_code == 200
    assert {name: page.status_code for name, page in pages.items()} == {"ada": 200, "max": 200, "super": 200}
    assert "administrator of Harbour Trading" in pages["ada"].text
    assert (ready.status_code, ready.text) == (200, ready.text)
    assert (second.returncode, "another command is using the hub's database" in second.stderr) == (2, True)
    with _hub(tmp_path) as (address, _):
        # The same token holds, and what was changed is there.
        path = "/rest/v1/integrations?integration_type=eq.telegram"
        kept = httpx.get(f"{address}{path}", headers=headers, timeout=30)
    assert kept.json()[0]["configuration"] == {"kept": True}
    with _hub(tmp_path, "--reset") as (address, _):
        again = httpx.get(f"{address}/rest/v1/integrations", headers=headers, timeout=30)
    assert again.status_code == 401


def _link(lines: list[str], name: str) -> str:
    [line] = [line for line in lines if line.startswith(f"sign in as {name},")]
    return line.rpartition(" ")[2]


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = _run(tmp_path, "--port", str(other.getsockname()[1]))

    assert (done.returncode, "hub.port-taken" in done.stderr, "--port 0" in done.stderr) == (2, True, True)


def test_a_token_of_nobody(tmp_path: Path) -> None:
    unknown = _run(tmp_path, "token", "eve")
    early = _run(tmp_path, "token", "ada", "--format", "json")

    (tmp_path / "seatrial" / "hub").mkdir(parents=True, exist_ok=True)
    (tmp_path / "seatrial" / "hub" / "secrets.json").write_text("garbage", encoding="ascii")
    garbled = _run(tmp_path, "token", "ada")

    assert (garbled.returncode, "hub.garbled-secrets" in garbled.stderr) == (2, True)
    assert (unknown.returncode, "ada" in unknown.stderr) == (2, True)
    assert (early.returncode, json.loads(early.stdout)["error"]["code"]) == (2, "hub.not-begun")


def test_the_secrets_are_the_owners_alone(tmp_path: Path) -> None:
    with _hub(tmp_path):
        [file] = tmp_path.rglob("secrets.json")

        assert file.stat().st_mode & 0o077 == 0
