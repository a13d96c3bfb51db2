"""`seatrial status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.cli.session import Folder, Format, FormatOption, TargetOption, run

if TYPE_CHECKING:
    import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def status(folder: Folder = Path(), target: TargetOption = None, form: FormatOption = Format.TEXT) -> None:
        """Show folder and target side by side: applied, pending, and every disagreement."""
        from seatrial.flows.status import status as flow

        run("status", form, lambda: flow(folder, target or ""))
