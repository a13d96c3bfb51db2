"""A function that copies whole rows and does not say which columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.commands import Data
from seatrial.model.finding import Level
from seatrial.model.lexis import blanked
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import names, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Function, Schema

LEVEL = Level.INFORMS

#: A row of what a trigger is on, or all of a table; what a function returns may have the table's own type.
_COPY = re.compile(
    r"\binsert\s+into\s+[\w.\"]+\s+(?P<star>(?:select|values\s*\()\s*(?:old|new)\.\*"
    r"|select\s+(?:\w+\.)?\*\s+from\s+[\w.\"]++(?!\s*\())",
    re.IGNORECASE,
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each function, at the first of its statements."""
    for function in schema.functions:
        found = _COPY.search(blanked(function.made.body))
        made = function.life.made
        if found and function.made.body_offset >= 0:
            yield Hit(
                script=made.script,
                offset=function.made.body_offset + found.start("star"),
                what=f"{quoted(function.signature)} copies whole rows and names no columns",
                effect="a column that is added to one of the two tables makes each call fail (42601), and with a "
                "trigger every write",
                fix=_fix(schema, function),
                subject=function.signature,
            )


def _fix(schema: Schema, function: Function) -> str:
    """With the columns of the table that gets them, where it is known."""
    inner = (one.command for one in function.made.inner)
    filled = next((one.table for one in inner if isinstance(one, Data) and one.kind == "insert"), "")
    table = schema.table(filled)
    if table is None:
        return "Name the columns on both sides"
    columns = names(one.name for one in table.columns)
    return f"-- the same columns on both sides:\n-- insert into {relation(filled)} ({columns}) select {columns} …"
