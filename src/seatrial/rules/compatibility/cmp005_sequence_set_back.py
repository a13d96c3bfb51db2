"""A sequence that begins again at a fixed number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Data, Maintain
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import alterations, is_fresh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema, Table

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each sequence of a table in use that is given a constant, by setval or by RESTART."""
    for occasion in schema.occasions:
        for sequence in _set(occasion):
            table = _owner(schema, sequence, occasion)
            if table is None or not is_fresh(schema, table.life, occasion):
                yield _hit(occasion, sequence, occasion.offset, table)
    for each in alterations(schema, "set identity"):
        restarts = any("restart" in option.lower() for option in each.action.options)
        if restarts and not each.is_fresh(schema, each.action.name):
            sequence = f"{each.table}_{each.action.name}_seq"
            yield _hit(each.occasion, sequence, each.offset, each.known, each.action.name)


def _hit(occasion: Occasion, sequence: str, offset: int, table: Table | None, column: str = "") -> Hit:
    of = table.name if table else "…"
    key = column or (table.primary_key[0] if table and table.primary_key else "id")
    target = relation(of) if table else "…"
    return Hit(
        script=occasion.script,
        offset=offset,
        what=f"the sequence {quoted(sequence)} begins again at a fixed number",
        effect="as soon as it comes to a number that a row has already, every insert fails with 23505 until it is past "
        "the last of them",
        fix=f"select setval('{relation(sequence)}', coalesce((select max({name(key)}) from {target}), 0) + 1, false);",  # noqa: S608 - a text for a person
    )


def _set(occasion: Occasion) -> Iterator[str]:
    command = occasion.command
    if isinstance(command, Data) and command.kind == "select":
        for call in command.query.calls:
            if call.name in {"setval", "pg_catalog.setval"} and len(call.arguments) > 1:
                sequence, number = call.arguments[0], call.arguments[1]
                if sequence and number is not None:
                    yield _full(sequence)
    elif isinstance(command, Maintain) and (command.kind, command.mode) == ("alter sequence", "restart"):
        yield from command.names


def _full(sequence: str) -> str:
    return sequence if "." in sequence else f"public.{sequence}"


def _owner(schema: Schema, sequence: str, occasion: Occasion) -> Table | None:
    """By the name that PostgreSQL gives to a sequence of a column."""
    found = [
        there
        for one in schema.all_tables
        if sequence.startswith(f"{one.name}_") and (there := schema.table(one.name, before=occasion))
    ]
    return max(found, key=lambda one: len(one.name), default=None)
