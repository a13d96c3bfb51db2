"""A function in a policy that keeps every query of the table in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.performance.asked import asked, changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Function, Schema

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each function; what is volatile or called for each row has to be mended first."""
    tables: dict[str, dict[str, None]] = {}
    functions: dict[str, Function] = {}
    for one in asked(schema):
        for call in one.condition.calls:
            for function in schema.called(call.name):
                functions[function.signature] = function
                tables.setdefault(function.signature, {})[one.table.name] = None
    for signature, function in functions.items():
        made = function.made
        if made.parallel == "unsafe" and made.volatility != "volatile" and made.inner and not changes(function):
            by = function.life.made
            yield Hit(
                script=by.script,
                offset=by.offset,
                what=f"{quoted(signature)}, which policies call, is not parallel safe",
                effect=f"queries of {along(tables[signature])} run in one process, however large the table is",
                fix=f"alter function {signature} parallel safe;",
                subject=signature,
            )
