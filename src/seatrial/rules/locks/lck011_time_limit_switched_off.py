"""A file that takes the limits away that a deployment sets to its waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, CreateIndex, CreateTable, Maintain, SetVariable, Truncate
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.taking import is_off, taken
from seatrial.rules.naming import along, joined
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
    """One hit for each file that sets limits to nothing, before it locks a table in use."""
    files: dict[str, list[tuple[Occasion, str, tuple[str, ...]]]] = {}
    for occasion in schema.occasions:
        limit = occasion.command
        if not isinstance(limit, SetVariable) or limit.name not in _MEANS or limit.value is None:
            continue
        if is_off(limit.value) and (tables := _locked_later(schema, occasion, local=limit.local)):
            files.setdefault(occasion.script.source.path, []).append((occasion, limit.name, tables))
    for found in files.values():
        limits = dict.fromkeys(limit for _, limit, _ in found)
        tables = tuple(dict.fromkeys(table for _, _, each in found for table in each))
        yield Hit(
            script=found[0][0].script,
            offset=found[0][0].offset,
            what=f"{joined(limits)} {'are' if len(limits) > 1 else 'is'} switched off in a file that locks "
            f"{along(tables)}",
            effect="; ".join(dict.fromkeys(_MEANS[limit] for limit in limits)),
            fix="\n".join(f"set local {each} = '{'2s' if each == 'lock_timeout' else '15min'}';" for each in limits),
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
    elif isinstance(command, AlterTable | CreateTable):
        # A new foreign key holds the table that it refers to for a moment: that alone makes no outage.
        itself = command.table if isinstance(command, AlterTable) else command.partition_of
        return tuple(table for table in taken(schema, occasion) if table == itself)
    return tuple(table for table in named if is_in_use(schema, table, occasion)) or taken(schema, occasion)
