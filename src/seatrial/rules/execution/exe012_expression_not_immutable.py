"""An expression that an index or a generated column cannot rest on, because its result changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.usage import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.BLOCKS
FAILS = True

#: Of PostgreSQL 18, those that people take for immutable (pg_proc.provolatile is `s` or `v`).
_CHANGING = frozenset({
    "array_to_string", "clock_timestamp", "concat", "concat_ws", "current_setting", "format",
    "gen_random_uuid", "nextval", "now", "quote_nullable", "random", "statement_timestamp", "timeofday", "to_char",
    "to_date", "transaction_timestamp", "uuid_generate_v4", "uuidv4", "uuidv7", "auth.uid",
    "auth.jwt", "auth.role", "auth.email", "array_to_json", "row_to_json", "to_json", "to_jsonb", "json_build_object",
    "jsonb_build_object", "unaccent",
})  # fmt: skip
#: With one argument they ask a setting which language to take.
_BY_SETTING = frozenset({"to_tsvector", "to_tsquery", "plainto_tsquery", "websearch_to_tsquery", "phraseto_tsquery"})
_CLOCKS = frozenset({"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user",
                     "session_user", "current_role", "user", "current_schema"})  # fmt: skip


#: Types whose casts depend on the time zone or on the way in which dates are written.
_BY_SESSION = {
    "timestamptz": frozenset({"date", "time", "timetz", "timestamp", "text", "varchar"}),
    "timestamp": frozenset({"timestamptz", "text", "varchar"}),
    "date": frozenset({"timestamptz", "text", "varchar"}),
    "text": frozenset({"date", "timestamp", "timestamptz"}),
}
#: What gives another result for a timestamptz as it is from one time zone to the other.
_ZONED = re.compile(
    r"""\b(?:date_trunc\('\w+'(?:::text)?,\s*|date_part\('\w+'(?:::text)?,\s*|date\(|age\(|
    extract\s*\(\s*'?\w+'?\s+from\s+)(?:\w+\.)?"?(?P<column>\w+)"?\s*\)""",
    re.IGNORECASE | re.VERBOSE,
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such expression."""
    for occasion in schema.occasions:
        for where, expression in _bound(occasion.command):
            found = _changing(schema, expression) or _of_column(schema, occasion, expression)
            if found and not occasion.guarded:
                yield _hit(occasion, where, expression, found)


def _hit(occasion: Occasion, where: str, expression: Expression, found: tuple[str, int]) -> Hit:
    name, offset = found
    return Hit(
        script=occasion.script,
        offset=place(occasion, offset if offset >= 0 else expression.offset),
        what=f"{where} uses {quoted(name)}, whose result is not always the same",
        effect="PostgreSQL refuses the statement (42P17)",
        fix=_fix(name, where),
    )


def _fix(name: str, where: str) -> str:
    if "::" in name or "(" in name:
        return _fix_of_column(name)
    if name in _BY_SETTING:
        return f"{name}('simple', …): name the configuration"
    if name in {"array_to_string", "concat", "concat_ws", "format"}:
        return "Join with ||, or wrap it in a function of your own that is IMMUTABLE for the types that you give it"
    if where.startswith("the condition"):
        return "Take the time out of the condition, and put the column into the index: the query compares it"
    return "Have a trigger fill the column"


def _fix_of_column(name: str) -> str:
    if zoned := _ZONED.fullmatch(name):
        before, after = name[: zoned.start("column")], name[zoned.end("column") :]
        plain = f"{before}{zoned['column']} at time zone 'UTC'{after}"
        return plain if zoned[0][:3].lower() != "age" else "Leave the time to the query, and index the column as it is"
    column, _, to = name.partition("::")
    if to in {"date", "time", "timestamp"}:
        return f"({column} at time zone 'UTC')" + f"::{to}" * (to != "timestamp")
    return "Index the column as it is, or have a trigger fill one"


def _bound(command: c.Command) -> Iterator[tuple[str, Expression]]:
    """What has to be immutable, with its name."""
    match command:
        case c.CreateIndex():
            index = f"the index {quoted(command.index)}" if command.index else f"an index on {quoted(command.table)}"
            if command.where:
                yield f"the condition of {index}", command.where
            yield from ((index, one) for one in command.expressions)
        case c.CreateTable():
            yield from _generated(command.columns)
        case c.AlterTable():
            yield from _generated(action.column for action in command.actions if action.column)
        case _:
            return


def _generated(columns: Iterator[c.Column] | tuple[c.Column, ...]) -> Iterator[tuple[str, Expression]]:
    for column in columns:
        if column.generated is not None:
            yield f"the generated column {quoted(column.name)}", column.generated


def _changing(schema: Schema, expression: Expression) -> tuple[str, int] | None:
    """The first part that changes, and its place; -1 where that is not known."""
    for call in expression.calls:
        own = schema.called(call.name)
        short = call.name.removeprefix("pg_catalog.")
        if own:
            if all(one.made.volatility != "immutable" for one in own):
                return call.name, call.offset
        elif short in _CHANGING or (short in _BY_SETTING and len(call.arguments) == 1):
            return short, call.offset
    clocks = [word for word in expression.keywords if word in _CLOCKS]
    return (clocks[0], -1) if clocks else None


def _of_column(schema: Schema, occasion: Occasion, expression: Expression) -> tuple[str, int] | None:
    """What is made of a column whose type is known: a cast, or a part of a point in time."""
    made = occasion.command
    known: dict[str, str] = {}
    if isinstance(made, c.CreateIndex | c.AlterTable) and (table := schema.table(made.table, before=occasion)):
        known = {one.name: one.column.type for one in table.columns}
    elif isinstance(made, c.CreateTable):
        known = {one.name: one.type for one in made.columns}
    for column, to in expression.casts:
        if to in _BY_SESSION.get(known.get(column, ""), ()):
            return f"{column}::{to}", -1
    zoned = (one for one in _ZONED.finditer(expression.text) if known.get(one["column"]) == "timestamptz")
    return next(((one[0], -1) for one in zoned), None)
