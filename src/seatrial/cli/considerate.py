"""Options of commands that change a target: how considerate they are of those who work there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.session import ask, not_empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.cli.session import Progress
    from seatrial.flows.question import Question

__all__ = ["Backup", "CancelBlockers", "Hold", "Patience", "Window", "asking", "number", "seconds"]

_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, None: 1.0}


def seconds(text: str | None) -> str | None:
    """A time such as `90`, `30s`, `5min`; it is kept as seconds."""
    if text is None:
        return None
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter("give a time such as 30s, 5min or 1h")
    return str(float(found[1]) * _SECONDS[found[2]])


def number(text: str | None) -> float | None:
    """What an option was read as."""
    return None if text is None else float(text)


Window = Annotated[
    str | None,
    typer.Option(
        callback=not_empty, help="When it may work: 02:00-04:00 Europe/Rome; waits for it.", show_default="any time"
    ),
]
Backup = Annotated[
    bool,
    typer.Option(
        "--backup", help="Run the target's backup_command first; without one, or when it fails, nothing is deployed."
    ),
]
CancelBlockers = Annotated[
    str | None,
    typer.Option(
        "--cancel-blockers", callback=seconds, metavar="AGE",
        help="Cancel transactions in the way that are older than 30s, 5min, 1h.", show_default="nobody",
    ),
]  # fmt: skip
Hold = Annotated[
    str | None,
    typer.Option(
        callback=seconds, metavar="TIME", help="How long locks may keep others waiting: 500ms, 2s.", show_default="2s"
    ),
]
Patience = Annotated[
    str | None,
    typer.Option(
        callback=seconds,
        metavar="TIME",
        help="How long a step is tried that others are in the way of: 30s, 1h.",
        show_default="5min",
    ),
]


def asking(progress: Progress, yes: str | None) -> Callable[[Question], None]:
    """What asks a person before the target is changed; with `--yes` it is said all the same."""

    def confirm(question: Question) -> None:
        if yes is not None:
            # Nobody reads it now; whoever looks at the log of a CI job does.
            for line in question.lines:
                progress.say(line)
        ask(question.name, question.lines, yes=yes)

    return confirm
