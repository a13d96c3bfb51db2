"""An index that is there and cannot be used, or a partition that is half detached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import last_name, quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema, Table
    from seatrial.model.trial import StatementTrial, Trial

LEVEL = Level.BLOCKS

#: The effect, and the fix with the name in it.
_WORDS = {
    "INVALID": (
        "every write pays for the index and no query uses it; if it is unique, nothing keeps doubles out",
        "DROP INDEX CONCURRENTLY {};\n-- and create it again when what stood in its way is gone",
    ),
    "DETACH PENDING": (
        "its rows are no longer the table's and it is not on its own either; what is to be done to it next fails",
        "ALTER TABLE … DETACH PARTITION {} FINALIZE;",
    ),
}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each index ON ONLY a partitioned table to which not every partition's index is attached."""
    attaching: dict[str, list[Occasion]] = {}
    for one in schema.occasions:
        altered = one.command
        if isinstance(altered, AlterTable) and altered.kind == "index":
            attaches = [one for action in altered.actions if action.kind == "attach partition"]
            attaching.setdefault(last_name(altered.table), []).extend(attaches)
    for table in schema.tables:
        for made in (one for one in table.indexes if one.index.only):
            partitions = [one.name for one in schema.tables if one.partition_of == table.name]
            attached = attaching.get(made.name, [])
            if len(attached) < len(partitions):
                last = [made.life.made, *attached][-1]
                yield Hit(
                    script=last.script,
                    offset=last.offset,
                    what=f"the index {quoted(f'{table.schema}.{made.name}')} is left INVALID",
                    effect="not every partition has its part of it: no query uses it, and if it is unique, nothing "
                    "keeps doubles out",
                    fix=_attach(table, made.name, partitions),
                )


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each thing left half-made, at the last statement that names it."""
    for left in trial.half_made if trial.statements else ():
        kind, _, rest = left.partition(" ")
        name, _, state = rest.removesuffix(")").rpartition(" (")
        found = _naming(trial, name)
        last = trial.statements[-1]
        effect, fix = _WORDS[state]
        yield Hit(
            script=(found or last).script,
            offset=found.statement.start if found else None,
            what=f"the {kind} {quoted(name)} is left {state}",
            effect=effect,
            fix=fix.format(name),
        )


def _naming(trial: Trial, name: str) -> StatementTrial | None:
    """By its text, or by what it made where the server chose the name."""
    spoken = re.compile(rf"(?<!\w){re.escape(last_name(name))}(?!\w)", re.IGNORECASE)
    for one in reversed(trial.statements):
        if spoken.search(one.statement.text) or name in {change.name for change in one.evidence.objects}:
            return one
    return None


def _attach(table: Table, index: str, partitions: list[str]) -> str:
    whole = relation(f"{table.schema}.{index}")
    return "-- for each partition, with its own index:\n" + "\n".join(
        f"alter index {whole} attach partition {part}_…;" for part in partitions
    )
