"""Where the DSN of a target is kept: a file that nobody else may read, or a command that prints it."""

from __future__ import annotations

import os
import stat
from shlex import join, quote
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.project.command import run_approved
from seatrial.project.files import is_regular

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["from_command", "from_file"]

#: Seconds; a command may have to ask a server, or a person.
PATIENCE = 30
#: May read, write or run it: the group, and everybody.
OTHERS = 0o077
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
    """The first line that a command prints, which whoever runs Seatrial has approved.

    Raises:
        CannotRun: it is not approved, fails, takes too long or prints nothing. What it prints is never shown.
    """
    printed, failed = run_approved(command, purpose="the command that prints the DSN", where=where, patience=PATIENCE)
    if failed:
        raise _failed(command, where, failed)
    return _first_line(printed, what=f"what {command[0]} prints", where=where)


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
