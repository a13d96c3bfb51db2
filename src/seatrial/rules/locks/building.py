"""Statements that build an index of a table in use while writes wait, as far as the files tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, CreateIndex, Maintain
from seatrial.model.evidence import LockMode
from seatrial.rules.locks.ahead import is_built_ahead
from seatrial.rules.locks.reading import bare, work
from seatrial.rules.naming import last_name, quoted
from seatrial.rules.once import once
from seatrial.rules.spelling import default_name, name, names, relation
from seatrial.rules.usage import is_in_use, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Action
    from seatrial.model.schema import Occasion, Schema, Table
    from seatrial.rules.locks.reading import Work

__all__ = ["builds", "table_of"]

_KEYS = frozenset({"primary key", "unique", "exclude"})
_CREATE = re.compile(r"(?P<head>create\s+(?:unique\s+)?index)\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_ALONE = "-- alone in a migration of its own:"
_AHEAD = "-- write CREATE INDEX IF NOT EXISTS, and Seatrial's plan builds it beside the writers before this file; or,"


@once
def builds(schema: Schema) -> Iterator[Work]:
    """Each statement that does, in order."""
    for occasion in schema.occasions:
        match occasion.command:
            case CreateIndex(table=table, concurrently=False, only=False) as made if is_in_use(schema, table, occasion):
                known = schema.table(table, before=occasion)
                there = made.if_not_exists and known and made.index in {one.name for one in known.indexes}
                if not (there or is_built_ahead(schema, occasion, made)):
                    yield _index(occasion, made, known)
            case AlterTable(table=table, kind="table") as altered if is_in_use(schema, table, occasion):
                for action in altered.actions:
                    yield from _constraints(occasion, table, action)
            case Maintain(kind="reindex", concurrently=False) as maintain:
                yield from _reindexed(schema, occasion, maintain)
            case _:
                pass


def table_of(schema: Schema, index: str, occasion: Occasion) -> Table | None:
    """The table that has an index of that name right before a statement."""
    own = last_name(index)
    for table in schema.all_tables:
        there = schema.table(table.name, before=occasion) if table.life.lasts(occasion) else None
        if there and any(one.name == own for one in there.indexes):
            return there
    return None


def _index(occasion: Occasion, made: CreateIndex, known: Table | None) -> Work:
    called = made.index or default_name(made.table, filter(None, made.columns), "idx")
    if known and known.partitioned:
        fix = (
            f"CREATE INDEX {name(called)} ON ONLY {relation(made.table)} (…), then CREATE INDEX CONCURRENTLY on each "
            "partition and ALTER INDEX … ATTACH PARTITION"
        )
    else:
        plain = _CREATE.match(written(occasion))
        fix = "Write CREATE INDEX CONCURRENTLY, alone in a migration of its own"
        if plain:
            fix = f"{_ALONE}\n{plain['head']} concurrently{plain['rest']};"
        if made.index and not made.if_not_exists:
            fix = f"{_AHEAD}\n{fix}"
    return work(occasion, made.table, why=f"{quoted(called)} is built", fix=fix, mode=LockMode.SHARE)


def _constraints(occasion: Occasion, table: str, action: Action) -> Iterator[Work]:
    column = action.column if action.kind == "add column" else None
    found = column.constraints if column else (action.constraint,) if action.constraint else ()
    for constraint in found:
        if constraint.kind in _KEYS and not constraint.using_index:
            columns = constraint.columns or ((column.name,) if column else ())
            called = constraint.name or default_name(table, columns, constraint.kind)
            first = bare(table, column) if column else ""
            yield work(
                occasion,
                table,
                why=f"the index of {quoted(called)} is built",
                fix=first + _constraint_fix(table, called, constraint.kind, columns),
                offset=action.offset,
            )


def _constraint_fix(table: str, called: str, kind: str, columns: tuple[str, ...]) -> str:
    if kind == "exclude":
        return "There is no other way for EXCLUDE: SET LOCAL lock_timeout = '2s'; and deploy it when nobody writes"
    target = relation(table)
    return (
        f"{_ALONE}\ncreate unique index concurrently {name(called)} on {target} ({names(columns)});\n"
        f"-- then:\nalter table {target} add constraint {name(called)} {kind} using index {name(called)};"
    )


def _reindexed(schema: Schema, occasion: Occasion, maintain: Maintain) -> Iterator[Work]:
    for named in maintain.names:
        fix = f"{_ALONE}\nreindex {maintain.mode} concurrently {relation(named)};"
        if maintain.mode == "table":
            table = named
        elif maintain.mode == "index":
            known = table_of(schema, named, occasion)
            table = known.name if known else ""
        else:
            table = f"all tables of the {maintain.mode} {named}"
        if not table or is_in_use(schema, table, occasion):
            yield work(occasion, table or named, why=f"{quoted(named)} is built anew", fix=fix, mode=LockMode.SHARE)
