"""UPDATE or DELETE without a condition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.commands import Data
from seatrial.model.finding import Level
from seatrial.model.lexis import blanked
from seatrial.rules.hit import Hit
from seatrial.rules.locks.changing import fills_new_columns
from seatrial.rules.naming import along, quoted
from seatrial.rules.spelling import name, names, relation
from seatrial.rules.usage import is_in_use, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS

_TRUE = r"(?:true|(\d+)\s*=\s*\{})"
#: At the end of the statement: that of a sub-select has a parenthesis behind it.
_ANY_ROW = re.compile(
    rf"\bwhere\b\s*(?:{_TRUE.format(1)}|\(\s*{_TRUE.format(2)}\s*\))(?:\s+returning\b.*)?\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each, on a table in use; where new columns are filled nothing is lost."""
    for occasion in schema.occasions:
        data = occasion.command
        if not isinstance(data, Data) or data.kind not in {"update", "delete"}:
            continue
        if data.has_where and not _takes_all(occasion):
            continue
        if is_in_use(schema, data.table, occasion) and not fills_new_columns(schema, occasion):
            yield _hit(schema, occasion, data)


def _takes_all(occasion: Occasion) -> bool:
    """Whether its condition is written so that it holds for every row."""
    text = blanked(written(occasion))
    return any(_ANY_ROW.fullmatch(text, one.start()) for one in re.finditer(r"\bwhere\b", text, re.IGNORECASE))


def _hit(schema: Schema, occasion: Occasion, data: Data) -> Hit:
    table = relation(data.table)
    known = schema.table(data.table, before=occasion)
    key = names(known.primary_key) if known and known.primary_key else "…"
    if data.kind == "delete":
        what, lost = f"deletes every row of {quoted(data.table)}", "no row is left"
        fix = f"delete from {table} where {key} in (…);"  # noqa: S608 - a text for a person
    else:
        what = f"sets {along(data.columns)} in every row of {quoted(data.table)}"
        lost = f"what {along(data.columns)} held before is gone"
        sets = ", ".join(f"{name(column)} = …" for column in data.columns)
        fix = f"update {table} set {sets} where {key} in (…);"  # noqa: S608 - as above
    effect = f"{lost}, but for what a deployment keeps for a time, and all rows stay locked until the transaction ends"
    return Hit(script=occasion.script, offset=occasion.offset, what=what, effect=effect, fix=fix)
