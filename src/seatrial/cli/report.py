"""`seatrial report`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.prove import NoMutants  # noqa: TC001 - the command line reads it
from seatrial.cli.rehearse import AfterOption, FromOption, LimitOption, NoValues, Preflight, RowsOption, sizes
from seatrial.cli.session import Folder, Format, Progress, run
from seatrial.model.wishes import TIME_LIMIT, Wishes

__all__ = ["register"]


class ReportFormat(StrEnum):
    """What is written."""

    HTML = "html"
    MARKDOWN = "markdown"


ReportFormatOption = Annotated[
    ReportFormat, typer.Option("--format", help="html: one page; markdown: the release note and what belongs to it.")
]
Out = Annotated[
    Path | None, typer.Option(help="Where it is written.", show_default="readiness.html, or readiness.md here")
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def report(
        folder: Folder = Path(),
        start: FromOption = "nothing",
        after: AfterOption = "",
        out: Out = None,
        form: ReportFormatOption = ReportFormat.HTML,
        no_values: NoValues = False,
        preflight: Preflight = False,
        rows: RowsOption = None,
        time_limit: LimitOption = TIME_LIMIT,
        no_mutants: NoMutants = False,
    ) -> None:
        """Put all claims to the proof, and write a page about it: what failed, who can do what, what will happen."""
        from seatrial.flows.release_note import MARKDOWN
        from seatrial.flows.report import HTML
        from seatrial.flows.report import report as flow

        wishes = Wishes(
            start=start, after=after, values=not no_values, preflight=preflight, rows=sizes(rows),
            time_limit=time_limit, mutants=not no_mutants,
        )  # fmt: skip
        path = out or Path("readiness.html" if form is ReportFormat.HTML else "readiness.md")
        made = HTML if form is ReportFormat.HTML else MARKDOWN
        run("report", Format.TEXT, lambda: flow(folder, wishes, path, form=made, narrator=Progress()), folder=folder)
