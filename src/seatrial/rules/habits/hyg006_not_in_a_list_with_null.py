"""NOT IN over a column that may be NULL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.lexis import blanked
from seatrial.rules.habits.said import said
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Comparison
    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS

_LIST = re.compile(
    r"\bin\s*\(\s*select\s+(?:distinct\s+)?(?P<said>(?:\w+\.)?(?P<column>\w+))\s+from\s+(?P<table>[\w.]+)"
    r"(?:\s+(?:as\s+)?\w+)?\s*(?P<rest>[^()]*)\)",
    re.IGNORECASE,
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each, where the list is one column of one table and nothing keeps NULL out."""
    for occasion, expression, owner in said(schema):
        for one in expression.comparisons:
            found = _nullable(schema, occasion, one) if one.operator == "not in" else None
            if found:
                column, mended = found
                yield Hit(
                    script=occasion.script,
                    offset=one.offset,
                    what=f"{owner} asks NOT IN of {quoted(column)}, which may be NULL",
                    effect="as soon as one row has NULL there, the condition holds for nothing, without an error",
                    fix=f"{one.left} not {mended}",
                )


def _nullable(schema: Schema, occasion: Occasion, one: Comparison) -> tuple[str, str] | None:
    """The column of the list, and the list without NULL."""
    text = occasion.script.source.text
    # Comments are no part of it, and a body in dollar quotes is read as SQL.
    found = _LIST.search(re.sub(r"--[^\n]*", lambda comment: " " * len(comment[0]), text[one.offset :])[:2000])
    if one.offset < 0 or found is None or found.start() > len("not  ") + 4:
        return None
    named = found["table"].lower()
    full = named if "." in named else f"public.{named}"
    table = schema.table(full)
    column = table.column(found["column"].lower()) if table else None
    is_kept_out = re.search(r"\bis\s+not\s+null\b", blanked(found["rest"]), re.IGNORECASE)
    if table is None or column is None or column.not_null or column.name in table.primary_key or is_kept_out:
        return None
    rest = found["rest"]
    kept = f"{found[0].removesuffix(rest + ')').rstrip()} {rest.strip()}".rstrip()
    joint = "and" if re.search(r"\bwhere\b", rest, re.IGNORECASE) else "where"
    return f"{full}.{column.name}", f"{kept} {joint} {found['said']} is not null)"
