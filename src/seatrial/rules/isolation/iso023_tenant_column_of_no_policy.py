"""A column that says whose a row is, and that no policy asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.isolation.conditions import IDENTITY, conditions, functions, mentions
from seatrial.rules.isolation.findings import belonging
from seatrial.rules.isolation.members import members
from seatrial.rules.isolation.opening import holds_for_all
from seatrial.rules.isolation.owners import owned, things
from seatrial.rules.isolation.reach import reaching
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each table with a tenant whose policies ask for other things only."""
    joined = {one.table for one in members(schema)}
    for table in schema.tables:
        found = owned(schema, table)
        asked = [one for policy in table.policies for one in conditions(policy)]
        if not (found and found.tenant and asked and reaching(schema, table)) or table.name in joined:
            continue
        column = table.column(found.tenant[0])
        if column is None or not table.row_security or found.tenant == table.primary_key:
            continue
        if any(mentions(one.text, found.tenant) or holds_for_all(schema, one) for one in asked):
            continue
        if all(one.constant is not None for one in asked) or any(_asks_function(schema, one.names) for one in asked):
            continue
        made = column.life.made
        yield Hit(
            script=made.script,
            offset=max(column.column.offset, made.offset),
            what=f"no policy of {quoted(table.name)} asks for {column.name}",
            effect=f"{things(table.name)} of several tenants are kept apart by something else, or not at all",
            fix=f"create policy own_{found.owner} on {relation(table.name)} as restrictive to public "
            f"using ({belonging(schema, table)});",
            subject=f"{table.name}.{column.name}",
        )


def _asks_function(schema: Schema, called: frozenset[str]) -> bool:
    """What a function looks at, only it knows."""
    return bool(functions(schema, called - IDENTITY))
