"""`seatrial support-bundle`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, Progress, TargetOption, run

__all__ = ["register"]

Out = Annotated[Path, typer.Option(help="Save it here; the name ends in .zip.")]
PlanOption = Annotated[Path | None, typer.Option(help="A plan that is in question.", show_default="none")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def support_bundle(
        out: Out,
        folder: Folder = Path(),
        target: TargetOption = None,
        plan: PlanOption = None,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Save what somebody who helps has to know, without secrets and values of rows; the target is only read."""
        from seatrial.flows.support_bundle import support_bundle as flow

        run("support-bundle", form, lambda: flow(folder, target or "", out, plan=plan, narrator=Progress()))
