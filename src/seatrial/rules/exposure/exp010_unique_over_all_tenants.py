"""A key that tells one tenant what another one has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import who
from seatrial.rules.exposure.writing import of_tenant, written
from seatrial.rules.hit import Hit
from seatrial.rules.isolation.owners import owned
from seatrial.rules.naming import along, quoted
from seatrial.rules.spelling import names, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Life, Schema, Table

LEVEL = Level.INFORMS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each key of values that people know, in a table of tenants that clients write to."""
    for one in written(schema):
        table, tenant = one.table, of_tenant(schema, one.table)
        bound = {*one.owned.columns, *_linked(schema, table)}
        for columns, life in _keys(table) if tenant else ():
            if columns and not bound & set(columns) and not any(_is_dealt(table, column) for column in columns):
                yield Hit(
                    script=life.made.script,
                    offset=life.made.offset,
                    what=f"{along(columns)} of {quoted(table.name)} cannot occur twice, over all tenants",
                    effect=f"{who(one.roles)} who adds or changes a row learns from the conflict (23505, 23P01) that "
                    f"another {one.owned.owner} has this value, and cannot have it",
                    fix="-- unless it is meant to be one of a kind for everybody:\n"
                    f"alter table {relation(table.name)} add unique ({names((tenant, *columns))});\n"
                    "-- and drop the key that is there",
                    subject=f"{table.name}.{','.join(columns)}",
                )


def _keys(table: Table) -> Iterator[tuple[tuple[str, ...], Life]]:
    """Of constraints, exclusion among them, and of unique indexes on columns, partial ones too."""
    for one in table.constraints:
        if one.constraint.kind in {"primary key", "unique", "exclude"}:
            yield one.constraint.columns, one.life
    for made in table.indexes:
        if made.index.unique and all(made.index.columns):
            yield made.index.columns, made.life


def _linked(schema: Schema, table: Table) -> Iterator[str]:
    """Columns that point to what belongs to somebody."""
    for key in table.foreign_keys:
        parent = schema.table(key.constraint.parent)
        if key.constraint.parent == "auth.users" or (parent and owned(schema, parent)):
            yield from key.constraint.columns


def _is_dealt(table: Table, name: str) -> bool:
    """Whether its value says nothing: a uuid, or a number from a sequence."""
    found = table.column(name)
    if found is None or found.column.type == "uuid" or found.column.identity or found.column.serial:
        return True
    default = found.column.default
    return default is not None and bool(default.names & {"nextval", "pg_catalog.nextval", "gen_random_uuid"})
