"""A foreign key to the accounts of the platform that does not go to their primary key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, Table, TableConstraint

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each key to other columns of a table in the schema auth."""
    for table in schema.tables if schema.platform == "supabase" else ():
        for key in table.foreign_keys:
            to = key.constraint.parent_columns
            if key.constraint.parent.startswith("auth.") and to and to != ("id",):
                yield Hit(
                    script=key.life.made.script,
                    offset=key.constraint.offset if key.constraint.offset >= 0 else key.life.made.offset,
                    what=f"{along(key.constraint.columns)} of {quoted(table.name)} points to {along(to)} of "
                    f"{quoted(key.constraint.parent)}",
                    effect="the platform changes its own unique keys with its releases, and cannot while this one "
                    "depends on one: its migration, and with it signing in, may fail",
                    fix=_fix(table, key),
                    subject=f"{table.name}.{','.join(key.constraint.columns)}",
                )


def _fix(table: Table, key: TableConstraint) -> str:
    here = relation(table.name)
    return (
        f"alter table {here} drop constraint {name(key.name)};\n"
        f"-- and keep the account's identifier: user_id uuid references {key.constraint.parent} (id)"
    )
