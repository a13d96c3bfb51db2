"""What the deployment of a file does beside it, so that nothing of what the file takes away is lost. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.rows import kept_rows_of
from seatrial.model.archive import Keeping
from seatrial.rollback.keep_columns import kept_columns_of
from seatrial.rollback.keep_tables import kept_tables_of
from seatrial.rollback.loss import loss

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.migration import Migration
    from seatrial.standin.state import State

__all__ = ["keeping"]


def keeping(
    migration: Migration, before: State, after: State, *, keep: str, also: Mapping[str, tuple[str, ...]]
) -> Keeping:  # fmt: skip
    """Tables are moved in place of being dropped, columns are copied, rows are kept as they were.

    Args:
        migration: the file.
        before: the schema that it meets.
        after: the schema that it leaves.
        keep: how long, as an interval; empty for ever.
        also: table → columns that tell whose row it is.
    """
    found = loss(migration, before, after)
    columns = kept_columns_of(found, keep=keep, also=also)
    tables = kept_tables_of(found, keep=keep, columns=columns.columns)
    return _merged(_merged(tables, columns), kept_rows_of(migration, before, after, keep=keep))


def _merged(one: Keeping, other: Keeping) -> Keeping:
    """What runs before a statement does so in this order; a statement has one thing in its place."""
    return Keeping(
        version=one.version,
        front=one.front + other.front,
        before={at: (*one.before.get(at, ()), *other.before.get(at, ())) for at in {**one.before, **other.before}},
        # Rows that a statement changes are kept where it changes any; a table that goes takes its rows along.
        instead={**other.instead, **one.instead},
        tables=one.tables + other.tables,
        columns=one.columns + other.columns,
        rows=one.rows + other.rows,
        batches={**one.batches, **other.batches},
        unkept=one.unkept + other.unkept,
    )
