"""Something that a role of clients owns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, ChangeOwner, CreateSchema
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.privileges.given import clients, is_gone
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.BLOCKS
TRIED = True

_CAN = {
    "table": "switch its row security off, change its policies and drop it",
    "schema": "make objects in it, and drop it with all that it holds",
    "function": "put another body into it, which runs for everybody who calls it",
}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each thing, at the statement that gave it to its last owner."""
    last: dict[tuple[str, str], tuple[Occasion, str]] = {}
    for occasion in schema.occasions:
        for kind, thing, role in _owners(occasion):
            last[kind, thing] = (occasion, role)
    for (kind, thing), (occasion, role) in last.items():
        if role in clients(schema) and not is_gone(schema, thing):
            on = name(thing) if kind == "schema" else relation(thing)
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"{quoted(role)} owns the {kind} {quoted(thing)}",
                effect=f"whoever comes to SQL as {role} can {_CAN.get(kind, 'change and drop it')}",
                fix=f"alter {kind} {on} owner to postgres;",
                subject=f"schema {thing}" if kind == "schema" else thing,
            )


def _owners(occasion: Occasion) -> Iterator[tuple[str, str, str]]:
    """Kind, name and new owner."""
    command = occasion.command
    if isinstance(command, AlterTable):
        for action in command.actions:
            if action.kind == "owner":
                yield command.kind, command.table, action.name
    elif isinstance(command, ChangeOwner):
        yield command.kind, command.name, command.role
    elif isinstance(command, CreateSchema) and command.owner:
        yield "schema", command.schema, command.owner
