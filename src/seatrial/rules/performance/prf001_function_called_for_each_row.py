"""A function that says the same for every row, and is asked at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined
from seatrial.rules.performance.asked import asked, is_volatile, plain_calls, reads_tables, run_per_row
from seatrial.rules.performance.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy; functions that are volatile have a rule of their own."""
    for one in asked(schema):
        functions = run_per_row(schema, one.condition)
        if not functions or any(is_volatile(schema, name) for name in functions):
            continue
        is_heavy = reads_tables(schema, (made for name in functions for made in schema.called(name)))
        first = next(call for call in plain_calls(one.condition) if call.name in functions)
        yield Hit(
            script=one.script,
            offset=one.place(first.offset),
            what=f"{one.title} calls {joined(f'{name}()' for name in functions)} for each row",
            effect="every query of the table asks it once for each row that it looks at: measured on 100,000 rows, "
            + ("11,908 ms instead of 10.5 ms" if is_heavy else "224 ms instead of 11 ms"),
            fix=one.altered(wrapped(one.condition.text, functions), schema),
            subject=one.subject,
        )
