"""A role that row security does not bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterRole, Drop
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS

_POWERS = {"superuser": "nosuperuser", "bypassrls": "nobypassrls"}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each role that has BYPASSRLS or SUPERUSER at the end."""
    found: dict[tuple[str, str], Occasion] = {}
    for occasion in schema.occasions:
        command = occasion.command
        if isinstance(command, AlterRole):
            for power in [one for one in _POWERS if one in command.options]:
                if command.options[power] == "true":
                    found[command.role, power] = occasion
                else:
                    found.pop((command.role, power), None)
        elif isinstance(command, Drop) and command.kind == "role":
            found = {key: one for key, one in found.items() if key[0] not in command.names}
    for (role, power), occasion in found.items():
        yield Hit(
            script=occasion.script,
            offset=occasion.offset,
            what=f"{power.upper()} of the role {quoted(role)}",
            effect="no policy is asked for what it does: one key of it that gets lost, or one function that it owns, "
            "shows and changes the rows of every tenant",
            fix=f"alter role {name(role)} {_POWERS[power]};\n-- and give it policies of its own",
        )
