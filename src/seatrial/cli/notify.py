"""`seatrial notify`."""

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
    def notify(folder: Folder = Path(), form: FormatOption = Format.TEXT) -> None:
        """Send a test message to everybody whom seatrial.toml has told of deployments."""
        from seatrial.flows.notify import notify as flow

        run("notify", form, lambda: flow(folder))
