"""Finds out how the rows of one table are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.rows.candidates import LAST, candidates
from seatrial.rows.choice import ENOUGH, NOTHING, NUMBER, Choice
from seatrial.rows.domains import settled
from seatrial.rows.facts import PARTITION_KEY
from seatrial.rows.keys import numbered
from seatrial.rows.observed import observed
from seatrial.rows.parents import linked
from seatrial.rows.parts import Unsatisfied, groups, solved
from seatrial.rows.sized import SIZED
from seatrial.rows.statement import Recipe
from seatrial.rows.text import literal
from seatrial.rows.trial import Trial
from seatrial.rows.values import Maker, kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Check, Column, Schema, Table
    from seatrial.rows.manner import Manner
    from seatrial.rows.parents import Links
    from seatrial.rows.parts import Part

__all__ = ["recipe"]

#: How often a column that may be NULL is, where nobody knows.
NULL_SHARE = 0.05
#: The same where other columns say whether it is.
TIED_NULL_SHARE = 0.25


def recipe(
    connection: Connection,
    schema: Schema,
    table: Table,
    count: Callable[[str], int],
    *,
    rows: int,
    manner: Manner,
    later: Collection[str] = (),
) -> Recipe:
    """Decide parents, values and numbers for a table whose parents are filled.

    Args:
        connection: to try values on.
        schema: all tables.
        table: the one to fill.
        count: rows of what stands in a FROM.
        rows: so many are wanted.
        manner: what is the same in every row, and how they differ from others.
        later: tables that get their rows after this one.

    Raises:
        Unsatisfied: a constraint that nothing satisfies.
    """
    links = linked(schema, table, count, later)
    if links.missing:
        raise Unsatisfied(links.missing.name, f"no row of {links.missing.parent} to point to")
    state = (_shape(links), manner.values(table.name), manner.known.get(table.name), manner.seed)
    known_state, checks, parts = manner.memory.get(table.name, (None, [], []))
    if state != known_state:
        made = _Made(table=table, links=links, maker=_maker(connection, schema, table, manner.seed), manner=manner)
        checks, parts = _solved(made, Trial(connection=connection, table=table, links=links.links))
        manner.memory[table.name] = (state, checks, parts)
    return Recipe(
        table=table,
        links=links,
        numbering=numbered(table, links, parts, rows),
        checks=tuple(checks),
        rows=rows,
        seed=manner.seed,
        first=manner.first,
    )


def _shape(links: Links) -> Links:
    """The parents, however many rows they have."""
    return replace(links, links=tuple(replace(link, rows=0) for link in links.links))


def _solved(made: _Made, trial: Trial) -> tuple[list[Check], list[Part]]:
    """What the columns can be so that every check is satisfied."""
    checks = [check for check in made.table.checks if check.columns and check.columns <= set(made.columns)]
    choices = {name: made.choices(column, checks) for name, column in made.columns.items()}
    shares = {
        name: share for name, column in made.columns.items() if (share := made.null_share(column, checks)) is not None
    }
    parts = [
        solved(trial, group, choices, [check for check in checks if check.columns & set(group)], shares)
        for group in groups(made.columns, checks)
    ]
    return checks, parts


def _maker(connection: Connection, schema: Schema, table: Table, seed: int) -> Maker:
    return Maker(types=schema.types, domains=settled(connection, table, schema.types, seed), salt=str(seed))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """The columns that are made here and not by the server."""

    table: Table
    links: Links
    maker: Maker
    manner: Manner

    @property
    def columns(self) -> Mapping[str, Column]:
        """By name; a number from a sequence only where a first row points to itself."""
        return {
            name: column
            for name, column in self.table.columns.items()
            if not column.generated
            and name not in self.links.loops
            and (
                not column.numbered or name in self.links.loops.values() or name in self.manner.values(self.table.name)
            )
        }

    def choices(self, column: Column, checks: Sequence[Check]) -> Sequence[Choice]:
        """What a column can be, if its checks allow."""
        if column.name in self.links.empty:
            return [NOTHING]
        if link := self.links.given().get(column.name):
            return [Choice(text=f"{link.alias}.{column.ident}", room=ENOUGH)]
        values = self.manner.values(self.table.name)
        if column.name in values:
            return [NOTHING if values[column.name] == NOTHING.text else Choice(text=values[column.name])]
        if column.numbered:
            return [Choice(text=f"nextval({literal(column.sequence)}::regclass) + 0 * {NUMBER}", room=ENOUGH)]
        keys = [key for key in self.table.keys if column.name in key.columns]
        width = column.shape.avg_width - 1 if column.shape and kind(column.type) in SIZED else 0
        coarse = any(key.coarse for key in keys)
        maker = replace(self.maker, salt=f"{self.maker.salt}:{self.table.name}:{column.name}")
        plain = maker.make(column.type, column.typmod, width=max(0, width), coarse=coarse)
        texts = [check.text for check in checks if column.name in check.columns]
        if plain and any(check.name == PARTITION_KEY and column.name in check.columns for check in checks):
            # Rows go into all partitions, not into the one that a plain value happens to hit.
            plain = replace(plain, rank=LAST)
        found = candidates(column, plain, texts, maker)
        tied = any(column.name in check.columns and len(check.columns) > 1 for check in checks)
        seen = None if keys or tied or plain is None else observed(self.table, column, plain)
        return [seen, *found] if seen else found

    def null_share(self, column: Column, checks: Sequence[Check]) -> float | None:
        """How often a column is NULL; nothing where it cannot or need not be."""
        if column.not_null or column.name in self.links.empty or self.manner.is_known(self.table.name, column.name):
            return None
        if column.shape:
            return column.shape.null_frac
        tied = any(column.name in check.columns and len(check.columns) > 1 for check in checks)
        if column.name in self.links.given() and not any(column.name in check.columns for check in checks):
            return None
        return TIED_NULL_SHARE if tied else NULL_SHARE
