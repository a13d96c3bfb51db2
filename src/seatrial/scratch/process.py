"""A running `postgres`, and the keeper that ends it when we are gone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from typing import IO, TYPE_CHECKING

from seatrial.errors import CannotConnect, CannotRun
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seatrial.scratch.identity import Identity
    from seatrial.scratch.installation import Installation

__all__ = ["Process", "launch", "own_environment", "socket_dsn"]

START_SECONDS = 30
POLL_SECONDS = 0.005
#: Waits for the end of its standard input, that is, of the process that started it; then stops the server.
KEEPER = (
    'read -r _; kill "-$1" "$2" 2>/dev/null || exit; while kill -0 "$2" 2>/dev/null; do sleep 0.1; done; rm -rf "$3"'
)


def socket_dsn(sockets: Path, port: int, user: str, database: str) -> str:
    """A DSN that says everything that libpq would otherwise take from PGHOSTADDR and its like.

    A rehearsal must never end up on the database that somebody's environment points to.
    """
    who = f"user={_value(user)} dbname={_value(database)}"
    return (
        f"host={sockets} hostaddr='' port={port} {who} options='' sslmode=disable "
        "gssencmode=disable channel_binding=disable require_auth='' target_session_attrs=any"
    )


def _value(text: str) -> str:
    """As a value of a connection string: a role of a target may have any name."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def own_environment() -> dict[str, str]:
    """The environment without libpq's variables, some of which the server reads too (PGPORT)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


class Process:
    """A server process; `stop` it, or die: either way it ends."""

    def __init__(self, server: subprocess.Popen[bytes], keeper: subprocess.Popen[bytes], stop_signal: int) -> None:
        self._server = server
        self._keeper = keeper
        self._stop_signal = stop_signal

    @property
    def pid(self) -> int:
        """Of the postmaster."""
        return self._server.pid

    def stop(self) -> None:
        """End the server and wait until it is gone."""
        self._keeper.kill()
        self._keeper.wait()
        if self._keeper.stdin:
            self._keeper.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            self._server.send_signal(self._stop_signal)
        self._server.wait()


def launch(
    installation: Installation,
    identity: Identity,
    data: Path,
    folder: Path,
    settings: Mapping[str, str],
    *,
    durable: bool = False,
) -> Process:
    """Start `postgres` on a data folder, with its socket and log in another folder; return when it answers.

    A durable server is shut down in order, another is stopped at once; the folder goes with the server.

    Raises:
        CannotRun: it did not start; the message carries the last lines of its log.
    """
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log_path = folder / "server.log"
    with log_path.open("wb") as log:
        server = _spawn([installation.bin / "postgres", "-D", data, "-k", folder, *options], identity, log)
    stop_signal = signal.SIGINT if durable else signal.SIGQUIT
    # It must outlive us and our terminal, so it is no child of our session.
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "keeper", stop_signal.name[3:], str(server.pid), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    process = Process(server, keeper, stop_signal)
    try:
        _wait(server, folder, settings.get("port", "5432"), log_path, data)
    except BaseException:
        process.stop()
        raise
    return process


def _spawn(command: list[str | Path], identity: Identity, log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        preexec_fn=identity.become,
        cwd="/",
        env=own_environment(),
    )


def _wait(server: subprocess.Popen[bytes], folder: Path, port: str, log: Path, data: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    dsn = socket_dsn(folder, int(port), "supabase_admin", "template1")
    while time.monotonic() < deadline and server.poll() is None:
        try:
            connect(dsn).close()
        except CannotConnect:
            time.sleep(POLL_SECONDS)
        else:
            return
    lines = [*log.read_text(encoding="utf-8", errors="replace").splitlines(), *_collected(data, log)]
    raise CannotRun(
        "scratch.not-started",
        "the scratch server did not start",
        where=str(folder),
        why=" / ".join(lines[-3:]) or f"no answer within {START_SECONDS} seconds",
        fix="see the reason above; SEATRIAL_PG_BIN chooses another PostgreSQL",
    )


def _collected(data: Path, log: Path) -> list[str]:
    """What has ended a server that keeps a log of its own, as that log says it."""
    found: list[str] = []
    for path in data.glob("log/*.json"):
        if path.stat().st_mtime >= log.stat().st_mtime:
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines()[-10:]:
                with contextlib.suppress(ValueError, KeyError):
                    entry = json.loads(line)
                    found += [str(entry["message"])] if entry["error_severity"] in {"FATAL", "PANIC"} else []
    return found
