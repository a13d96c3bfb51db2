"""A column that holds identifiers which no other server understands."""

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

#: Those of relations, roles and types are carried over.
_REFUSED = frozenset({
    "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure",
})  # fmt: skip


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each column of a type that pg_upgrade refuses."""
    for table in schema.tables:
        for column in table.columns:
            kind = column.column.type.removesuffix("[]")
            if kind in _REFUSED:
                yield Hit(
                    script=column.life.made.script,
                    offset=column.column.offset if column.column.offset >= 0 else column.life.made.offset,
                    what=f'"{column.name}" of {quoted(table.name)} is a {kind}: a number that only this server knows',
                    effect="pg_upgrade refuses the whole database, and so does an upgrade of the platform",
                    fix=f"alter table {relation(table.name)} alter column {name(column.name)} type text;",
                    subject=f"{table.name}.{column.name}",
                )
