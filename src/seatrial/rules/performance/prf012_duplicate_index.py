"""An index that is there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.performance.shapes import dropped, shape
from seatrial.rules.spelling import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each index of a statement of its own that an earlier one, or that of a constraint, makes needless."""
    for table in schema.tables:
        keys = [one for one in table.constraints if one.constraint.kind in {"primary key", "unique"}]
        met = {(f"({names(one.constraint.columns)})", "btree"): one.name for one in keys}
        taken = {one.constraint.using_index for one in keys}
        # A unique index is more than one that is not, and goes first.
        for made in sorted(table.indexes, key=lambda one: (not one.index.unique, one.life.made.number)):
            if made.name in taken:
                continue
            twin = met.setdefault(shape(made), made.name)
            if twin != made.name:
                yield Hit(
                    script=made.life.made.script,
                    offset=made.life.made.offset,
                    what=f"the index {quoted(made.name)} of {quoted(table.name)} is the same as {quoted(twin)}",
                    effect="every row that is written goes into both, and queries use one",
                    fix=dropped(table, made),
                    subject=f"{table.name}.{made.name}",
                )
