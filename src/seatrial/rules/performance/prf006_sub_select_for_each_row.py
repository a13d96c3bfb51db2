"""A sub-select in a policy that depends on the row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.lexis import blanked
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along
from seatrial.rules.performance.asked import IDENTITY, asked
from seatrial.rules.performance.wrapping import closing, conjuncts, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Comparison
    from seatrial.model.schema import Schema
    from seatrial.rules.performance.asked import Asked

LEVEL = Level.WARNS

_EXISTS = re.compile(r"EXISTS (?P<open>\()SELECT .*? FROM (?P<source>[\w\". ]+?) WHERE (?P<where>.*)\)", re.DOTALL)
_AMONG = re.compile(
    r"(?P<who>.+?) IN (?P<open>\()SELECT (?P<column>[\w\".]+) FROM (?P<source>[\w\". ]+?) WHERE (?P<where>.*)\)",
    re.DOTALL,
)
#: What stands behind WHERE and would mean something else in another query.
_BEHIND = re.compile(r"\b(?:limit|offset|group|having|order|union|intersect|except|for)\b", re.IGNORECASE)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy."""
    for one in asked(schema):
        found = next((each for each in one.condition.subqueries if each.correlated), None)
        if found:
            yield Hit(
                script=one.script,
                offset=one.place(found.offset),
                what=f"{one.title} reads {along(found.tables)} for each row",
                effect="every query looks at every row and may ask again for each: measured on 100,000 rows, 182 to "
                "255 ms, and 0.28 ms where the question is turned round and an index has the column",
                fix=_turned_round(schema, one)
                or "-- let the sub-select not mention the row:\n-- "
                "… column in (select the same column from the other table where it belongs to the caller)",
                subject=one.subject,
            )


def _turned_round(schema: Schema, one: Asked) -> str:
    """The column, and what it may be; where the sub-select is the whole condition."""
    text = one.condition.text
    found = _EXISTS.fullmatch(text) or _AMONG.fullmatch(text)
    is_whole = found and closing(blanked(text), found.start("open")) == len(text) and len(conjuncts(text)) == 1
    if not found or not is_whole or one.condition.alternatives[1:] or _BEHIND.search(blanked(found["where"])):
        return ""
    rest = conjuncts(found["where"])
    joins = [each for each in one.condition.comparisons if each.nested and _sides(one, each)]
    said = [part for part in rest if any(part == f"{each.left} = {each.right}" for each in joins)]
    if len(joins) != 1 or len(said) != 1:
        return ""
    inner, outer = _sides(one, joins[0]) or ("", "")
    rest.remove(said[0])
    if "who" in found.groupdict():
        rest.append(f"{found['column']} = {found['who']}")
    if not rest or _mentions(one, " AND ".join(rest)):
        return ""
    where = wrapped(" and ".join(rest), dict.fromkeys(IDENTITY, ""))
    asked_once = f"select {inner} from {found['source']} where {where}"  # noqa: S608 - a text for a person
    return one.altered(f"{outer} = any (array({asked_once}))", schema)


def _sides(one: Asked, comparison: Comparison) -> tuple[str, str] | None:
    """The column of the other table and that of the row, where the names of their tables tell them apart."""
    own = (f"{one.table.short}.", f"{one.table.name}.")
    left, right = comparison.left_column, comparison.right_column
    if comparison.operator == "=" and left and right:
        if right.startswith(own) and not left.startswith(own):
            return left, right
        if left.startswith(own) and not right.startswith(own):
            return right, left
    return None


def _mentions(one: Asked, text: str) -> bool:
    return f"{one.table.short}." in text
