"""`seatrial repair`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.session import Format, FormatOption, TargetOption, YesOption, ask, run

__all__ = ["register"]


class _Status(StrEnum):
    APPLIED = "applied"
    REVERTED = "reverted"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def repair(
        versions: Annotated[list[str], typer.Argument(help="Versions, as in the file names.")],
        status: Annotated[_Status, typer.Option(help="What the ledger is to say of them.")],
        target: TargetOption = None,
        yes: YesOption = None,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Correct the ledger of a target; no migration is run or undone."""
        from seatrial.flows.repair import repair as flow

        def confirm(name: str, what: str) -> None:
            ask(name, [f"About to {what}. Nothing else of the database changes."], yes=yes)

        run("repair", form, lambda: flow(Path(), target or "", versions, status.value, confirm=confirm))
