"""`seatrial new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, run

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def new(
        name: Annotated[str, typer.Argument(help="What the migration does, such as add_invoice_table.")],
        folder: Folder = Path(),
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Make an empty migration with a version that comes after all others."""
        from seatrial.flows.new import new as flow

        run("new", form, lambda: flow(folder, name))
