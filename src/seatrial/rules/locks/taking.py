"""Locks that a statement needs for a moment only, and limits to the waiting for them, as far as the files tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import (
    AlterPolicy,
    AlterTable,
    CreatePolicy,
    CreateTable,
    CreateTrigger,
    Drop,
    Maintain,
    Rename,
    SetVariable,
)
from seatrial.rules.usage import is_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

__all__ = ["LOCKING", "is_off", "limited", "taken"]

#: Modes of LOCK TABLE that keep writers waiting.
LOCKING = frozenset({"share", "share row exclusive", "exclusive", "access exclusive"})
#: Actions of ALTER TABLE that let everybody go on.
_LIGHT = frozenset({"validate constraint", "set statistics", "set options", "reset options", "owner", "other"})
_OF_TABLES = frozenset({"policy", "trigger", "rule"})


def taken(schema: Schema, occasion: Occasion) -> tuple[str, ...]:
    """The tables in use that a statement locks against writes or reads."""
    return tuple(table for table in dict.fromkeys(_taken(occasion)) if is_in_use(schema, table, occasion))


def limited(schema: Schema) -> frozenset[int]:
    """Numbers of the occasions that come after a limit to waiting for locks, in the same file."""
    found, by_file, by_transaction = set(), dict[str, bool](), dict[tuple[str, int], bool]()
    for occasion in schema.occasions:
        command, path = occasion.command, occasion.script.source.path
        if isinstance(command, SetVariable) and command.name in {"lock_timeout", "all"}:
            by_transaction[occasion.transaction] = not is_off(command.value)
            if not command.local:
                by_file[path] = not is_off(command.value)
        if by_transaction.get(occasion.transaction, by_file.get(path, False)):
            found.add(occasion.number)
    return frozenset(found)


def is_off(value: str | None) -> bool:
    """Whether a time limit of that value is none; None stands for what the server has."""
    return value is None or value.strip("' ").lower() in {"", "default"} or not value.strip("' 0").rstrip("minshud")


def _taken(occasion: Occasion) -> Iterator[str]:
    match occasion.command:
        case AlterTable(kind="table") as altered:
            for action in altered.actions:
                if action.kind not in _LIGHT:
                    yield altered.table
                    if action.constraint and action.constraint.parent:
                        yield action.constraint.parent
        case CreateTable() as made:
            columns = (one for column in made.columns for one in column.constraints)
            yield from (one.parent for one in (*made.constraints, *columns) if one.parent)
            yield from filter(None, (made.partition_of,))
        case CreatePolicy(table=table) | AlterPolicy(table=table) | CreateTrigger(table=table) if table:
            yield table
        case Drop(kind=kind) as drop if kind == "table" or (kind in _OF_TABLES and drop.table):
            yield from drop.names if kind == "table" else (drop.table,)
        case Rename(kind="table" | "column", name=table):
            yield table
        case Maintain(kind="lock", mode=mode) as lock if mode in LOCKING or not mode:
            yield from lock.names
        case _:
            pass
