"""`seatrial rehearse`."""

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
    def rehearse(folder: Folder = Path(), target: TargetOption = "", form: FormatOption = Format.TEXT) -> None:
        """Apply the whole folder to a throwaway PostgreSQL; with --target, name files edited since."""
        from seatrial.flows.rehearse import rehearse as flow

        run("rehearse", form, lambda: flow(folder, target, narrator=Progress()))
