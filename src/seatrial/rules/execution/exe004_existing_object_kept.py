"""An object of which the file has a definition and the target has another one, perhaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import CreateTable
from seatrial.model.finding import Level
from seatrial.rules.execution.made import Made, kept
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, joined, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.model.trial import Trial

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each table that an earlier file has made, with other columns."""
    for occasion in schema.occasions:
        made = occasion.command
        if not isinstance(made, CreateTable) or not made.if_not_exists or occasion.guarded:
            continue
        there = schema.table(made.table, before=occasion)
        if there is None or schema.is_new(made.table, occasion) or made.query or made.like:
            continue
        known = {one.name for one in there.columns}
        lacking = [column.name for column in made.columns if column.name not in known]
        if lacking:
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"{quoted(made.table)} is there already, without {along(lacking)}, and stays as it is",
                effect="IF NOT EXISTS skips the statement; what comes later rests on columns that the target "
                "does not have",
                fix=f"alter table {made.table} add column if not exists {lacking[0]} …",
            )


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each statement whose IF NOT EXISTS met something of before."""
    made = Made()
    for one in trial.statements:
        found = {name: said for name, said in kept(one).items() if not made.knows(name)}
        if found:
            yield Hit(
                script=one.script,
                offset=one.statement.start,
                what=f"{joined(found.values())} is there already and stays as it is",
                effect="nothing compares what is there with what the file says; what comes later may rest on a "
                "definition that the target does not have",
                fix="Compare the two; then take the statement out, or ALTER what is there into what it should be",
            )
        made.add(one)
