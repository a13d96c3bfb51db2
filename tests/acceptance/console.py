"""Seatrial's command line, as a person or a script uses it: in this process, or as the real program."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from seatrial.cli.app import app

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterator

__all__ = ["FOREIGN", "Answer", "Console", "Program", "Running", "wait_until"]

#: Seconds; a command answers in about one.
PATIENCE = 60
#: What of somebody's environment would change the answers.
FOREIGN = ("PG", "SUPABASE_", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "GITHUB_ACTIONS", "TTY_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything, whichever stream it went to."""
        return f"{self.out}\n{self.err}"

    @property
    def lines(self) -> list[str]:
        """What a result consists of, without empty lines."""
        return [line for line in self.out.splitlines() if line.strip()]

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON document that it is."""
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def error(self) -> dict[str, str]:
        """What of an error is printed in text: `code`, `what`, `where`, `why`, `fix`."""
        lines = [line.strip() for line in self.err.splitlines()]
        found = {label: rest for line in lines for label, _, rest in [line.partition(": ")]}
        code, _, what = lines[-1].removeprefix("✗ ").partition(": ")
        return {"code": code, "what": what} | {label: found.get(label, "") for label in ("where", "why", "fix")}


class Console:
    """In this process: fast, and a fault shows itself as the exception that it is."""

    def __call__(self, *words: str, code: int | None = None) -> Answer:
        """Run a command; with a code given, it has to end with it."""
        result = CliRunner().invoke(app, [*words], catch_exceptions=False)
        answer = Answer(code=result.exit_code, out=result.stdout, err=result.stderr)
        if code is not None:
            assert answer.code == code, answer.said
        return answer


class Running:
    """The program while it works."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def send(self, number: signal.Signals) -> None:
        """A signal, to this process only."""
        self.process.send_signal(number)

    def end(self) -> Answer:
        """Wait until it has ended."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return Answer(code=self.process.returncode, out=out, err=err)


class Program:
    """The installed program in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = Path(sys.executable).with_name("seatrial")

    @property
    def environment(self) -> dict[str, str]:
        """Ours, without what is somebody's own; the program is on the PATH, as where it is installed."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return ours | {"PATH": f"{self.path.parent}{os.pathsep}{ours['PATH']}"}

    def __call__(self, *words: str, code: int | None = None, **environment: str) -> Answer:
        """Run a command to its end; with a code given, it has to end with it."""
        with self.begin(*words, **environment) as running:
            answer = running.end()
        if code is not None:
            assert answer.code == code, answer.said
        return answer

    @contextlib.contextmanager
    def begin(self, *words: str, **environment: str) -> Iterator[Running]:
        """Start a command and go on; whatever is left of it afterwards is killed."""
        process = subprocess.Popen(
            [str(self.path), *words],
            cwd=self._folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        # A test that waits for a word that never comes fails then, and hangs nobody.
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        with process:
            try:
                yield Running(process)
            finally:
                watchdog.cancel()
                process.kill()


def wait_until(true: Callable[[], object], what: str, seconds: float = 20) -> None:
    """Look again and again until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)
