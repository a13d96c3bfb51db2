"""Fills tables of a scratch with rows that satisfy every constraint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from seatrial.errors import StatementFailed
from seatrial.model.rows import Filled, NotFilled
from seatrial.pg.connection import execute
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.pg.statement import ask
from seatrial.rows.facts import PARTITION_KEY
from seatrial.rows.manner import Manner
from seatrial.rows.parents import repointed
from seatrial.rows.parts import Unsatisfied
from seatrial.rows.plan import in_order, needed
from seatrial.rows.read import read
from seatrial.rows.recipe import recipe
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import ForeignKey, Schema, Table
    from seatrial.rows.statement import Recipe

__all__ = ["Filler", "fill", "prepare"]

PACKAGE = "seatrial.rows"
#: Rounds in which rows that break a constraint are left out and others tried.
ROUNDS = 14
IDLE_ROUNDS = 4
SMALLEST_ROUND = 200
LARGEST_ROUND = 2_000_000
#: A table that points to itself gets its first rows, which point nowhere, before the others.
FIRST_PART = 10
#: What the server says of what has no name; as in the query of the checks.
UNNAMED = {"no partition of relation": PARTITION_KEY, "new row for relation": "partition bounds"}


def fill(connection: Connection, wanted: Mapping[str, int], *, seed: int = 0) -> tuple[Filled | NotFilled, ...]:
    """Bring tables to a number of rows, and the parents that they need; rows that are there stay.

    Triggers do not fire, except those that always do. Nothing is analyzed, and no setting stays changed.

    Args:
        connection: idle, in autocommit mode, as a superuser of a scratch.
        wanted: rows for each table, by qualified name, quoted where the server would quote it.
        seed: another one gives other rows; the same one on the same schema gives the same.

    Raises:
        ConnectionLost: the server went away.
    """
    with translated(connection), connection.transaction():
        prepare(connection)
        filler = Filler(connection=connection, schema=read(connection), manner=Manner(seed=seed))
        return (*filler.unknown(wanted), *filler.results(wanted))


def prepare(connection: Connection) -> None:
    """Until the transaction ends, no trigger fires and no foreign key is looked up."""
    execute(connection, load(PACKAGE, "settings"))


class _OpenEnd(Exception):
    """Rows point to a table that has none."""


class Then(Protocol):
    """What is done with a table that has its rows, before those that point to them are made."""

    def __call__(self, table: Table) -> None:
        """May change, add and remove rows; what the server refuses makes the table one that is not filled."""


def _nothing(table: Table) -> None:
    """Nothing is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filler:
    """Fills tables within a transaction that is prepared for it."""

    connection: Connection
    schema: Schema
    manner: Manner
    then: Then = _nothing
    #: Foreign keys whose parents come after their children.
    open_ends: list[tuple[Table, ForeignKey]] = field(default_factory=list)

    def unknown(self, wanted: Mapping[str, int]) -> Iterator[NotFilled]:
        """What is wanted of tables that are not there."""
        for name in sorted(set(wanted) - set(self.schema.tables)):
            yield NotFilled(table=name, constraint="", why="there is no such table")

    def results(self, wanted: Mapping[str, int]) -> list[Filled | NotFilled]:
        """Bring tables to a number of rows, parents before children."""
        numbers = needed(self.schema, wanted, cache(lambda name: self.count(self.schema.tables[name].seen("p"))))
        names = in_order(self.schema, numbers)
        try:
            with self.connection.transaction():
                found = [self.result(name, numbers[name], names[at + 1 :]) for at, name in enumerate(names)]
                self._close_circles()
        except _OpenEnd:
            # A table of a circle cannot be filled; so the ones that need it cannot be either.
            return [self.result(name, numbers[name], ()) for name in names]
        return found

    def _close_circles(self) -> None:
        for table, key in self.open_ends:
            if not self.count(table.seen("p")):
                continue
            if not self.count(self.schema.tables[key.parent].seen("p")):
                raise _OpenEnd
            try:
                ask(self.connection, repointed(self.schema, table, key))
            except StatementFailed:
                raise _OpenEnd from None

    def count(self, source: str) -> int:
        """How many rows are in what stands in a FROM."""
        return int(ask(self.connection, load(PACKAGE, "count").format(source=source)).value)

    def result(self, name: str, number: int, later: Collection[str]) -> Filled | NotFilled:
        """One table; whatever happens to it, the others go on."""
        was_known = name in self.manner.memory
        found = self._result(name, number, later)
        if isinstance(found, NotFilled) and was_known:
            # What satisfied the constraints then may not do so now.
            del self.manner.memory[name]
            found = self._result(name, number, later)
        if isinstance(found, NotFilled) and self.manner.first:
            # A partition may take low numbers only.
            found = replace(self, manner=replace(self.manner, first=0)).result(name, number, later)
        return found

    def _result(self, name: str, number: int, later: Collection[str]) -> Filled | NotFilled:
        table = self.schema.tables[name]
        have = self.count(table.seen("p"))
        if have >= number:
            return Filled(table=table.name, rows=have)
        try:
            with self.connection.transaction():
                self._advance_sequences(table)
                for target in _stages(table, have, number):
                    self._bring_to(table, target, later)
                self.then(table)
                self._look_for_twins(table)
                have = self.count(table.seen("p"))
        except Unsatisfied as found:
            return NotFilled(table=table.name, constraint=found.constraint, why=found.why)
        except StatementFailed as failure:
            return NotFilled(table=table.name, constraint=_obstacle(table, failure), why=_words(failure))
        return Filled(table=table.name, rows=have)

    def _advance_sequences(self, table: Table) -> None:
        """Rows that came with numbers of their own must not meet those of the sequence."""
        for column in table.columns.values():
            if column.numbered and column.sequence:
                query = load(PACKAGE, "advance_sequence")
                ask(
                    self.connection,
                    query.format(sequence=literal(column.sequence), column=column.ident, table=table.only),
                )

    def _bring_to(self, table: Table, target: int, later: Collection[str]) -> None:
        have = self.count(table.seen("p"))
        if have >= target:
            return
        made = recipe(
            self.connection, self.schema, table, self.count, rows=target, manner=self.manner, later=later
        )  # fmt: skip
        self.open_ends.extend((table, key) for key in made.links.open_ends)
        # While we fill, the server does not look whether a key that may be deferred is unique.
        deferrable = any(key.deferrable for key in table.keys)
        failure = None if deferrable else self._at_once(made, have, min(target, made.numbering.limit))
        now = self.count(table.seen("p"))
        if now < min(target, made.numbering.limit):
            failure = self._in_rounds(made, target) or failure
        if not self.count(table.seen("p")):
            raise failure or Unsatisfied(_agreement(made), "no parent rows agree with each other")

    def _look_for_twins(self, table: Table) -> None:
        for key in table.keys:
            if key.deferrable and key.whole and key.plain:
                columns = ", ".join(table.columns[name].ident for name in sorted(key.columns))
                query = load(PACKAGE, "twins").format(columns=columns, table=table.only)
                if ask(self.connection, query).rows:
                    raise Unsatisfied(key.name, "generated rows share a key")

    def _at_once(self, made: Recipe, have: int, target: int) -> StatementFailed | None:
        if have >= target:
            return None
        try:
            with self.connection.transaction():
                ask(self.connection, made.statement(have, target - 1))
        except StatementFailed as failure:
            return failure
        return None

    def _in_rounds(self, made: Recipe, target: int) -> StatementFailed | None:
        """Try row after row and keep those that go in, until there are enough or no more are found."""
        first, idle = 0, 0
        size = SMALLEST_ROUND
        for _ in range(ROUNDS):
            missing = target - self.count(made.table.seen("p"))
            if missing <= 0 or idle == IDLE_ROUNDS:
                break
            size = min(LARGEST_ROUND, max(size, missing))
            try:
                with self.connection.transaction():
                    statement = made.statement(first, first + size - 1, careful=True, most=missing)
                    idle = 0 if ask(self.connection, statement).rows else idle + 1
            except StatementFailed as failure:
                return failure
            first += size
            size *= 2
        return None


def _agreement(made: Recipe) -> str:
    """The foreign key whose parent must agree with that of another."""
    bound = [link.foreign_key.name for link in made.links.links if link.bound]
    return next(iter([check.name for check in made.links.conditions] + bound), "")


def _stages(table: Table, have: int, number: int) -> list[int]:
    points_to_itself = any(key.parent == table.name for key in table.foreign_keys)
    return [max(1, number // FIRST_PART), number] if points_to_itself and not have else [number]


def _obstacle(table: Table, failure: StatementFailed) -> str:
    """The name of what stood in the way."""
    if table.triggers and failure.context:
        return table.triggers[0]
    for beginning, name in UNNAMED.items():
        if failure.what.startswith(beginning) and "partition" in failure.what:
            return name
    named = re.search(r'(?:constraint|column) "([^"]+)"', failure.what)
    return named[1] if named else ""


def _words(failure: StatementFailed) -> str:
    """The server's words, where they cannot hold a value."""
    if failure.sqlstate.startswith("23") and not failure.context:
        return failure.what
    return f"the server refused the rows (SQLSTATE {failure.sqlstate})"
