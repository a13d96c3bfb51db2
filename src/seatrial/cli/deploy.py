"""`seatrial deploy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, Progress, TargetOption, YesOption, ask, not_empty, run

if TYPE_CHECKING:
    from seatrial.flows.deploy import Question
    from seatrial.model.outcome import Outcome

__all__ = ["register"]

IncludeAll = Annotated[bool, typer.Option("--include-all", help="Also files older than the newest one applied.")]
Plan = Annotated[
    Path | None,
    typer.Option(help="Deploy this plan of a rehearsal, if nothing has changed since.", show_default=False),
]
Digest = Annotated[
    str | None,
    typer.Option(callback=not_empty, help="Of the plan that was approved; another one is refused.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the statements; apply nothing.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def deploy(
        folder: Folder = Path(),
        target: TargetOption = None,
        include_all: IncludeAll = False,
        dry_run: DryRun = False,
        plan: Plan = None,
        digest: Digest = None,
        yes: YesOption = False,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Apply the pending migrations, one file in one transaction, each with its row in the ledger."""
        from seatrial.flows.deploy import deploy as flow

        if digest and plan is None:
            raise typer.BadParameter("it is a plan's: give --plan as well", param_hint="--digest")

        def confirm(question: Question) -> None:
            lines = (
                f"Deploy to {question.target} ({question.place}):",
                *(f"  + {label}" for label in question.pending),
            )
            ask(question.target, lines, yes=yes)

        def answer() -> Outcome:
            return flow(
                folder, target or "", include_all=include_all, dry_run=dry_run, plan=plan, digest=digest or "",
                confirm=confirm, narrator=Progress(),
            )  # fmt: skip

        run("deploy", form, answer)
