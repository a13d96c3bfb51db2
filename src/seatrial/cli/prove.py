"""`seatrial prove`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from seatrial.cli import completing
from seatrial.cli.rehearse import AfterOption, FromOption, LimitOption, NoValues, Preflight, RowsOption, sizes
from seatrial.cli.session import FindingsFormat, FindingsFormatOption, Progress, run
from seatrial.model.wishes import TIME_LIMIT, Wishes

if TYPE_CHECKING:
    from seatrial.model.outcome import Outcome

__all__ = ["register"]

Names = Annotated[
    list[str] | None,
    typer.Argument(
        help="syntax, order, documentation, safety, performance, security.",
        show_default="all six",
        autocompletion=completing.proof,
    ),
]
NoMutants = Annotated[
    bool, typer.Option("--no-mutants", help="Do not weaken the release to see whether the attack notices.")
]
Export = Annotated[
    Literal["pgtap"] | None,
    typer.Option(help="Write what was tried as tests: supabase/tests/isolation.sql.", show_default=False),
]
Folder = Annotated[Path, typer.Option("--folder", help="The release folder.", show_default="this folder")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def prove(
        proofs: Names = None,
        folder: Folder = Path(),
        start: FromOption = "nothing",
        after: AfterOption = "",
        no_values: NoValues = False,
        preflight: Preflight = False,
        rows: RowsOption = None,
        time_limit: LimitOption = TIME_LIMIT,
        no_mutants: NoMutants = False,
        export: Export = None,
        form: FindingsFormatOption = FindingsFormat.TEXT,
    ) -> None:
        """Put the claims of a release to the proof; only what is PASSED or NOT_APPLICABLE lets it through."""
        from seatrial.flows.prove import prove as flow

        wishes = Wishes(
            start=start, after=after, values=not no_values, preflight=preflight, rows=sizes(rows),
            time_limit=time_limit, mutants=not no_mutants,
        )  # fmt: skip

        def answer() -> Outcome:
            return flow(folder, proofs or (), wishes, export=export or "", narrator=Progress())

        run("prove", form, answer, folder=folder)
