"""`seatrial history`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, TargetOption, run

if TYPE_CHECKING:
    from seatrial.model.outcome import Outcome

__all__ = ["register"]

Last = Annotated[int | None, typer.Option("--last", min=1, help="How many at most.", show_default="all of them")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def history(
        folder: Folder = Path(), target: TargetOption = None, last: Last = None, form: FormatOption = Format.TEXT
    ) -> None:
        """Show each try to deploy to a target, newest first: who, from where, with which plan, how it ended."""
        from seatrial.flows.history import history as flow

        def answer() -> Outcome:
            return flow(folder, target or "", last)

        run("history", form, answer)
