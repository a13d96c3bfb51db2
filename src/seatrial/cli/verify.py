"""`seatrial verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.session import Folder, Format, FormatOption, Progress, TargetOption, YesOption, ask, run

if TYPE_CHECKING:
    from seatrial.model.outcome import Outcome

__all__ = ["register"]

Live = Annotated[
    bool,
    typer.Option(
        "--live-isolation", help="Read the target as every kind of user, with tenants of our own that are rolled back."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def verify(
        folder: Folder = Path(),
        target: TargetOption = None,
        live_isolation: Live = False,
        yes: YesOption = None,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Compare a target with what the release is; the target is only read."""
        from seatrial.flows.live import live_isolation as attack
        from seatrial.flows.verify import verify as flow

        def confirm(name: str, place: str) -> None:
            ask(name, (f"Read {name} ({place}) as every kind of user, in a transaction that is rolled back.",), yes=yes)

        def answer() -> Outcome:
            if live_isolation:
                return attack(folder, target or "", confirm=confirm, narrator=Progress())
            return flow(folder, target or "", narrator=Progress())

        run("verify", form, answer)
