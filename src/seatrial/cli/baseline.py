"""`seatrial baseline`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.cli.session import Folder, Format, FormatOption, Progress, TargetOption, run

if TYPE_CHECKING:
    import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def baseline(folder: Folder = Path(), target: TargetOption = None, form: FormatOption = Format.TEXT) -> None:
        """Write what a target has and the folder does not make as the folder's first migration."""
        from seatrial.flows.baseline import baseline as flow

        run("baseline", form, lambda: flow(folder, target or "", narrator=Progress()))
