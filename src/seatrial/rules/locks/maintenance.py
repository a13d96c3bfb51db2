"""VACUUM FULL, CLUSTER and REFRESH: commands whose only work is to write a table in use anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import CreateIndex
from seatrial.rules.locks.reading import work
from seatrial.rules.spelling import relation
from seatrial.rules.usage import is_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Maintain
    from seatrial.model.schema import Occasion, Schema
    from seatrial.rules.locks.reading import Work

__all__ = ["maintained"]


def maintained(schema: Schema, occasion: Occasion, maintain: Maintain) -> Iterator[Work]:
    """What the command does to each table or view that it names."""
    for table in maintain.names:
        if maintain.kind not in {"vacuum full", "cluster", "refresh"} or not is_in_use(schema, table, occasion):
            continue
        if maintain.kind != "refresh":
            fix = f"vacuum (analyze) {relation(table)};\n-- gives the room to new rows; pg_repack gives it back"
            yield work(occasion, table, why=f"{maintain.kind.upper()} copies every row", fix=fix)
        elif not maintain.concurrently:
            fix = f"refresh materialized view concurrently {relation(table)};"
            if not _has_unique_index(schema, table):
                fix = f"create unique index concurrently on {relation(table)} (…); -- its key, once\n{fix}"
            yield work(occasion, table, why="REFRESH without CONCURRENTLY computes it anew", fix=fix)


def _has_unique_index(schema: Schema, view: str) -> bool:
    return any(
        isinstance(made := occasion.command, CreateIndex) and made.table == view and made.unique and made.where is None
        for occasion in schema.occasions
    )
