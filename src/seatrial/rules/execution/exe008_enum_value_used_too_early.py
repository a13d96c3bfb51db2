"""A new value of an enum, used in the transaction that adds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.BLOCKS
FAILS = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each value, where it is first used."""
    added: dict[str, Occasion] = {}
    fresh: dict[str, Occasion] = {}
    for occasion in schema.occasions:
        command = occasion.command
        if isinstance(command, c.CreateType):
            fresh[command.type] = occasion
            continue
        for value, where in list(added.items()):
            if where.transaction == occasion.transaction and value in _strings(command):
                del added[value]
                yield _hit(occasion, value)
        if isinstance(command, c.AlterEnum) and not command.renamed:
            made = fresh.get(command.type)
            # A type of the same transaction may be used at once.
            if made is None or made.transaction != occasion.transaction:
                added[command.value] = occasion


def _hit(occasion: Occasion, value: str) -> Hit:
    return Hit(
        script=occasion.script,
        offset=occasion.offset,
        what=f"the value {quoted(value)} is used in the transaction that adds it to its enum",
        effect="PostgreSQL refuses it (55P04): a new value can be used when its transaction is through",
        fix="Put ALTER TYPE … ADD VALUE into a file of its own, in front of this one",
    )


def _strings(command: c.Command) -> set[str]:
    """String constants that are evaluated when the statement runs."""
    match command:
        case c.Data():
            found: list[Expression | None] = [command.query]
        case c.CreateTable():
            found = [column.default for column in command.columns]
            found += [one.expression for one in command.constraints]
        case c.AlterTable():
            found = [action.expression for action in command.actions]
            found += [action.column.default for action in command.actions if action.column]
            found += [action.constraint.expression for action in command.actions if action.constraint]
        case c.CreateIndex():
            found = [command.where, *command.expressions]
        case c.CreatePolicy():
            found = [command.using, command.check]
        case c.CreateView():
            found = [command.query]
        case _:
            return set()
    return {text for expression in found if expression for text in expression.strings}
