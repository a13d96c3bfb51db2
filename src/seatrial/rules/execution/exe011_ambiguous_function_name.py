"""A function that is named without its arguments while there are several of the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.BLOCKS
FAILS = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each statement that names one of several."""
    for occasion in schema.occasions:
        for verb, name in _bare(occasion.command):
            found = [one for one in schema.all_functions if one.name == name and one.life.lasts(occasion)]
            signatures = sorted({one.signature for one in found})
            if len(signatures) > 1 and not occasion.guarded:
                yield Hit(
                    script=occasion.script,
                    offset=occasion.offset,
                    what=f"{verb} names {quoted(name)} without its arguments, and there are {joined(signatures)}",
                    effect="PostgreSQL refuses the statement (42725): it does not know which one is meant",
                    fix=f"{verb.lower()} … function {signatures[0]} …",
                )


def _bare(command: c.Command) -> Iterator[tuple[str, str]]:
    match command:
        case c.Comment() if command.kind in {"function", "procedure"} and command.signature is None:
            yield "COMMENT", command.name
        case c.AlterFunction() if command.types is None:
            yield "ALTER", command.function
        case c.Drop() if command.kind in {"function", "procedure"}:
            pairs = zip(command.names, command.signatures, strict=True)
            yield from (("DROP", name) for name, types in pairs if types is None)
        case c.Grant() if command.kind in {"function", "procedure"} and not command.all_in_schema:
            pairs = zip(command.names, command.signatures, strict=True)
            yield from (("REVOKE" if command.revoke else "GRANT", name) for name, types in pairs if types is None)
        case _:
            return
