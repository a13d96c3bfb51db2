"""A table that nobody cleans up any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, CreateTable
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.commands import Command
    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS

_OPTION = "autovacuum_enabled"
_OFF = frozenset({"false", "off", "0", "no"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each table for which it is off at the end."""
    last: dict[str, tuple[Occasion, bool]] = {}
    for occasion in schema.occasions:
        for table, options in _set(occasion.command):
            if _OPTION in options:
                last[table] = (occasion, options[_OPTION].lower() in _OFF)
    for table, (occasion, off) in last.items():
        if off and schema.table(table) is not None:
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"autovacuum is switched off for {quoted(table)}",
                effect="dead rows stay, the table grows, and its plans go wrong, until the server has to clean up at "
                "a time that nobody chooses",
                fix=f"alter table {relation(table)} reset ({_OPTION});",
            )


def _set(command: Command) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Tables with the options that a statement gives them; RESET gives back the default, which is on."""
    if isinstance(command, CreateTable):
        yield command.table, command.options
    elif isinstance(command, AlterTable):
        for action in command.actions:
            if action.kind == "set options":
                yield command.table, action.options
            elif action.kind == "reset options":
                yield command.table, dict.fromkeys(action.options, "true")
