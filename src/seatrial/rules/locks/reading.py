"""Work on rows under a lock that the text of a statement tells, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.evidence import Lock, LockMode
from seatrial.rules.locks.words import effect
from seatrial.rules.spelling import name, relation
from seatrial.rules.usage import place, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.commands import Column
    from seatrial.model.schema import Occasion, Table

__all__ = ["Work", "bare", "by_statement", "filled", "lasting", "made_not_null", "work"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one statement, or one action of it, does to the rows of a table in use."""

    occasion: Occasion
    offset: int
    table: str
    #: Why, as a clause: `the default of "token" differs from row to row`.
    why: str
    #: SQL for it, or a sentence.
    fix: str
    mode: LockMode = LockMode.ACCESS_EXCLUSIVE
    #: Another table that is locked as well.
    also: str = ""

    @property
    def locks(self) -> tuple[Lock, ...]:
        """As a rehearsal would have seen them."""
        return tuple(
            Lock(relation=table, kind="table", mode=self.mode, blocks=self.mode.blocks, held_seconds=0, existed=True)
            for table in filter(None, (self.table, self.also))
        )


def work(
    occasion: Occasion,
    table: str,
    *,
    why: str,
    fix: str,
    offset: int = -1,
    mode: LockMode = LockMode.ACCESS_EXCLUSIVE,
    also: str = "",
) -> Work:
    """At its place."""
    return Work(occasion=occasion, offset=place(occasion, offset), table=table, why=why, fix=fix, mode=mode, also=also)


def by_statement(found: Iterable[Work]) -> Iterator[list[Work]]:
    """What one statement does, a DO block with all that it holds: a rehearsal sees it as one, too."""
    for _, group in groupby(found, key=lambda each: whole(each.occasion)):
        yield list(group)


def lasting(found: Iterable[Work]) -> str:
    """Who waits for all of it."""
    return effect({lock.relation: lock for each in found for lock in each.locks}.values(), None)


def bare(table: str, column: Column) -> str:
    """The new column without the constraints that work on rows."""
    default = f" default {column.default.text}" if column.default else ""
    null = " not null" if column.not_null and column.default else ""
    return f"alter table {relation(table)} add column {name(column.name)} {column.type}{default}{null};\n"


def filled(table: str, known: Table | None, column: str, value: str) -> str:
    """UPDATE for a batch, to be run until no row is left."""
    key = known.primary_key if known else ()
    by = name(key[0]) if len(key) == 1 else "ctid"
    target, new = relation(table), name(column)
    some = f"select {by} from {target} where {new} is null limit 5000"  # noqa: S608 - a text for a person
    return (
        "-- until no row is left, each time in a transaction of its own:\n"
        f"update {target} set {new} = {value}\nwhere {by} in ({some});"
    )


def made_not_null(table: str, column: str) -> str:
    """SET NOT NULL after a proof, which then reads nothing."""
    target, proof = relation(table), name(f"{column}_is_there")
    return (
        f"alter table {target} add constraint {proof} check ({name(column)} is not null) not valid;\n"
        "-- in a migration of its own:\n"
        f"alter table {target} validate constraint {proof};\n"
        f"alter table {target} alter column {name(column)} set not null, drop constraint {proof};"
    )
