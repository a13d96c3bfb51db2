"""`seatrial scratch`."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.session import Format, FormatOption, Progress, run

__all__ = ["register"]

Platform = Annotated[str, typer.Option(help="supabase or postgres.")]
Tcp = Annotated[bool, typer.Option("--tcp", help="Also listen on a port of 127.0.0.1, with a password.")]


def register(app: typer.Typer) -> None:
    """Add the command and its subcommand."""
    group = typer.Typer(help="Start a throwaway PostgreSQL; it is gone after Ctrl-C.", invoke_without_command=True)
    app.add_typer(group, name="scratch")

    @group.callback()
    def scratch(
        context: typer.Context, platform: Platform = "supabase", tcp: Tcp = False, form: FormatOption = Format.TEXT
    ) -> None:
        """Start a throwaway PostgreSQL, print its DSN, and keep it until Ctrl-C."""
        from seatrial.flows.scratch import hold

        if context.invoked_subcommand is None:
            run("scratch", form, lambda: hold(platform, tcp=tcp, show=typer.echo, narrator=Progress()))

    @group.command()
    def psql(arguments: Annotated[list[str] | None, typer.Argument(help="Passed to psql.")] = None) -> None:
        """Start one and open psql on it."""
        from seatrial.flows.scratch import open_psql

        run("scratch psql", Format.TEXT, lambda: open_psql("supabase", arguments or []))
