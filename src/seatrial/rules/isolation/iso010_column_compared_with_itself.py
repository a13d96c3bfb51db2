"""A name that means the column of the sub-select, where the row was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import conditions
from seatrial.rules.isolation.findings import about, altered, belonging, narrower, title
from seatrial.rules.isolation.members import members
from seatrial.rules.isolation.owners import owned, things
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Comparison, Expression
    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit

LEVEL = Level.BLOCKS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy, at the comparison."""
    for table in schema.tables:
        for policy in table.policies:
            found = [
                (condition, one) for condition in conditions(policy) for one in condition.comparisons
                if one.operator == "=" and _is_itself(schema, condition, one)
            ]  # fmt: skip
            if found:
                yield _of(schema, table, policy, *found[0])


def _of(schema: Schema, table: Table, policy: Policy, condition: Expression, compared: Comparison) -> Hit:
    said = f"{compared.left} = {compared.right}"
    owner = owned(schema, table)
    fix = _fix(table, policy, condition, compared, said)
    asks_members = any(condition.tables == (one.table,) for one in members(schema))
    if asks_members and len(condition.comparisons) == 2 and owner:  # noqa: PLR2004 - the tenant and the user
        fix = narrower(policy, belonging(schema, table))
    return about(
        policy, condition, offset=compared.offset,
        what=f"{title(policy)} compares a column with itself: {said}",
        effect=f"the condition holds for every row: {things(table.name)} of "
        f"{f'every {owner.owner}' if owner else 'everybody'} are let through",
        fix=fix,
    )  # fmt: skip


def _is_itself(schema: Schema, condition: Expression, one: Comparison) -> bool:
    left, right = one.left_column, one.right_column
    if not (left and right) or left.rpartition(".")[2] != right.rpartition(".")[2]:
        return False
    if left == right:
        return True
    if not one.nested or ("." in left) == ("." in right):
        return False
    # A bare name is looked for in the sub-select first.
    tables = (schema.table(each) for each in condition.tables)
    return any(each is not None and each.column(left.rpartition(".")[2]) for each in tables)


def _fix(table: Table, policy: Policy, condition: Expression, compared: Comparison, said: str) -> str:
    column = name(compared.left_column.rpartition(".")[2])
    own = f"{name(table.short)}.{column}"
    inside = compared.right if "." in compared.right_column and "." not in compared.left_column else compared.left
    mended = condition.text.replace(said, f"{inside} = {own}")
    if not compared.nested:
        return f"Say in {title(policy)} what {column} is to be compared with"
    is_using = condition is policy.using
    return altered(policy, using=mended if is_using else "", check="" if is_using else mended)
