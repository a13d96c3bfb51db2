"""An index for which a longer one serves as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.performance.shapes import dropped, is_ascending, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Index, Schema, Table

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each."""
    for table in schema.tables:
        for made in table.indexes:
            longer = next(_longer(table, made), "")
            if longer:
                yield Hit(
                    script=made.life.made.script,
                    offset=made.life.made.offset,
                    what=f"{quoted(longer)} of {quoted(table.name)} begins with {along(made.index.columns)}, "
                    f"and serves what the index {quoted(made.name)} is for",
                    effect="every row that is written goes into both",
                    fix=dropped(table, made),
                    subject=f"{table.name}.{made.name}",
                )


def _longer(table: Table, made: Index) -> Iterator[str]:
    """The names of indexes that begin with its columns."""
    own = made.index
    if own.unique or own.method != "btree" or own.where or own.included or not is_plain(made):
        return
    if len(own.columns) > 1 and not is_ascending(made):
        return
    for key in table.constraints:
        if key.constraint.kind in {"primary key", "unique"} and _begins(key.constraint.columns, own.columns):
            yield key.name
    for other in table.indexes:
        is_like = other.index.method == "btree" and other.index.where is None and is_plain(other)
        if is_like and (is_ascending(other) or len(own.columns) == 1) and _begins(other.index.columns, own.columns):
            yield other.name


def _begins(longer: tuple[str, ...], own: tuple[str, ...]) -> bool:
    return len(longer) > len(own) and longer[: len(own)] == own
