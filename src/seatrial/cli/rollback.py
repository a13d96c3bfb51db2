"""`seatrial rollback`."""

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
    from seatrial.model.undertaking import Retreat

__all__ = ["register"]

To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="VERSION", callback=not_empty, show_default=False,
        help="The newest version that stays; nothing, to take back all of them.",
    ),
]  # fmt: skip
Last = Annotated[int | None, typer.Option("--last", min=1, metavar="N", help="How many of the newest are taken back.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Rehearse it and show its statements; change nothing.")]
Incomplete = Annotated[
    bool,
    typer.Option("--incomplete", help="Also what leaves something behind that cannot be taken back; it is named."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def rollback(
        folder: Folder = Path(),
        to: To = None,
        last: Last = None,
        target: TargetOption = None,
        dry_run: DryRun = False,
        incomplete: Incomplete = False,
        yes: YesOption = None,
        window: Window = None,
        backup: Backup = False,
        hold: Hold = None,
        patience: Patience = None,
        cancel_blockers: CancelBlockers = None,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Take back what was deployed last; nothing that was written since is lost."""
        from seatrial.model.undertaking import Retreat

        if (to is None) == (last is None):
            raise typer.BadParameter(
                "give one of the two: the version that stays, or how many go", param_hint="--to, --last"
            )
        how = Retreat(
            to=to or "", last=last or 0, dry_run=dry_run, incomplete=incomplete, window=window or "", backup=backup,
            hold_seconds=number(hold), patience_seconds=number(patience), cancel_older_than=number(cancel_blockers),
        )  # fmt: skip
        run("rollback", form, lambda: _answer(folder, target or "", how, yes))


def _answer(folder: Path, target: str, how: Retreat, yes: str | None) -> Outcome:
    from seatrial.flows.rollback import rollback

    progress = Progress()
    return rollback(
        folder,
        target,
        how,
        confirm=asking(progress, yes),
        named=lambda name: refuse_other_name(name, yes),
        narrator=progress,
    )
