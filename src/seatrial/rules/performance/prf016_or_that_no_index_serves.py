"""An OR in a policy, one part of which makes PostgreSQL look at every row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.lexis import blanked
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.performance.asked import asked
from seatrial.rules.performance.lookups import begins, look_ups, parts
from seatrial.rules.performance.wrapping import closing
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.rules.performance.asked import Asked
    from seatrial.rules.performance.lookups import LookUp

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy; what runs for each row has rules of its own."""
    for one in asked(schema):
        if one.policy.command in {"update", "delete"} and any(each.command == "select" for each in one.table.policies):
            # Whose WHERE names a column sees no row but by that policy and its index, and there it would be said.
            continue
        found = {part: look_ups(one, part) for part in parts(one.condition)}
        served = next((each for group in found.values() for each in group if _is_served(one, each)), None)
        if len(found) > 1 and served and any(_reads_all(one, *pair) for pair in found.items()) and not _per_row(one):
            yield Hit(
                script=one.script,
                offset=one.place(one.condition.offset),
                what=f"{one.title} joins by OR what the index on {quoted(served.column)} serves and what none can",
                effect="every query looks at every row of the table: measured on 100,000 rows, 16.5 ms instead of "
                "0.31 ms, and more with each row",
                fix=_fix(schema, one, found)
                or "-- let one function list what the caller may see, for an administrator "
                f"everything, and compare its answer alone:\n-- {name(served.column)} = any (array(select …))",
                subject=one.subject,
            )


def _is_served(one: Asked, found: LookUp) -> bool:
    return found.is_usable and begins(one.table, found.column)


def _reads_all(one: Asked, part: str, found: tuple[LookUp, ...]) -> bool:
    """Whether a part mentions no column of the row, or only as IN (SELECT …)."""
    if found or part.endswith(" IS NULL"):
        # What holds for nobody at all is another finding.
        return bool(found) and not any(each.is_usable for each in found)
    return not any(re.search(rf"\b{re.escape(column)}\b", part) for column in one.condition.columns)


def _per_row(one: Asked) -> bool:
    is_asked_again = any(each.correlated for each in one.condition.subqueries)
    return is_asked_again or any(call.columns for call in one.condition.calls)


def _fix(schema: Schema, one: Asked, found: dict[str, tuple[LookUp, ...]]) -> str:
    """Arrays in place of lists, where that is all."""
    text = one.condition.text
    for group in found.values():
        if not any(begins(one.table, each.column) for each in group):
            return ""
        for each in group:
            text = text if each.is_usable else _as_array(text, each.comparison.left)
    return one.altered(text, schema)


def _as_array(text: str, left: str) -> str:
    found = re.search(rf"(?<![\w.\"]){re.escape(left)} IN (?P<open>\()SELECT\b", text)
    end = closing(blanked(text), found.start("open")) if found else 0
    if not found or not end:
        return text
    return f"{text[: found.start()]}{left} = any (array{text[found.start('open') : end]}){text[end:]}"
