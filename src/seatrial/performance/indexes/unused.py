"""Finds indexes of a release that no query of the workload uses and no constraint needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.performance import UnusedIndex
from seatrial.model.workload import Unmeasured
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from seatrial.model.workload import Observed, WorkloadTiming
    from seatrial.pg.connection import Connection

__all__ = ["Index", "index_names", "indexes_of", "unused", "without_use"]

PACKAGE = "seatrial.performance.indexes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index as the catalogs have it; of a partitioned table, with all that belong to it."""

    #: Qualified, quoted where the server would.
    index: str
    table: str
    valid: bool
    #: Whether it is part of a constraint, or of how the table lies on the disk or is replicated.
    keeps: bool
    bytes: int
    #: Its name, and its qualified table, as plans have them; those of its partitions too.
    parts: frozenset[tuple[str, str]]
    #: Foreign keys of its table whose children it finds.
    serves: frozenset[int]


def unused(
    connection: Connection, timings: Sequence[WorkloadTiming], before: Collection[str]
) -> tuple[UnusedIndex, ...]:
    """Indexes of the release that appear in no plan after it, and that keep no constraint.

    Args:
        connection: to the scratch with the release, as somebody who sees its catalogs.
        timings: of the whole workload; what was not measured may use any index of its tables.
        before: the indexes that were there before the release, as `index_names` has them.
    """
    return without_use(indexes_of(connection), timings, before)


def index_names(connection: Connection) -> frozenset[str]:
    """Qualified names of all indexes outside of the system's schemas, quoted where the server would."""
    return frozenset(one.index for one in indexes_of(connection))


def indexes_of(connection: Connection) -> tuple[Index, ...]:
    """All indexes outside of the system's schemas, by name."""
    return tuple(
        Index(
            **{name: row[name] for name in ("index", "table", "valid", "keeps", "bytes")},
            parts=frozenset((name, table) for name, table in row["parts"]), serves=frozenset(row["serves"]),
        )
        for row in rows(connection, load(PACKAGE, "indexes"))
    )  # fmt: skip


def without_use(
    indexes: Sequence[Index], timings: Sequence[WorkloadTiming], before: Collection[str]
) -> tuple[UnusedIndex, ...]:
    """Those of the release that have no use, the largest first.

    Nobody knows anything without a workload, or where the tables of a query are not known. An index that finds the
    children of a parent counts as used as long as no other does that: no query shows it, and every DELETE of a parent
    needs it.
    """
    unknown = _unknown(timings)
    if unknown is None or not timings:
        return ()
    idle = [
        one for one in indexes
        if one.valid and not one.keeps and one.index not in before and one.table not in unknown
        and not any(_uses(timing.after, one) for timing in timings)
    ]  # fmt: skip
    found: list[Index] = []
    left = set(indexes)
    for one in sorted(idle, key=lambda one: (-one.bytes, one.index)):
        others = {key for other in left if other.valid and other is not one for key in other.serves}
        if one.serves <= others:
            left.discard(one)
            found.append(one)
    return tuple(UnusedIndex(index=one.index, table=one.table, bytes=one.bytes) for one in found)


def _unknown(timings: Sequence[WorkloadTiming]) -> set[str] | None:
    """Tables of queries that could not be measured; None where these may be any."""
    found: set[str] = set()
    for timing in timings:
        if isinstance(timing.after, Unmeasured):
            if not timing.tables:
                return None
            found.update(table for table, _ in timing.tables)
        elif timing.after.unseen:
            return None
    return found


def _uses(after: Observed | Unmeasured, index: Index) -> bool:
    """Whether its name is in the plans: they do not say the schema of an index, and it is that of its table."""
    if isinstance(after, Unmeasured):
        return False
    names = set(_names(after))
    return any(name in names and (table in after.tables or not after.tables) for name, table in index.parts)


def _names(after: Observed) -> Iterator[str]:
    yield from after.indexes
    for prepared in (after.custom, after.generic):
        yield from prepared.indexes if prepared else ()
