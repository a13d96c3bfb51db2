"""`seatrial docs`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, Progress, run

if TYPE_CHECKING:
    from seatrial.model.outcome import Outcome

__all__ = ["register"]

Check = Annotated[bool, typer.Option("--check", help="Write nothing; the answer is no where the page is not current.")]
Out = Annotated[
    Path | None, typer.Option(help="The file to write.", show_default="`docs.schema` of seatrial.toml: docs/schema.md")
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def docs(folder: Folder = Path(), check: Check = False, out: Out = None, form: FormatOption = Format.TEXT) -> None:
        """Write the schema reference: tables, policies in words, indexes with their queries, functions, a diagram."""
        from seatrial.flows.docs import docs as flow

        def answer() -> Outcome:
            return flow(folder, check=check, out=out, narrator=Progress())

        run("docs", form, answer)
