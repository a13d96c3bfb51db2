"""`seatrial deploy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.considerate import Backup, CancelBlockers, Hold, Patience, Window, asking, number
from seatrial.cli.session import (
    Folder,
    Format,
    FormatOption,
    Progress,
    TargetOption,
    YesOption,
    not_empty,
    refuse_other_name,
    run,
)

if TYPE_CHECKING:
    from seatrial.model.outcome import Outcome
    from seatrial.model.undertaking import Undertaking

__all__ = ["register"]

IncludeAll = Annotated[
    bool,
    typer.Option(
        "--include-all", help="Also files older than the newest one applied, which never saw what came after."
    ),
]
Plan = Annotated[
    Path | None,
    typer.Option(help="Deploy this plan of a rehearsal, if nothing has changed since.", show_default="a new one"),
]
Digest = Annotated[
    str | None,
    typer.Option(callback=not_empty, help="Of the plan that was approved; another one is refused.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the statements; apply nothing.")]
Unrehearsed = Annotated[
    bool,
    typer.Option(
        "--unrehearsed",
        help="Deploy what nobody has rehearsed; for emergencies: nothing is built ahead, no lock is foreseen.",
    ),
]
AsScript = Annotated[
    Path | None,
    typer.Option("--as-script", help="Write one file for a SQL editor; deploy nothing.", show_default=False),
]
Requires = Annotated[
    str | None,
    typer.Option(
        callback=not_empty, help="A target that must have all of it first, verified.",
        show_default="what seatrial.toml says",
    ),
]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def deploy(
        folder: Folder = Path(),
        target: TargetOption = None,
        plan: Plan = None,
        digest: Digest = None,
        yes: YesOption = None,
        dry_run: DryRun = False,
        include_all: IncludeAll = False,
        as_script: AsScript = None,
        window: Window = None,
        requires: Requires = None,
        backup: Backup = False,
        cancel_blockers: CancelBlockers = None,
        hold: Hold = None,
        patience: Patience = None,
        unrehearsed: Unrehearsed = False,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Rehearse the pending migrations and deploy them, one file in one transaction, each with its ledger row."""
        from seatrial.model.undertaking import Undertaking

        _refuse_together(plan, digest, unrehearsed=unrehearsed)
        if as_script and (backup or window):
            what = "--backup" if backup else "--window"
            raise typer.BadParameter("a script is run by somebody else, whenever they like", param_hint=what)
        how = Undertaking(
            include_all=include_all, agreed=yes is not None, dry_run=dry_run, plan=plan, digest=digest or "",
            unrehearsed=unrehearsed, as_script=as_script, window=window or "", requires=requires or "", backup=backup,
            hold_seconds=number(hold), patience_seconds=number(patience), cancel_older_than=number(cancel_blockers),
        )  # fmt: skip
        run("deploy", form, lambda: _answer(folder, target or "", how, yes))


def _refuse_together(plan: Path | None, digest: str | None, *, unrehearsed: bool) -> None:
    if digest and plan is None:
        raise typer.BadParameter("it is a plan's: give --plan as well", param_hint="--digest")
    if plan and unrehearsed:
        raise typer.BadParameter("a plan was rehearsed: give one of the two", param_hint="--unrehearsed")


def _answer(folder: Path, target: str, how: Undertaking, yes: str | None) -> Outcome:
    from seatrial.flows.deploy import deploy

    progress = Progress()
    return deploy(
        folder,
        target,
        how,
        confirm=asking(progress, yes),
        named=lambda name: refuse_other_name(name, yes),
        narrator=progress,
    )
