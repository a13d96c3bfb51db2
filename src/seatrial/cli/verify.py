"""`seatrial verify`."""

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
    def verify(folder: Folder = Path(), target: TargetOption = None, form: FormatOption = Format.TEXT) -> None:
        """Compare a target with what the release is; the target is only read."""
        from seatrial.flows.verify import verify as flow

        run("verify", form, lambda: flow(folder, target or "", narrator=Progress()))
