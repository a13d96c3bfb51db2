"""`seatrial rehearse`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import completing
from seatrial.cli.session import FindingsFormat, FindingsFormatOption, Folder, Progress, not_empty, run
from seatrial.model.wishes import NOTHING, TIME_LIMIT, Wishes

__all__ = ["AfterOption", "FromOption", "LimitOption", "NoValues", "Preflight", "RowsOption", "register", "sizes"]

FromOption = Annotated[
    str,
    typer.Option(
        "--from",
        callback=not_empty,
        autocompletion=completing.start,
        help="`nothing`; a target: its schema, ledger and statistics are only read; or a file of `seatrial standin`.",
    ),
]
AfterOption = Annotated[str, typer.Option(help="From nothing: the last version that counts as deployed already.")]
KeepGoing = Annotated[bool, typer.Option("--keep-going", help="Show every failure, causes before consequences.")]
NoValues = Annotated[bool, typer.Option("--no-values", help="Take statistics without the sample values in them.")]
Sample = Annotated[
    int,
    typer.Option("--sample", min=0, help="Copy so many rows of each table concerned from the target to the stand-in."),
]
Preflight = Annotated[bool, typer.Option("--preflight", help="Count on the target the rows that would violate it.")]
Twice = Annotated[bool, typer.Option("--twice", help="Apply every file a second time; name what fails or changes.")]
Reader = Annotated[float, typer.Option(min=0, help="Rehearse the lock queue behind a reader of so many seconds.")]
RowsOption = Annotated[
    list[str] | None,
    typer.Option("--rows", help="To forecast for: public.contacts=12_400_000, once a table.", show_default=False),
]
LimitOption = Annotated[float, typer.Option(min=0.1, help="Seconds that a statement may take.")]
Plan = Annotated[Path | None, typer.Option(help="Save the plan here, for deploy --plan.", show_default=False)]


def sizes(given: list[str] | None) -> dict[str, int]:
    """`public.contacts=12_400_000` as a table and its rows."""
    found = {}
    for one in given or ():
        table, _, rows = one.rpartition("=")
        try:
            number = int(rows)
        except ValueError:
            number = -1
        if not table or number < 0:
            raise typer.BadParameter(f"{one!r} is not TABLE=ROWS, such as public.contacts=12_400_000")
        found[table if "." in table else f"public.{table}"] = number
    return found


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def rehearse(
        folder: Folder = Path(),
        start: FromOption = "nothing",
        after: AfterOption = "",
        keep_going: KeepGoing = False,
        no_values: NoValues = False,
        sample: Sample = 0,
        preflight: Preflight = False,
        twice: Twice = False,
        reader: Reader = 0.0,
        rows: RowsOption = None,
        time_limit: LimitOption = TIME_LIMIT,
        plan: Plan = None,
        form: FindingsFormatOption = FindingsFormat.TEXT,
    ) -> None:
        """Apply the release to a throwaway PostgreSQL, and see what each statement does."""
        from seatrial.flows.rehearse import rehearse as flow

        if plan is not None and start == NOTHING:
            raise typer.BadParameter("a plan is for a target: give --from as well", param_hint="--plan")
        if sample and start == NOTHING:
            raise typer.BadParameter("there are no rows in nothing: give --from as well", param_hint="--sample")
        if after and start != NOTHING:
            raise typer.BadParameter("the ledger of a target tells what is deployed: leave --after out")
        wishes = Wishes(
            start=start, after=after, sample=sample,
            keep_going=keep_going, values=not no_values, preflight=preflight, twice=twice,
            reader=reader, rows=sizes(rows), time_limit=time_limit,
        )  # fmt: skip
        run("rehearse", form, lambda: flow(folder, wishes, plan=plan, narrator=Progress()), folder=folder)
