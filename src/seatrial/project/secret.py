"""Where the DSN of a target is kept: a file that nobody else may read, or a command that prints it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from shlex import join, quote
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.project.files import is_regular

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["APPROVED", "approval", "from_command", "from_file"]

#: Seconds; a command may have to ask a server, or a person.
PATIENCE = 30
#: The variable with the approvals of commands, separated by commas or blanks.
APPROVED = "SEATRIAL_DSN_COMMANDS"
#: May read, write or run it: the group, and everybody.
OTHERS = 0o077
DIGITS = 32
#: A DSN is short; a device or a log is not read to its end.
MOST_BYTES = 65536


def from_file(path: Path, *, where: str) -> str:
    """The first line of a file.

    Raises:
        CannotRun: it cannot be read, others can read it, or there is nothing in it.
    """
    try:
        if not is_regular(path):
            raise FileNotFoundError(2, "there is no such file")
        # What is looked at is what is read, also where somebody puts another file there in between.
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if mode & OTHERS:
                raise CannotRun(
                    "secret.readable-by-others", "the file with the DSN may be read by others", where=str(path),
                    why=f"its mode is {stat.S_IMODE(mode):04o}", fix=f"chmod 600 {quote(str(path))}",
                )  # fmt: skip
            content = file.read(MOST_BYTES)
    except OSError as error:
        raise CannotRun(
            "secret.no-file", "the file with the DSN cannot be read", where=f"{path}, which {where} names",
            why=error.strerror or str(error),
            fix=f"put the DSN into it: install -m 600 /dev/null {quote(str(path))}, then write it with an editor",
        ) from None  # fmt: skip
    return _first_line(content, what="the file with the DSN", where=str(path))


def from_command(command: Sequence[str], *, where: str) -> str:
    """The first line that a command prints, run without a shell and outside the release folder.

    Whoever runs Seatrial has approved exactly this command: a pull request can change the settings, and must not
    have something run where secrets are. For the same reason it finds nothing by a name in the release folder.

    Raises:
        CannotRun: it is not approved, fails, takes too long or prints nothing. What it prints is never shown.
    """
    _refuse_unapproved(command, where)
    try:
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise _failed(command, where, f"it took longer than {PATIENCE} s and was stopped") from None
    except OSError as error:
        raise _failed(command, where, f"it cannot be started: {error.strerror}") from None
    if done.returncode:
        raise _failed(command, where, f"it ended with exit status {done.returncode}")
    return _first_line(done.stdout, what=f"what {command[0]} prints", where=where)


def approval(command: Sequence[str]) -> str:
    """What stands for a command, and for no other, in the variable of approvals."""
    return hashlib.sha256(json.dumps(list(command)).encode()).hexdigest()[:DIGITS]


def _refuse_unapproved(command: Sequence[str], where: str) -> None:
    if os.sep in command[0] and not command[0].startswith(os.sep):
        raise CannotRun(
            "secret.relative-command", f"{command[0]} is a place in some folder", where=where,
            why="a file of the release folder may be anybody's who can open a pull request",
            fix="name a program on the PATH, or one by its whole path",
        )  # fmt: skip
    if approval(command) in os.environ.get(APPROVED, "").replace(",", " ").split():
        return
    raise CannotRun(
        "secret.unapproved-command", f"the command that prints the DSN is not approved here: {join(command)}",
        where=where, why="a command in the settings is run only for whoever has read it; a changed one is another one",
        fix=f"export {APPROVED}={approval(command)}, behind those that are there already, with a comma",
    )  # fmt: skip


def _failed(command: Sequence[str], where: str, why: str) -> CannotRun:
    # Neither stream is shown: they may hold what is being kept.
    return CannotRun(
        "secret.command-failed", f"the command that prints the DSN gave none: {command[0]}", where=where, why=why,
        fix=f"run it yourself and look: {join(command)} >/dev/null",
    )  # fmt: skip


def _first_line(content: bytes, *, what: str, where: str) -> str:
    line = content.decode("utf-8", errors="replace").lstrip("\ufeff").partition("\n")[0].strip()
    if line and "\0" not in line and ("://" in line or "=" in line):
        return line
    raise CannotRun(
        "secret.no-dsn", f"{what} does not begin with a DSN", where=where,
        why="it is empty" if not line else "a DSN begins with postgresql:// or is a list of key=value pairs",
        fix="put the DSN on the first line: postgresql://user:password@host:5432/database",
    )  # fmt: skip
