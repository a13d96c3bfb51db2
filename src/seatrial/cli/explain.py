"""`seatrial explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli import completing
from seatrial.cli.session import Format, FormatOption, run

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def explain(
        code: Annotated[
            str,
            typer.Argument(help="Code of a rule, or name of a proof: FIL003, safety.", autocompletion=completing.page),
        ],
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Show the page of a rule or of a proof: what it claims or finds, and SQL that fails."""
        from seatrial.flows.explain import explain as flow

        run("explain", form, lambda: flow(code))
