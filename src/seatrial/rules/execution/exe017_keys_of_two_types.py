"""A foreign key whose column has another type than the key that it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.BLOCKS
FAILS = True

#: Types between which `=` is defined; of others nothing is said.
_FAMILIES = (
    frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"}),
    frozenset({"text", "varchar", "bpchar", "name"}),
    frozenset({"uuid"}),
    frozenset({"date", "timestamp", "timestamptz"}),
    frozenset({"bool"}),
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each foreign key that PostgreSQL refuses."""
    for occasion in schema.occasions:
        for own, constraint in _keys(occasion.command):
            parent = schema.table(constraint.parent, before=occasion)
            keys = constraint.parent_columns or (parent.primary_key if parent else ())
            for column, key in zip(constraint.columns, keys, strict=False):
                found = parent.column(key) if parent else None
                types = (_type(schema, occasion, own, column), _family(found.column.type) if found else None)
                if found and None not in types and types[0] != types[1]:
                    yield _hit(occasion, constraint, column, f"{constraint.parent}.{key}", found.column.type)


def _hit(occasion: Occasion, constraint: c.Constraint, column: str, key: str, kind: str) -> Hit:
    return Hit(
        script=occasion.script,
        offset=place(occasion, constraint.offset),
        what=f"the column {quoted(column)} has another type than the key {quoted(key)} that it refers to",
        effect="PostgreSQL refuses the foreign key (42804)",
        fix=f"Give {quoted(column)} the type {kind}",
    )


def _keys(command: c.Command) -> Iterator[tuple[tuple[str, tuple[c.Column, ...]], c.Constraint]]:
    """Foreign keys, with the table and the columns that the statement itself makes."""
    match command:
        case c.CreateTable():
            own = command.table, command.columns
            constraints = [*command.constraints, *(one for column in command.columns for one in column.constraints)]
        case c.AlterTable():
            own = command.table, tuple(action.column for action in command.actions if action.column)
            constraints = [action.constraint for action in command.actions if action.constraint]
            constraints += [one for column in own[1] for one in column.constraints]
        case _:
            return
    yield from ((own, one) for one in constraints if one.kind == "foreign key" and one.parent != own[0])


def _type(schema: Schema, occasion: Occasion, own: tuple[str, tuple[c.Column, ...]], name: str) -> int | None:
    table, columns = own
    made = next((column for column in columns if column.name == name), None)
    known = schema.table(table, before=occasion)
    there = known.column(name) if known else None
    return _family(made.type if made else there.column.type if there else "")


def _family(kind: str) -> int | None:
    bare = kind.partition("(")[0]
    return next((number for number, family in enumerate(_FAMILIES) if bare in family), None)
