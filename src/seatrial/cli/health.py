"""`seatrial health`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.considerate import asking
from seatrial.cli.session import Folder, Format, FormatOption, Progress, TargetOption, YesOption, not_empty, run

if TYPE_CHECKING:
    from seatrial.model.outcome import Outcome

__all__ = ["register"]

Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Also write a page.", show_default="no page is written")
]
Last = Annotated[bool, typer.Option("--last", help="Show what the last scheduled run has written, and what is new.")]
Schedule = Annotated[bool, typer.Option("--schedule", help="Have the target look every week, by pg_cron.")]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="CRON", callback=not_empty, help="With --schedule: when, as cron writes it, in UTC.",
        show_default="0 6 * * 1, Mondays at six",
    ),
]  # fmt: skip
Unschedule = Annotated[bool, typer.Option("--unschedule", help="Take the schedule away again.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def health(
        folder: Folder = Path(),
        target: TargetOption = None,
        html: Html = None,
        last: Last = False,
        schedule: Schedule = False,
        at: At = None,
        unschedule: Unschedule = False,
        yes: YesOption = None,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Look at the health of indexes and tables, with SQL for each remedy; 1 where something is urgent."""
        from seatrial.flows import health as flow
        from seatrial.flows.health_schedule import WEEKLY, schedule_health, unschedule_health

        if last + schedule + unschedule > 1:
            raise typer.BadParameter("give one of --last, --schedule and --unschedule")
        if at and not schedule:
            raise typer.BadParameter("--at goes with --schedule")
        confirm = asking(Progress(), yes)

        def answer() -> Outcome:
            if schedule:
                return schedule_health(folder, target or "", at or WEEKLY, confirm=confirm)
            if unschedule:
                return unschedule_health(folder, target or "", confirm=confirm)
            return (flow.last if last else flow.health)(folder, target or "", html=html)

        run("health", form, answer, folder=folder)
