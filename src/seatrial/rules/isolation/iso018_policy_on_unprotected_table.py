"""Policies that believe a table into which clients can write what they like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.isolation.findings import belonging
from seatrial.rules.isolation.owners import things
from seatrial.rules.isolation.reach import WRITES, reaching, who
from seatrial.rules.isolation.resting import unprotected
from seatrial.rules.naming import along, joined, quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, Table

LEVEL = Level.BLOCKS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such table, at its place."""
    for table, policies in unprotected(schema):
        made = table.life.made
        protected = dict.fromkeys(one.table for one in policies)
        yield Hit(
            script=made.script,
            offset=made.offset,
            what=f"policies of {along(protected)} rest on {quoted(table.name)}, which has no row security",
            effect=f"{who(schema, reaching(schema, table, *WRITES))} can write into it the row that lets through, and "
            f"get at the {joined(map(things, protected))} of all others",
            fix=_fix(schema, table),
            subject=table.name,
        )


def _fix(schema: Schema, table: Table) -> str:
    condition = belonging(schema, table)
    signed_in = "authenticated" if schema.platform == "supabase" else "public"
    enable = f"alter table {relation(table.name)} enable row level security;"
    policy = f"create policy own on {relation(table.name)} for select to {signed_in} using ({condition});"
    return enable if condition == "false" else f"{enable}\n{policy}"
