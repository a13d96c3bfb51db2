"""`seatrial scratch`: a throwaway PostgreSQL for a person."""

from __future__ import annotations

import shutil
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Exit
from seatrial.model.outcome import Done, Outcome
from seatrial.scratch.process import own_environment
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seatrial.model.narrator import Narrator
    from seatrial.scratch.server import Server

__all__ = ["hold", "open_psql", "psql_on", "running"]


def hold(platform: str, *, tcp: bool, show: Callable[[str], None], narrator: Narrator) -> Outcome:
    """Start a server, show its DSN, and keep it until the process is asked to end."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    with scratch(platform, tcp=tcp) as server:
        narrator.say(f"{server.installation}, platform {platform}; Ctrl-C ends it and removes everything")
        try:
            show(server.dsn())
            ended.wait()
        except KeyboardInterrupt:
            narrator.say("")
    return Outcome(command="scratch", summary="The scratch is gone.")


def running(dsn: str) -> Outcome:
    """What is known while it runs."""
    return Outcome(command="scratch", summary="The scratch runs until Ctrl-C.", body=Done(notes=(dsn,)))


def open_psql(platform: str, arguments: Sequence[str]) -> Outcome:
    """Start a server and hand the terminal to psql; its exit status becomes the answer."""
    with scratch(platform) as server:
        status = psql_on(server, arguments)
    return Outcome(
        command="scratch psql", exit_code=Exit.YES if status == 0 else Exit.NO,
        summary="The scratch is gone." if status == 0 else f"psql ended with {status}; the scratch is gone.",
    )  # fmt: skip


def psql_on(server: Server, arguments: Sequence[str]) -> int:
    """Run psql, the server's own or the one on the PATH; returns its exit status.

    Raises:
        CannotRun: there is none.
    """
    own = server.installation.bin / "psql"
    program = str(own) if own.is_file() else shutil.which("psql")
    if program is None:
        raise CannotRun("psql.missing", "no psql is installed", fix="install PostgreSQL's client programs")
    # Ctrl-C in psql cancels a query; it must not end us, and with us the server.
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run([program, server.own_dsn(), *arguments], env=own_environment(), check=False).returncode
    finally:
        signal.signal(signal.SIGINT, previous)
