"""A function that looks something up in a table for each row of another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.commands import Data
from seatrial.model.finding import Level
from seatrial.model.lexis import blanked
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.performance.asked import IDENTITY, asked, reads_tables
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Call
    from seatrial.model.schema import Function, Schema
    from seatrial.rules.performance.asked import Asked

LEVEL = Level.WARNS

#: What a look-up that can be turned round does not have.
_MORE = re.compile(r"\b(?:or|not|is|join|limit|group|union|except|intersect|if|loop)\b", re.IGNORECASE)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy."""
    for one in asked(schema):
        calls = [
            call for call in one.condition.calls if call.columns and reads_tables(schema, schema.called(call.name))
        ]
        if calls:
            said = joined(f"{call.name}({', '.join(call.columns)})" for call in calls)
            yield Hit(
                script=one.script,
                offset=one.place(calls[0].offset),
                what=f"{one.title} calls {said}, which reads a table for each row",
                effect="every query of the table runs it once for each row that it looks at: measured on 100,000 rows, "
                "1,364 ms instead of 15 to 18 ms, and 1,846 ms with a sub-select around it",
                fix=_turned_round(schema, one, calls[0]) or _sketch(schema, one, calls[0]),
                subject=one.subject,
            )


def _turned_round(schema: Schema, one: Asked, call: Call) -> str:
    """A function that lists what the caller may see, where the helper is one look-up by argument and caller."""
    helpers = schema.called(call.name)
    found = _look_up(helpers[0]) if len(helpers) == 1 else None
    is_whole = re.fullmatch(rf"\(*(?:SELECT )?{re.escape(call.name)}\([\w.]+\)\)*", one.condition.text)
    if found is None or not is_whole:
        return ""
    table, column, caller = found
    known = schema.table(table)
    kind = known.column(column) if known else None
    if kind is None:
        return ""
    new, made = f"{helpers[0].name}_of_caller", helpers[0].made
    rights = " security definer set search_path = ''" if made.definer else ""
    head = (
        f"create function {relation(new)}() returns setof {kind.column.type} language sql stable parallel safe{rights}"
    )
    body = f"select {name(column)} from {relation(table)} where {caller}"  # noqa: S608 - a text for a person
    return f"{head} as $$\n  {body};\n$$;\n" + _asked_once(schema, one, call, new)


def _look_up(helper: Function) -> tuple[str, str, str] | None:
    """Table and column that a helper compares with its only argument, and what it compares with the caller."""
    inner = [one.command for one in helper.made.inner]
    if len(inner) != 1 or not isinstance(inner[0], Data) or _MORE.search(blanked(helper.made.body)):
        return None
    query, parameters = inner[0].query, [one.name for one in helper.made.parameters]
    own = [one for one in query.comparisons if {one.left_column, one.right_column} & set(parameters)]
    rest = [one for one in query.comparisons if one not in own]
    sizes = (len(parameters), len(query.tables), len(own), len(rest), len(query.calls))
    if sizes != (1, 1, 1, 1, 1) or query.calls[0].name not in IDENTITY or own[0].operator != "=":
        return None
    column = own[0].left_column if own[0].right_column == parameters[0] else own[0].right_column
    is_plain = "." not in f"{column}{rest[0].left_column}{rest[0].right_column}" and rest[0].operator == "="
    return (query.tables[0], column, f"{rest[0].left} = {rest[0].right}") if is_plain else None


def _sketch(schema: Schema, one: Asked, call: Call) -> str:
    """The same with a gap, where the body is more than a look-up."""
    new = f"{schema.called(call.name)[0].name}_of_caller"
    column = one.table.column(call.columns[0])
    head = (
        f"create function {relation(new)}() returns setof {column.column.type if column else '…'} language sql stable"
    )
    gap = f"  -- every {quoted(call.columns[0])} that {call.name} says yes to\n  select …"
    return f"{head} parallel safe as $$\n{gap};\n$$;\n" + _asked_once(schema, one, call, new)


def _asked_once(schema: Schema, one: Asked, call: Call, new: str) -> str:
    said = f"{name(call.columns[0])} = any (array(select {relation(new)}()))"
    return one.altered(said, schema)
