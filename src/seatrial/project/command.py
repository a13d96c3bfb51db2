"""Runs a command that the settings name, for whoever has approved exactly this one.

A pull request can change the settings, and must not have something run where secrets are. For the same reason nothing
is found by a name in the release folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from shlex import join
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["APPROVED", "approval", "refuse_unapproved", "run_approved"]

#: The variable with the approvals of commands, separated by commas or blanks.
APPROVED = "SEATRIAL_COMMANDS"
DIGITS = 32


def run_approved(
    command: Sequence[str],
    *,
    purpose: str,
    where: str,
    environment: Mapping[str, str] | None = None,
    patience: float | None = None,
) -> tuple[bytes, str]:
    """Run it without a shell and outside the release folder.

    Args:
        command: the program and its arguments.
        purpose: `the command that prints the DSN`, for errors.
        where: the setting that names it.
        environment: what it gets besides ours.
        patience: seconds; None for as long as it takes.

    Returns:
        What it printed, and why it failed; either may be empty. Neither stream is for showing.

    Raises:
        CannotRun: it is not approved.
    """
    refuse_unapproved(command, purpose, where)
    try:
        done = subprocess.run(
            command, cwd="/", env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=patience, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return b"", f"it took longer than {patience:.0f} s and was stopped"
    except OSError as error:
        return b"", f"it cannot be started: {error.strerror}"
    return done.stdout, f"it ended with exit status {done.returncode}" if done.returncode else ""


def approval(command: Sequence[str]) -> str:
    """What stands for a command, and for no other, in the variable of approvals."""
    return hashlib.sha256(json.dumps(list(command)).encode()).hexdigest()[:DIGITS]


def refuse_unapproved(command: Sequence[str], purpose: str, where: str) -> None:
    """Stop before a command that nobody has approved.

    Raises:
        CannotRun: says what is to be done by whoever has read it.
    """
    if os.sep in command[0] and not command[0].startswith(os.sep):
        raise CannotRun(
            "command.relative", f"{command[0]} is a place in some folder", where=where,
            why="a file of the release folder may be anybody's who can open a pull request",
            fix="name a program on the PATH, or one by its whole path",
        )  # fmt: skip
    if approval(command) in os.environ.get(APPROVED, "").replace(",", " ").split():
        return
    raise CannotRun(
        "command.unapproved", f"{purpose} is not approved here: {join(command)}", where=where,
        why="a command in the settings is run only for whoever has read it; a changed one is another one",
        # Behind those that are there already.
        fix=f'export {APPROVED}="${{{APPROVED}:+${APPROVED},}}{approval(command)}"',
    )  # fmt: skip
