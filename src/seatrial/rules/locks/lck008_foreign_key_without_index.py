"""A foreign key whose columns no index begins with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import last_name, quoted
from seatrial.rules.spelling import default_name, name, names, relation
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import CreateIndex
    from seatrial.model.schema import Schema, Table
    from seatrial.model.trial import StatementTrial, Trial, UnindexedKey

LEVEL = Level.WARNS

_REFERENCES = re.compile(r"\breferences\b", re.IGNORECASE)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such key that is there at the end."""
    for table in schema.tables:
        for key in table.foreign_keys:
            columns = key.constraint.columns
            if not columns or table.foreign or _is_indexed(table, columns):
                continue
            made = key.life.made
            index = default_name(table.name, columns, "idx")
            yield Hit(
                script=made.script,
                offset=place(made, key.constraint.offset),
                what=_what(key.name, table.name),
                effect=_effect(key.constraint.parent, table.name),
                fix=f"create index concurrently {name(index)} on {relation(table.name)} ({names(columns)});",
                subject=f"{table.name}.{','.join(columns)}",
            )


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each such key of the release, at the statement that makes it."""
    for key in trial.unindexed_keys if trial.statements else ():
        found = _making(trial, key)
        yield Hit(
            script=(found or trial.statements[-1]).script,
            offset=found.statement.start if found else None,
            what=_what(key.name, key.table),
            effect=_effect(key.parent, key.table),
            fix=key.index,
        )


def _making(trial: Trial, key: UnindexedKey) -> StatementTrial | None:
    """By the name of the constraint, which may be the server's, else by the tables."""
    on_table = [
        one for one in trial.statements
        if any((c.name, c.kind) == (key.table, "table") and c.action != "dropped" for c in one.evidence.objects)
    ]  # fmt: skip
    words = (last_name(key.name), last_name(key.parent))
    for word in words:
        for one in on_table:
            if _REFERENCES.search(one.statement.text) and word in one.statement.text:
                return one
    return on_table[-1] if on_table else None


def _is_indexed(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether an index begins with one of them: where the key names the tenant as well, that is enough."""
    if any(found and found[0] in columns for found in table.indexed):
        return True
    return any(
        made.index.columns[:1] == columns and _is_there(made.index)
        for made in table.indexes
        if made.index.method == "btree"
    )


def _is_there(index: CreateIndex) -> bool:
    """Whether the index leaves out only rows without a value, which refer to nothing."""
    where = index.where
    return where is not None and not where.comparisons and where.is_not_null == (index.columns[0],)


def _what(key: str, table: str) -> str:
    return f"no index begins with the columns of the foreign key {quoted(key)} of {quoted(table)}"


def _effect(parent: str, table: str) -> str:
    return f"each row that is deleted from {parent}, or gets another key, reads all of {table}"
