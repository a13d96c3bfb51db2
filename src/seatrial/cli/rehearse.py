"""`seatrial rehearse`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, Progress, not_empty, run

__all__ = ["register"]

Ledger = Annotated[
    str | None,
    typer.Option("--target", callback=not_empty, help="Whose ledger tells which files were edited since they ran."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def rehearse(folder: Folder = Path(), target: Ledger = None, form: FormatOption = Format.TEXT) -> None:
        """Apply the whole folder to a throwaway PostgreSQL; with --target, name files edited since."""
        from seatrial.flows.rehearse import rehearse as flow

        run("rehearse", form, lambda: flow(folder, target or "", narrator=Progress()))
