"""Has Seatrial loaded, and makes a process of each request: as the installed program, without the time to load it.

A program of its own: it reads requests from the socket whose number is its argument, each with three open files: where
standard output and standard error go, and where the process id and, at the end, the exit code are written.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import sys
import time
from datetime import datetime, timedelta, tzinfo
from importlib import import_module
from typing import NoReturn, Self

LOADED = (
    "seatrial.cli.app",
    "seatrial.flows.deploy",
    "seatrial.flows.rollback",
    "seatrial.flows.status",
    "seatrial.rules.registry",
    "seatrial.report.text",
    "seatrial.report.json",
)
REQUEST_BYTES = 1 << 16
#: Seconds by which the wall clock of a process jumps at every look, in its environment.
JUMPS = "FAULTS_CLOCK_JUMPS"
#: When it is for whoever looks whether a window is open, as ISO has it; a minute later at every look.
MINUTES = "FAULTS_MINUTES_FROM"


def serve(channel: socket.socket) -> None:
    """Until nobody is at the other end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        words, files, _, _ = socket.recv_fds(channel, REQUEST_BYTES, 3)
        if not words:
            return
        if os.fork() == 0:
            channel.close()
            keep(json.loads(words), *files)
        for file in files:
            os.close(file)


def keep(request: dict[str, dict[str, str]], out: int, err: int, answer: int) -> NoReturn:
    """Start the process, tell its id, wait for its end, tell its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(answer)
        become_the_program(request, out, err)
    os.write(answer, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(answer, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def become_the_program(request: dict[str, dict[str, str]], out: int, err: int) -> NoReturn:
    """What a shell and the interpreter would do before `main`."""
    from seatrial.cli.app import main

    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])
    if jump := os.environ.pop(JUMPS, ""):
        let_the_clock_jump(float(jump))
    if begin := os.environ.pop(MINUTES, ""):
        let_minutes_pass(datetime.fromisoformat(begin))
    sys.argv = ["seatrial", *request["words"]]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def let_the_clock_jump(seconds: float) -> None:
    """By so many more at every look; the clock that only runs forward is left alone."""
    looks = itertools.count(1)
    right = time.time
    time.time = lambda: right() + seconds * next(looks)


def let_minutes_pass(begin: datetime) -> None:
    """One at every look at a window."""
    looks = itertools.count()

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            at = (begin + timedelta(minutes=next(looks))).astimezone(tz)
            return cls.fromtimestamp(at.timestamp(), tz)

    for module in ("window", "careful"):
        import_module(f"seatrial.deployment.{module}").datetime = Clock  # type: ignore[attr-defined]


if __name__ == "__main__":
    for name in LOADED:
        import_module(name)
    import_module("seatrial.rules.registry").rules()
    serve(socket.socket(fileno=int(sys.argv[1])))
