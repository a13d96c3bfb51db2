"""A value that is added to the end of an enum whose order the files rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterEnum, CreateType
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.INFORMS

_ORDERING = frozenset({"<", "<=", ">", ">=", "between"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each value without BEFORE or AFTER, where something compares a column of the type by its order."""
    for occasion in schema.occasions:
        added = occasion.command
        if not isinstance(added, AlterEnum) or added.placed or added.renamed:
            continue
        values = _values(schema, added.type, occasion)
        if values and (users := sorted(set(_ordering(schema, added.type)))):
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"the value '{added.value}' of {quoted(added.type)} is added without a place",
                effect=f"it is greater than '{values[-1]}' and every other one for {joined(users)}, which compare"
                f"{'s' if len(users) == 1 else ''} by the order",
                fix=f"alter type {relation(added.type)} add value '{added.value}' before '{values[-1]}';\n"
                f"-- or after '{values[-1]}', to say that the end is meant",
            )


def _values(schema: Schema, named: str, occasion: Occasion) -> tuple[str, ...]:
    """Of a type that an earlier file has made."""
    for one in schema.occasions[: occasion.number]:
        if isinstance(one.command, CreateType) and one.command.type == named and one.command.kind == "enum":
            return one.command.values if one.script.source.path != occasion.script.source.path else ()
    return ()


def _ordering(schema: Schema, named: str) -> Iterator[str]:
    spelled = {named, named.removeprefix("public.")}
    columns = {one.name for table in schema.tables for one in table.columns if one.column.type in spelled}
    for view in schema.views:
        if _orders(view.made.query, columns):
            yield f"the view {quoted(view.name)}"
    for policy in schema.policies:
        if any(_orders(each, columns) for each in (policy.using, policy.check) if each):
            yield f"the policy {quoted(policy.name)} of {policy.table}"
    for table in schema.tables:
        for constraint in table.constraints:
            if constraint.constraint.expression and _orders(constraint.constraint.expression, columns):
                yield f"the check {quoted(constraint.name)} of {table.name}"
        for index in table.indexes:
            if index.index.where and _orders(index.index.where, columns):
                yield f"the index {quoted(index.name)} of {table.name}"


def _orders(expression: Expression, columns: set[str]) -> bool:
    return any(
        comparison.operator in _ORDERING
        and {comparison.left_column.rpartition(".")[2], comparison.right_column.rpartition(".")[2]} & columns
        for comparison in expression.comparisons
    )
