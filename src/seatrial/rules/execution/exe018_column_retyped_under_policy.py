"""A column that gets another type while a policy rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Action
    from seatrial.model.schema import Occasion, Policy, Schema

LEVEL = Level.BLOCKS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each action that PostgreSQL refuses because of a policy of the same table."""
    for occasion in schema.occasions:
        altered = occasion.command
        if not isinstance(altered, AlterTable) or occasion.guarded:
            continue
        table = schema.table(altered.table, before=occasion)
        for action in altered.actions if table else ():
            policies = table.policies if table and action.kind == "set type" else ()
            found = [one for one in policies if _rests_on(one, action.name)]
            if found:
                yield _hit(occasion, altered.table, action, found)


def _hit(occasion: Occasion, table: str, action: Action, policies: list[Policy]) -> Hit:
    said = joined(f"policy {quoted(one.name)}" for one in policies)
    return Hit(
        script=occasion.script,
        offset=place(occasion, action.offset),
        what=f"the column {quoted(action.name)} of {quoted(table)} gets another type "
        f"while {said} {'rests' if len(policies) == 1 else 'rest'} on it",
        effect="PostgreSQL refuses the statement (0A000)",
        fix="\n".join(f"drop policy {name(one.name)} on {relation(table)};" for one in policies)
        + "\n-- in front of it, in the same file; and create them again behind it",
    )


def _rests_on(policy: Policy, column: str) -> bool:
    return any(column in condition.columns for condition in (policy.using, policy.check) if condition)
