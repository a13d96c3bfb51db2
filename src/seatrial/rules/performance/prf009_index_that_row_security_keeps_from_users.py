"""An index whose operators PostgreSQL does not trust with rows that a policy may hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Index, Schema, Table

LEVEL = Level.INFORMS

#: Kinds of index none of whose common operators is leakproof.
_LEAKY = frozenset({"gin", "gist", "spgist", "hnsw", "ivfflat", "rum", "pgroonga"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each index of a table that only its policies let anybody read."""
    for table in schema.tables:
        reading = [one for one in table.policies if one.applies_to("select") and one.permissive]
        is_hidden = table.row_security and reading and all(one.using and not one.using.constant for one in reading)
        for made in table.indexes if is_hidden and not _is_read_by_owner(schema, table.name) else ():
            if made.index.method in _LEAKY:
                yield _hit(table, made)


def _hit(table: Table, made: Index) -> Hit:
    return Hit(
        script=made.life.made.script,
        offset=made.life.made.offset,
        what=f"the policies of {quoted(table.name)} keep its index {quoted(made.name)} from being used",
        effect="queries of those who are under row security read the whole table: a full-text query took 28.7 ms "
        "instead of 0.12 ms, as its operator could tell about hidden rows",
        fix="Search in a function with SECURITY DEFINER that compares the tenant with the caller itself, and let "
        "clients call that",
        subject=f"{table.name}.{made.name}",
    )


def _is_read_by_owner(schema: Schema, table: str) -> bool:
    """Whether a function with the rights of its owner, or a view, reads the table past its policies."""
    queries = (
        getattr(inner.command, "query", None)
        for function in schema.functions
        if function.made.definer
        for inner in function.made.inner
    )
    views = (view.made.query for view in schema.views if not view.invoker)
    return any(table in query.tables for query in (*queries, *views) if query)
