"""A column that one statement sets twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seatrial.model.commands import CreateFunction, Data
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Command
    from seatrial.model.schema import Schema

LEVEL = Level.BLOCKS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement, also in the body of a function, where it fails at the first call."""
    for occasion in schema.occasions:
        command = occasion.command
        inner = [(one.command, one.offset) for one in command.inner] if isinstance(command, CreateFunction) else []
        for found, offset in [(command, occasion.offset), *inner]:
            twice = _twice(found)
            if twice and isinstance(found, Data):
                yield Hit(
                    script=occasion.script,
                    offset=offset,
                    what=f"{found.kind.upper()} of {quoted(found.table)} sets {along(twice)} more than once",
                    effect="PostgreSQL refuses the statement (42601 or 42701)"
                    + (" when the function is called" if inner else ""),
                    fix="Set each column once",
                )


def _twice(command: Command) -> list[str]:
    if not isinstance(command, Data) or command.kind not in {"insert", "update"}:
        return []
    # Elements of an array and fields of a row are set one by one, under the name of their column.
    return [column for column, times in Counter(command.columns).items() if times > 1]
