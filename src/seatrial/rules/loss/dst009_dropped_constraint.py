"""A constraint that is dropped, with nothing in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.usage import alterations, is_fresh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, Table, TableConstraint
    from seatrial.rules.usage import Alteration

LEVEL = Level.INFORMS

_MEANS = {
    "primary key": "nothing keeps rows with the same key out any more, and no row can be told by it",
    "unique": "nothing keeps doubles out any more, and INSERT … ON CONFLICT on these columns fails with 42P10",
    "foreign key": "rows can refer to what is not there any more",
    "check": "rows can be written that the check refused",
    "exclude": "rows can be written that shut each other out before",
}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each constraint of before of a table in use that no later statement of the file makes up for."""
    for each in alterations(schema, "drop constraint"):
        gone = (
            next((one for one in each.known.constraints if one.name == each.action.name), None) if each.known else None
        )
        if gone is None or gone.constraint.kind not in _MEANS or is_fresh(schema, gone.life, each.occasion):
            continue
        if each.known and not _is_made_up_for(schema, each, each.known, gone):
            columns = joined(map(quoted, gone.constraint.columns))
            yield Hit(
                script=each.occasion.script,
                offset=each.offset,
                what=f"drops the {gone.constraint.kind} {quoted(gone.name)} of {quoted(each.table)}"
                + (f" ({columns})" if columns else ""),
                effect=_MEANS[gone.constraint.kind],
                fix="Add what is to hold from now on in the same file, or say in a comment why nothing has to",
            )


def _is_made_up_for(schema: Schema, each: Alteration, known: Table, gone: TableConstraint) -> bool:
    check = gone.constraint.expression
    if check and check.is_not_null and not check.comparisons:
        # Only the proof for SET NOT NULL.
        return True
    kind = gone.constraint.kind
    after = schema.table(each.table)
    same = {"primary key", "unique"} if kind in {"primary key", "unique"} else {kind}
    here = each.occasion.script.source.path
    later = [
        one
        for one in (after.constraints if after else ())
        if one.constraint.kind in same and one.life.made.script.source.path == here and one.life.made.number != 0
    ]
    keys = [columns for columns, _ in (after.unique_keys if after else ())]
    return bool(later) or (kind in {"primary key", "unique"} and gone.constraint.columns in keys) or not known.columns
