"""`seatrial standin`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, Progress, TargetOption, run

__all__ = ["register"]

Out = Annotated[Path, typer.Option(help="Save it here; the name ends in .json.")]
Values = Annotated[bool, typer.Option("--values", help="Keep the sample values of statistics: values of rows.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def standin(
        out: Out,
        folder: Folder = Path(),
        target: TargetOption = None,
        values: Values = False,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Save what a rehearsal needs of a target, for rehearse --from FILE; the target is only read."""
        from seatrial.flows.standin import standin as flow

        run("standin", form, lambda: flow(folder, target or "", out, values=values, narrator=Progress()))
