"""`seatrial link`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.session import Format, FormatOption, run

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def link(
        name: Annotated[str, typer.Argument(help="What the target is to be called, such as production.")],
        dsn_env: Annotated[str, typer.Option(help="Environment variable that holds the DSN.")] = "",
        project_ref: Annotated[str, typer.Option(help="Reference of a Supabase project.")] = "",
        pooler: Annotated[str, typer.Option(help="Address of its session pooler, without password.")] = "",
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Give a database a name in seatrial.toml; secrets stay in the environment."""
        from seatrial.flows.link import link as flow

        run("link", form, lambda: flow(Path(), name, dsn_env=dsn_env, project_ref=project_ref, pooler=pooler))
