"""`seatrial scratch`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.session import Format, FormatOption, Progress, run, show

if TYPE_CHECKING:
    from seatrial.model.outcome import Outcome

__all__ = ["register"]


class _Platform(StrEnum):
    SUPABASE = "supabase"
    POSTGRES = "postgres"


Platform = Annotated[_Platform, typer.Option(help="Whose roles, schemas and extensions it has.")]
Tcp = Annotated[bool, typer.Option("--tcp", help="Also listen on a port of 127.0.0.1, with a password.")]


def register(app: typer.Typer) -> None:
    """Add the command and its subcommand."""
    group = typer.Typer(help="Start a throwaway PostgreSQL; it is gone after Ctrl-C.", invoke_without_command=True)
    app.add_typer(group, name="scratch")

    @group.callback()
    def scratch(
        context: typer.Context,
        platform: Platform = _Platform.SUPABASE,
        tcp: Tcp = False,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Start a throwaway PostgreSQL, print its DSN, and keep it until Ctrl-C."""
        from seatrial.flows.scratch import hold, running

        def tell(dsn: str) -> None:
            if form is Format.TEXT:
                typer.echo(dsn)
            else:
                show(running(dsn), form)

        def until_it_ends() -> Outcome:
            ended = hold(platform.value, tcp=tcp, show=tell, narrator=Progress())
            if form is not Format.TEXT:
                # Its one document was printed when it began, for whoever waits for the DSN.
                raise typer.Exit(ended.exit_code)
            return ended

        if context.invoked_subcommand is None:
            run("scratch", form, until_it_ends)

    @group.command()
    def psql(arguments: Annotated[list[str] | None, typer.Argument(help="Passed to psql.")] = None) -> None:
        """Start one and open psql on it."""
        from seatrial.flows.scratch import open_psql

        run("scratch psql", Format.TEXT, lambda: open_psql("supabase", arguments or []))
