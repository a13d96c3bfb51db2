"""`seatrial check`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from seatrial.cli.session import FindingsFormat, FindingsFormatOption, Folder, Progress, not_empty, run
from seatrial.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.outcome import Outcome

__all__ = ["register"]

Against = Annotated[
    str | None,
    typer.Option(
        callback=not_empty,
        show_default=False,
        help="Show only findings in files that differ from this branch or commit.",
    ),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], show_default="today, in UTC", help="The day by which waivers hold or are over."
    ),
]
WriteBaseline = Annotated[
    bool,
    typer.Option(
        "--write-baseline",
        help="Write seatrial-baseline.json, in which old findings may stay; when it is there, take out what is gone.",
    ),
]
Watch = Annotated[bool, typer.Option("--watch", help="Check again whenever a file is saved, until Ctrl-C.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def check(
        folder: Folder = Path(),
        against: Against = None,
        as_of: AsOf = None,
        write_baseline: WriteBaseline = False,
        watch: Watch = False,
        form: FindingsFormatOption = FindingsFormat.TEXT,
    ) -> None:
        """Read and parse every migration; needs no database."""
        from seatrial.flows.check import check as flow

        if watch and write_baseline:
            raise typer.BadParameter("what it writes would be checked again", param_hint="--write-baseline")

        def answer() -> Outcome:
            day = as_of.date() if as_of else None
            return flow(folder, against=against or "", as_of=day, baseline=write_baseline)

        if watch:
            _watch(folder, form, answer)
        run("check", form, answer, folder=folder)


def _watch(folder: Path, form: FindingsFormat, answer: Callable[[], Outcome]) -> NoReturn:
    """Answer again and again; on a terminal each answer takes the place of the one before."""
    from rich.console import Console

    from seatrial.project.watching import changes

    try:
        for _ in changes(folder):
            Console().clear()
            _once(folder, form, answer)
            Progress().say("watching; Ctrl-C ends it")
    except KeyboardInterrupt:
        pass
    raise typer.Exit(Exit.INTERRUPTED)


def _once(folder: Path, form: FindingsFormat, answer: Callable[[], Outcome]) -> None:
    try:
        run("check", form, answer, folder=folder)
    except typer.Exit as ended:
        if ended.exit_code == Exit.INTERRUPTED:
            raise
