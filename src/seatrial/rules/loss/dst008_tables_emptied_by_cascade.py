"""Tables that nobody names and that TRUNCATE … CASCADE empties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Truncate
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.loss.truncation import truncations
from seatrial.rules.naming import along
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.BLOCKS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each TRUNCATE that reaches tables in use by their foreign keys."""
    for occasion, _, reached in truncations(schema):
        if reached and isinstance(occasion.command, Truncate):
            named = ", ".join(map(relation, occasion.command.tables))
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"TRUNCATE … CASCADE empties {along(reached)} as well, which it does not name",
                effect=f"every row of {along(reached)} is gone, and only a notice says so",
                fix=f"truncate {named}; -- without CASCADE; name the others only if they are meant to be empty",
            )
