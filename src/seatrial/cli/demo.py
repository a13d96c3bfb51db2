"""`seatrial demo`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from seatrial.cli.session import Format, FormatOption, Progress, run, show
from seatrial.model.breakage import Breakage

__all__ = ["register"]

Reset = Annotated[bool, typer.Option("--reset", help="Throw the demo's production away and begin again.")]

Rollback = Annotated[
    bool, typer.Option("--rollback", help="Deploy it, use it, roll it back and deploy it again; every row is counted.")
]

Watch = Annotated[
    bool,
    typer.Option(
        "--watch", help="Deploy it under live traffic, watch it, and break something on purpose; serves the page."
    ),
]

Breaks = Annotated[
    Breakage, typer.Option("--break", help="With --watch: what a hotfix, or a provider, breaks after 15 seconds.")
]

Port = Annotated[int, typer.Option(min=0, max=65535, help="With --watch: of the page on this machine; 0 for any.")]


def register(app: typer.Typer) -> None:
    """Add the command and its subcommand."""
    group = typer.Typer(help="See it work: the shipped release on an embedded production.", invoke_without_command=True)
    app.add_typer(group, name="demo")

    @group.callback()
    def demo(
        context: typer.Context,
        reset: Reset = False,
        rollback: Rollback = False,
        watch: Watch = False,
        breaks: Breaks = Breakage.INDEX,
        port: Port = 8300,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Check, rehearse, deploy and verify the shipped release on an embedded production."""
        from seatrial.flows.demo import demo as flow
        from seatrial.flows.demo_rollback import demo_rollback

        if context.invoked_subcommand is None:
            # As JSON it is one document, the last.
            tell = partial(show, form=form) if form is Format.TEXT else lambda _: None
            if rollback:
                run("demo", form, lambda: demo_rollback(narrator=Progress(), show=tell))
            if watch:
                from seatrial.flows.demo_watch import demo_watch

                narrator = Progress()
                run("demo", form, lambda: demo_watch(breakage=breaks, narrator=narrator, show=tell, port=port))
            run("demo", form, lambda: flow(reset=reset, narrator=Progress(), show=tell))

    @group.command()
    def psql(arguments: Annotated[list[str] | None, typer.Argument(help="Passed to psql.")] = None) -> None:
        """Open psql on the demo's production."""
        from seatrial.flows.demo import demo_psql

        run("demo psql", Format.TEXT, lambda: demo_psql(arguments or []))
