"""A file that takes the limits away that a deployment sets to its waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import CreateIndex, Maintain, SetVariable, Truncate
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.taking import is_off, taken
from seatrial.rules.naming import along
from seatrial.rules.usage import is_in_use, later_in_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS

_MEANS = {
    "lock_timeout": "a statement waits for its lock without an end, and whoever comes later queues behind it",
    "statement_timeout": "a statement that takes too long keeps its locks until somebody ends it by hand",
    "transaction_timeout": "a transaction that takes too long keeps its locks until somebody ends it by hand",
    "idle_in_transaction_session_timeout": "a transaction that nobody ends keeps its locks until somebody does",
}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each limit that is set to nothing, before the same file locks a table in use."""
    for occasion in schema.occasions:
        limit = occasion.command
        if not isinstance(limit, SetVariable) or limit.name not in _MEANS or limit.value is None:
            continue
        if is_off(limit.value) and (tables := _locked_later(schema, occasion, local=limit.local)):
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"{limit.name} is switched off in a file that locks {along(tables)}",
                effect=_MEANS[limit.name],
                fix=f"set local {limit.name} = '{'2s' if limit.name == 'lock_timeout' else '15min'}';",
            )


def _locked_later(schema: Schema, setting: Occasion, *, local: bool) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for occasion in later_in_file(schema, setting):
        if occasion.transaction == setting.transaction or not local:
            found |= dict.fromkeys(_locked(schema, occasion))
    return tuple(found)


def _locked(schema: Schema, occasion: Occasion) -> tuple[str, ...]:
    command = occasion.command
    named: tuple[str, ...] = ()
    if isinstance(command, CreateIndex):
        named = (command.table,)
    elif isinstance(command, Truncate):
        named = command.tables
    elif isinstance(command, Maintain) and command.kind in {"vacuum full", "cluster", "reindex", "refresh"}:
        named = command.names
    return tuple(table for table in named if is_in_use(schema, table, occasion)) or taken(schema, occasion)
