"""`seatrial check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.cli.session import Folder, Format, FormatOption, run

if TYPE_CHECKING:
    import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def check(folder: Folder = Path(), form: FormatOption = Format.TEXT) -> None:
        """Read and parse every migration; needs no database."""
        from seatrial.flows.check import check as flow

        run("check", form, lambda: flow(folder))
