"""A function that is said to be leakproof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterFunction, CreateFunction
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each that is leakproof at the end."""
    found: dict[str, Occasion] = {}
    for occasion in schema.occasions:
        command = occasion.command
        if isinstance(command, CreateFunction | AlterFunction):
            if command.leakproof:
                found[command.function] = occasion
            elif command.leakproof is False:
                found.pop(command.function, None)
    for name, occasion in found.items():
        yield Hit(
            script=occasion.script,
            offset=occasion.offset,
            what=f"{quoted(name)} is declared LEAKPROOF",
            effect="PostgreSQL asks it about rows before the policies have hidden them: an error or a notice that "
            "names a value shows rows of every tenant; only a superuser may declare it",
            fix="-- where it can raise an error, or depends on anything but its arguments:\n"
            f"alter function {name} not leakproof;",
            # Of what an extension brings, nothing is read back.
            subject=name if schema.called(name) else "",
        )
