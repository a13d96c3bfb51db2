"""A table in use that is emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.loss.truncation import truncations
from seatrial.rules.naming import along, last_name
from seatrial.rules.spelling import relation
from seatrial.rules.usage import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each TRUNCATE that empties what it names, and nothing else that is known."""
    for occasion, named, reached in truncations(schema):
        if not reached:
            copies = (f"-- psql: \\copy {relation(each)} to '{last_name(each)}.csv' csv header" for each in named)
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"TRUNCATE empties {along(named)}",
                effect="every row is gone, no trigger for deleted rows runs, and readers and writers wait until the "
                "transaction ends",
                fix="\n".join(["-- with a copy outside of the database:", *copies, f"{written(occasion)};"]),
            )
