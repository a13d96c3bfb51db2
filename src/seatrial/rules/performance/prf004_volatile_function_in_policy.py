"""A function in a policy of which PostgreSQL has to expect another answer each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined
from seatrial.rules.performance.asked import asked, changes, is_volatile, run_per_row
from seatrial.rules.performance.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.rules.performance.asked import Asked

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy; functions that get a column of the row have a rule of their own."""
    for one in asked(schema):
        calls = [call for call in one.condition.calls if not call.once and not call.columns]
        found = [call for call in calls if is_volatile(schema, call.name)]
        if found:
            names = [call.name for call in found]
            yield Hit(
                script=one.script,
                offset=one.place(found[0].offset),
                what=f"{one.title} calls {joined(f'{name}()' for name in names)}, which "
                f"{'is' if len(set(names)) == 1 else 'are'} volatile",
                effect="every query of the table calls it for each row, in one process and without an index: a helper "
                "took 11,908 ms on 100,000 rows, and 10.5 ms when it was called once",
                fix=_fix(schema, one, names),
                subject=one.subject,
            )


def _fix(schema: Schema, one: Asked, names: list[str]) -> str:
    functions = {made.signature: made for name in names for made in schema.called(name)}
    if not functions or any(changes(made) for made in functions.values()):
        return f"Let the policy call only what reads: {joined(f'{name}()' for name in names)} has no place in it"
    wanted = run_per_row(schema, one.condition)
    policy = [one.altered(wrapped(one.condition.text, wanted), schema)] if wanted else []
    return "\n".join([*(f"alter function {signature} stable;" for signature in functions), *policy])
