"""Which queries of the workload an index serves, and which of them ask for one that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.reference import Reference, ReferenceIndex
    from seatrial.model.workload import WorkloadQuery

__all__ = ["serving", "unserved"]


def serving(index: ReferenceIndex, schema: str, queries: Sequence[WorkloadQuery]) -> tuple[WorkloadQuery, ...]:
    """The queries that ask for an index of a schema."""
    return tuple(query for query in queries if query.asks_for(index.name, schema))


def unserved(queries: Sequence[WorkloadQuery], reference: Reference) -> tuple[WorkloadQuery, ...]:
    """The queries that ask for an index which no table of the schema has."""
    served = [
        query for table in reference.tables for index in table.indexes
        for query in serving(index, table.schema, queries)
    ]  # fmt: skip
    return tuple(query for query in queries if query.index and query not in served)
