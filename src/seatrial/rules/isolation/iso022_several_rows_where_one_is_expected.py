"""A sub-select for one value that can find several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import conditions
from seatrial.rules.isolation.findings import about, altered, title
from seatrial.rules.isolation.owners import things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression, SubQuery
    from seatrial.model.schema import Policy, Schema
    from seatrial.rules.hit import Hit

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy that has one."""
    for table in schema.tables:
        for policy in table.policies:
            found = [
                (condition, one) for condition in conditions(policy) for one in condition.subqueries
                if one.kind == "scalar" and not one.single and _finds_many(schema, condition, one)
            ]  # fmt: skip
            if found:
                condition, query = found[0]
                asked = query.tables[0]
                yield about(
                    policy, condition, offset=query.offset,
                    what=f"{title(policy)} expects one row of {asked}, and nothing keeps it to one",
                    effect=f"for a user with two of them every query of {things(table.name)} fails (21000: more than "
                    "one row returned by a subquery used as an expression)",
                    fix=_fix(policy, condition, asked),
                )  # fmt: skip


def _fix(policy: Policy, condition: Expression, asked: str) -> str:
    """IN, where the sub-select is one side of a comparison."""
    for one in condition.comparisons:
        sides = ((one.left, one.right), (one.right, one.left))
        found = [
            (other, side) for other, side in sides if side.upper().startswith("(SELECT") and " FROM " in side.upper()
        ]
        if one.operator == "=" and found and not one.nested:
            other, side = found[0]
            mended = condition.text.replace(f"{one.left} = {one.right}", f"{other} in {side}")
            is_using = condition is policy.using
            return altered(policy, using=mended if is_using else "", check="" if is_using else mended)
    return f"Look into {asked} by: … in (select …)"


def _finds_many(schema: Schema, condition: Expression, query: SubQuery) -> bool:
    """Whether what is compared in it is no key of its table; of a table that no file makes nobody knows."""
    table = schema.table(query.tables[0]) if len(query.tables) == 1 else None
    if table is None:
        return False
    compared = {
        side.rpartition(".")[2] for one in condition.comparisons if one.operator == "=" and one.nested
        for side in (one.left_column, one.right_column) if side
    }  # fmt: skip
    return not any(set(columns) <= compared for columns, _ in table.unique_keys)
