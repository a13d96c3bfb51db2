"""`seatrial tenancy`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, Progress, not_empty, run

__all__ = ["register"]

FromOption = Annotated[
    str,
    typer.Option(
        "--from", callback=not_empty, help="Whose schema: that of the folder (`nothing`), or a target's, only read."
    ),
]
Write = Annotated[bool, typer.Option("--write", help="Append what was inferred to seatrial.toml.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def tenancy(
        folder: Folder = Path(), start: FromOption = "nothing", write: Write = False, form: FormatOption = Format.TEXT
    ) -> None:
        """Infer to whom rows belong, or hold what is declared against the schema."""
        from seatrial.flows.tenancy import tenancy as flow

        run("tenancy", form, lambda: flow(folder, start, write=write, narrator=Progress()))
