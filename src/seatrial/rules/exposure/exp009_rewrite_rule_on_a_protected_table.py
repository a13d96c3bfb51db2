"""A rewrite rule on a table with row security."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each rule."""
    for table in schema.tables:
        for rule in table.triggers:
            if rule.timing == "rule" and table.row_security:
                verb = " or ".join(rule.events).upper()
                yield Hit(
                    script=rule.life.made.script,
                    offset=rule.life.made.offset,
                    what=f"{quoted(rule.name)} rewrites {verb} on {quoted(table.name)}, which has row security",
                    effect="what the rule does instead, or besides, runs with the rights of the table's owner: "
                    "the policies of the tables that it comes to are not asked for who writes",
                    fix=f"drop rule {name(rule.name)} on {relation(table.name)};\n"
                    "-- and do what it does in a trigger, which runs with the rights of who writes",
                    subject=f"rule {quoted(rule.name)} on {table.name}",
                )
