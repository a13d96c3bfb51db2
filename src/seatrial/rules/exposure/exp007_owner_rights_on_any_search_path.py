"""A function that runs with the rights of its owner and finds its tables by the path of who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import callers
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema


LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each whose definition sets no search_path."""
    for function in schema.functions:
        if function.made.definer and "search_path" not in function.made.settings:
            reached = bool(callers(schema, function))
            yield Hit(
                script=function.life.made.script,
                offset=function.life.made.offset,
                what=f"{quoted(function.signature)} runs with the rights of its owner and sets no search_path",
                effect=("whoever may call it" if reached else "whoever sets the path before it runs")
                + " decides which tables and operators its bare names mean, a temporary one of their own for example",
                fix=f"alter function {function.signature} set search_path = '';",
                subject=function.signature,
            )
