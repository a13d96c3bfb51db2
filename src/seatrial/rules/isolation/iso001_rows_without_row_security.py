"""A table that clients come to and that has no row security."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable
from seatrial.model.finding import Level
from seatrial.model.words import count
from seatrial.rules.hit import Hit
from seatrial.rules.isolation.findings import belonging
from seatrial.rules.isolation.owners import all_of, owned
from seatrial.rules.isolation.reach import WRITES, reaching, who
from seatrial.rules.isolation.resting import unprotected
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema, Table

LEVEL = Level.BLOCKS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each; those that policies rest on are told of by another rule."""
    told = {table.name for table, _ in unprotected(schema)}
    for table in schema.tables:
        roles = reaching(schema, table)
        if table.row_security or table.foreign or not roles or table.name in told or not _is_meant(schema, table):
            continue
        occasion = _switched_off(schema, table) or table.life.made
        yield Hit(
            script=occasion.script,
            offset=occasion.offset,
            what=_what(table),
            effect=_effect(schema, table, roles),
            fix=_fix(schema, table),
            subject=table.name,
        )


def _is_meant(schema: Schema, table: Table) -> bool:
    """Where there is no API, a table without row security is a mistake only where its neighbours have it."""
    if schema.platform == "supabase" or table.policies:
        return True
    return owned(schema, table) is not None and any(one.row_security for one in schema.tables)


def _switched_off(schema: Schema, table: Table) -> Occasion | None:
    found = None
    for one in schema.occasions:
        match one.command:
            case AlterTable(table=name, actions=actions) if name == table.name:
                found = one if any(each.kind == "disable row security" for each in actions) else found
    return found


def _what(table: Table) -> str:
    if table.policies:
        verb = "is" if len(table.policies) == 1 else "are"
        return f"{count(len(table.policies), 'policy')} of {quoted(table.name)} {verb} ignored: row security is off"
    if table.partition_of:
        return f"{quoted(table.name)}, a partition that clients reach by its own name, has no row security"
    return f"clients reach {quoted(table.name)}, which has no row security"


def _effect(schema: Schema, table: Table, roles: tuple[str, ...]) -> str:
    can = ["read"] if reaching(schema, table, "select") else []
    can += ["change"] if reaching(schema, table, *WRITES) else []
    return f"{who(schema, roles)} can {' and '.join(can)} {all_of(table, owned(schema, table))}"


def _fix(schema: Schema, table: Table) -> str:
    enable = f"alter table {relation(table.name)} enable row level security;"
    condition = belonging(schema, table)
    if table.policies or table.partition_of or condition == "false":
        return enable
    signed_in = "authenticated" if schema.platform == "supabase" else "public"
    policy = f"create policy own on {relation(table.name)} for select to {signed_in} using ({condition});"
    return f"{enable}\n{policy}"
