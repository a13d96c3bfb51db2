"""The deployer under test: the real command, in a process of its own that can be killed."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.acceptance import console

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Answer", "Deployer", "Deployers", "deployers"]

#: Seconds after which a deployer that does not end fails its test.
PATIENCE = 90.0


class Answer(console.Answer):
    """How it ended and what it said; a negative code is the number of the signal that killed it."""

    @property
    def last(self) -> str:
        """The sentence with the answer: of a result on standard output, of an error the line with its code."""
        lines = [line for line in self.out.splitlines() if line.strip()]
        if lines:
            return lines[-1]
        return next((line for line in reversed(self.err.splitlines()) if line.startswith("✗")), "")


class Deployer:
    """One process, from its begin to its end."""

    def __init__(self, out: IO[str], err: IO[str], answers: IO[bytes]) -> None:
        self._out, self._err, self._answers = out, err, answers
        self.pid = int(answers.readline())

    def send(self, number: signal.Signals) -> None:
        """A signal, to this process only; one that has ended by itself gets none."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def ends_within(self, seconds: float) -> bool:
        """Whether it is over, or will be in time."""
        return bool(select.select([self._answers], [], [], seconds)[0])

    def end(self, seconds: float = PATIENCE) -> Answer:
        """Wait until it has ended; one that does not is killed, and its test fails."""
        in_time = self.ends_within(seconds)
        if not in_time:
            self.send(signal.SIGKILL)
        code = int(self._answers.readline())
        texts = []
        for file in (self._out, self._err):
            file.seek(0)
            texts.append(file.read())
            file.close()
        self._answers.close()
        answer = Answer(code=code, out=texts[0], err=texts[1])
        assert in_time, f"it did not end within {seconds} s: {answer.said}"
        return answer


class Deployers:
    """Begins processes of the program in one folder."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def begin(self, *words: str, folder: Path, **environment: str) -> Deployer:
        """Start a command and go on."""
        out, err = (tempfile.TemporaryFile("w+", encoding="utf-8") for _ in range(2))  # noqa: SIM115 - the answer closes them
        reads, writes = os.pipe()
        request = {
            "words": words,
            "folder": str(folder),
            "environment": {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_COLOR": "1", "LANG": "C.UTF-8"}
            | environment,
        }
        socket.send_fds(self._channel, [json.dumps(request).encode()], [out.fileno(), err.fileno(), writes])
        os.close(writes)
        return Deployer(out, err, os.fdopen(reads, "rb", buffering=0))

    def run(self, *words: str, folder: Path, **environment: str) -> Answer:
        """A command to its end."""
        return self.begin(*words, folder=folder, **environment).end()


@contextmanager
def deployers() -> Iterator[Deployers]:
    """For as many processes as are wanted; their maker goes when nobody speaks to it any more."""
    ours, theirs = socket.socketpair()
    program = Path(__file__).with_name("forking.py")
    with (
        ours,
        subprocess.Popen([sys.executable, str(program), str(theirs.fileno())], pass_fds=[theirs.fileno()]) as maker,
    ):
        theirs.close()
        try:
            yield Deployers(ours)
        finally:
            ours.close()
            maker.wait(timeout=PATIENCE)
