"""`seatrial archive`: what deployments and rollbacks have put away in place of losing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.session import Format, FormatOption, Progress, TargetOption, YesOption, ask, not_empty, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["register"]

Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of entries, as `archive list` shows them.")]
Number = Annotated[int, typer.Argument(help="The number of an entry, as `archive list` shows it.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="All entries that were kept for their time.")]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="SCHEMA.NAME", callback=not_empty, help="Another name for the table.",
                 show_default="the one that it had"),
]  # fmt: skip
Attached = Annotated[
    bool, typer.Option("--attached", help="Also put on again what was taken off the table: policies, keys, grants.")
]
User = Annotated[
    str | None, typer.Option("--user", metavar="ID", callback=not_empty, help="Whose rows go.", show_default=False)
]
Tenant = Annotated[
    str | None, typer.Option("--tenant", metavar="ID", callback=not_empty, help="Whose rows go.", show_default=False)
]
Leave = Annotated[
    bool, typer.Option("--leave", help="Go on, and leave archives of which nobody can tell whose rows they hold.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="See, bring back, remove or erase what was put away.", no_args_is_help=True)
    app.add_typer(group, name="archive")

    @group.callback()
    def archive() -> None:
        """See, bring back, remove or erase what deployments and rollbacks have put away in place of losing it."""

    group.command("list")(show)
    for command in (restore, purge, erase):
        group.command()(command)


def show(target: TargetOption = None, form: FormatOption = Format.TEXT) -> None:
    """Show what the archive holds, why, and until when."""
    from seatrial.flows.archive_list import list_archive

    run("archive list", form, lambda: list_archive(Path(), target or ""))


def restore(
    number: Number,
    name: As = None,
    attached: Attached = False,
    target: TargetOption = None,
    yes: YesOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Put an entry back where people can use it; nothing that is there is written over."""
    from seatrial.flows.archive_restore import restore as flow

    run(
        "archive restore", form,
        lambda: flow(
            Path(), target or "", number, name=name or "", attached=attached, confirm=_asking(yes)
        ),
    )  # fmt: skip


def purge(
    numbers: Numbers = None,
    overdue: Overdue = False,
    target: TargetOption = None,
    yes: YesOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Remove entries for good."""
    from seatrial.flows.archive_purge import purge as flow

    run(
        "archive purge", form,
        lambda: flow(
            Path(), target or "", numbers or [], overdue=overdue, confirm=_asking(yes), narrator=Progress()
        ),
    )  # fmt: skip


def erase(
    user: User = None,
    tenant: Tenant = None,
    leave: Leave = False,
    target: TargetOption = None,
    yes: YesOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Erase the rows of a person or of a tenant from every table of the archive."""
    from seatrial.flows.archive_erase import erase as flow

    run(
        "archive erase", form,
        lambda: flow(
            Path(), target or "", user=user or "", tenant=tenant or "", leave=leave, confirm=_asking(yes),
            narrator=Progress(),
        ),
    )  # fmt: skip


def _asking(yes: str | None) -> Callable[[str, Sequence[str]], None]:
    """Has the target's name typed; where it was given beforehand, the log of a CI job has what it was given for."""

    def confirm(name: str, lines: Sequence[str]) -> None:
        if yes is not None:
            for line in lines:
                Progress().say(line)
        ask(name, lines, yes=yes)

    return confirm
