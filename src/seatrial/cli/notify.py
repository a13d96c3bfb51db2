"""`seatrial notify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, run
from seatrial.model.notification import Event

__all__ = ["register"]

As = Annotated[
    Event, typer.Option("--as", help="What it looks like: any event of `[[notify]]`, sent to all who are told of it.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def notify(folder: Folder = Path(), event: As = Event.TEST, form: FormatOption = Format.TEXT) -> None:
        """Send a test message to everybody whom seatrial.toml has told of deployments and of the watch after them."""
        from seatrial.flows.notify import notify as flow

        run("notify", form, lambda: flow(folder, event))
