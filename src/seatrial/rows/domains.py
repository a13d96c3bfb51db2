"""Values of domains that stand inside of arrays, composites and ranges, where no column's checks speak of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rows.candidates import candidates
from seatrial.rows.facts import Check, Column, Table, Type
from seatrial.rows.parts import Unsatisfied, solved
from seatrial.rows.text import with_value
from seatrial.rows.trial import Trial
from seatrial.rows.values import Maker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.pg.connection import Connection
    from seatrial.rows.choice import Choice

__all__ = ["settled"]


def settled(connection: Connection, table: Table, types: Mapping[int, Type], seed: int) -> dict[int, Choice]:
    """A choice for each domain that is nested in a column's type and has one."""
    found: dict[int, Choice] = {}
    nested = [oid for column in table.columns.values() for oid in _inside(types, column.type)]
    for oid in dict.fromkeys(nested):
        if types[oid].kind == "d" and (choice := _settled(connection, types, types[oid], found, seed)):
            found[oid] = choice
    return found


def _inside(types: Mapping[int, Type], made: Type) -> Iterator[int]:
    """The types in a type, the innermost first."""
    for oid in (made.element, made.subtype, made.range, made.base, *(oid for oid, _ in made.fields)):
        if oid:
            yield from _inside(types, types[oid])
            yield oid


def _settled(
    connection: Connection, types: Mapping[int, Type], domain: Type, found: Mapping[int, Choice], seed: int
) -> Choice | None:
    column = Column(
        name="value", ident="value", type=types[domain.base], typmod=domain.base_typmod, cast=domain.base_name,
        not_null=True, default="", generated="", numbered=False, sequence="", shape=None,
    )  # fmt: skip
    checks = [
        Check(name=name, text=with_value(text, "value"), columns=frozenset({"value"})) for name, text in domain.checks
    ]
    table = Table(
        name="", schema="", bare="", partitioned=False, columns={"value": column}, checks=tuple(checks), keys=(),
        foreign_keys=(), sources={}, triggers=(),
    )  # fmt: skip
    maker = Maker(types=types, domains=found, salt=str(seed))
    plain = maker.make(column.type, column.typmod)
    choices = candidates(column, plain, [check.text for check in checks], maker)
    trial = Trial(connection=connection, table=table, links=())
    try:
        part = solved(trial, ("value",), {"value": choices}, checks, {})
    except Unsatisfied:
        return None
    return max((template.choices[0] for template in part.templates), key=lambda choice: choice.room)
