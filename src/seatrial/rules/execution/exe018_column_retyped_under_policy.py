"""A column that gets another type while a policy or a view rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable
from seatrial.model.finding import Level
from seatrial.model.schema import Policy, View
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Action
    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.BLOCKS
FAILS = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each action that PostgreSQL refuses because of policies of the same table, or of views."""
    for occasion in schema.occasions:
        altered = occasion.command
        if not isinstance(altered, AlterTable) or occasion.guarded:
            continue
        table = schema.table(altered.table, before=occasion)
        for action in altered.actions if table else ():
            policies = table.policies if table and action.kind == "set type" else ()
            found: list[Policy | View] = [one for one in policies if _rests_on(one, action.name)]
            found += _views(schema, occasion, action)
            if found:
                yield _hit(occasion, altered.table, action, found)


def _hit(occasion: Occasion, table: str, action: Action, resting: list[Policy | View]) -> Hit:
    said = joined(f"{_kind(one)} {quoted(one.name)}" for one in resting)
    return Hit(
        script=occasion.script,
        offset=place(occasion, action.offset),
        what=f"the column {quoted(action.name)} of {quoted(table)} gets another type "
        f"while {said} {'rests' if len(resting) == 1 else 'rest'} on it",
        effect="PostgreSQL refuses the statement (0A000)",
        fix="\n".join(_dropped(one, table) for one in resting)
        + "\n-- in front of it, in the same file; and create them again behind it",
    )


def _kind(one: Policy | View) -> str:
    if isinstance(one, Policy):
        return "policy"
    return "materialized view" if one.made.materialized else "view"


def _dropped(one: Policy | View, table: str) -> str:
    on = f"{name(one.name)} on {relation(table)}" if isinstance(one, Policy) else relation(one.name)
    return f"drop {_kind(one)} {on};"


def _views(schema: Schema, occasion: Occasion, action: Action) -> Iterator[View]:
    """Of a view on several tables nobody can tell whose column it is."""
    altered = occasion.command
    if not isinstance(altered, AlterTable) or action.kind != "set type":
        return
    for view in schema.all_views:
        query = view.made.query
        if view.life.lasts(occasion) and query.tables == (altered.table,) and action.name in query.columns:
            yield view


def _rests_on(policy: Policy, column: str) -> bool:
    return any(column in condition.columns for condition in (policy.using, policy.check) if condition)
