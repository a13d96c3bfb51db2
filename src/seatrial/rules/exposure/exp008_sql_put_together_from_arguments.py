"""SQL that a function with its owner's rights puts together from what the caller says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.commands import Data
from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import callers, is_reached, who
from seatrial.rules.exposure.sql_text import raw_names
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Function, Schema

LEVEL = Level.BLOCKS
TRIED = True

#: Types that can hold SQL.
_TEXTUAL = re.compile(r"(?:text|varchar|bpchar|char|name|json|jsonb|citext|\w+\.citext)\b")
#: A caller's text that is held against a list or a pattern is not anything any more.
_CHOOSING = frozenset({"in", "not in", "any", "all", "~", "!~", "similar to"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each function that clients may call, at its first EXECUTE of the kind."""
    for function in schema.functions:
        roles = callers(schema, function)
        if not (function.made.definer and roles and is_reached(schema, function.name)):
            continue
        names = [name for name in _textual(function) if name not in _chosen(function)]
        for dynamic in function.made.dynamic:
            raw = raw_names(dynamic.text, names)
            if raw:
                yield Hit(
                    script=function.life.made.script,
                    offset=dynamic.offset,
                    what=f"EXECUTE in {quoted(function.signature)} makes SQL of {along(raw)} as the caller gives it",
                    effect=f"{who(roles)} can run SQL of their own there, with the rights of the function's owner",
                    fix="-- %I for a name, %L for a value, or USING:\n"
                    f"execute format('… %I … %L …', {', '.join(raw)});",
                    subject=function.signature,
                )
                break


def _textual(function: Function) -> Iterator[str]:
    """Parameters that hold text, by name and by number."""
    inputs = [one for one in function.made.parameters if one.mode not in {"out", "table"}]
    for number, parameter in enumerate(inputs, start=1):
        if _TEXTUAL.match(parameter.type):
            yield from filter(None, (parameter.name, f"${number}"))


def _chosen(function: Function) -> frozenset[str]:
    """Names that the body compares with a list or a pattern."""
    queries = [one.command.query for one in function.made.inner if isinstance(one.command, Data)]
    comparisons = [one for query in queries for one in query.comparisons if one.operator in _CHOOSING]
    return frozenset(one.left_column.rpartition(".")[2] for one in comparisons)
