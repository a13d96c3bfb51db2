"""A setting that says who asks and stays when the transaction is over."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from seatrial.model.commands import SetVariable
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.isolation.conditions import conditions, functions, queries
from seatrial.rules.isolation.findings import made_again

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Command
    from seatrial.model.schema import Schema

LEVEL = Level.WARNS

#: Put back to nothing, it outlives nothing.
_CLEARED = re.compile(r"(?:,|=|\bto)\s*''")


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each function that sets for the session what policies ask for."""
    asked = _asked(schema)
    for function in schema.functions:
        made = function.life.made
        for inner in function.made.inner:
            name = _kept(inner.command)
            is_cleared = _CLEARED.search(made.script.source.text[inner.offset :].partition(";")[0])
            if name in asked and not is_cleared:
                yield Hit(
                    script=made.script,
                    offset=max(inner.offset, made.offset),
                    what=f'function "{function.signature}" sets {name} for the whole session',
                    effect="where connections are pooled, the next request on the same connection is taken for this "
                    "user or tenant",
                    fix=made_again(function, partial(_local, name)),
                    subject=function.signature,
                )
                break


def _local(name: str, text: str) -> str:
    """The same for the transaction."""
    spelled = re.escape(name)
    kept = re.compile(rf"(\bset_config\s*\(\s*'{spelled}'\s*,[^;]*?,\s*)false(\s*\))", re.IGNORECASE)
    said = re.compile(rf"\bset\s+(?:session\s+)?(?={spelled}\s*(?:=|to\b))", re.IGNORECASE)
    return said.sub("set local ", kept.sub(r"\1true\2", text))


def _asked(schema: Schema) -> set[str]:
    """Settings that policies, or functions that they call, read."""
    found = set[str | None]()
    for policy in schema.policies:
        for condition in conditions(policy):
            called = functions(schema, condition.names)
            for one in (condition, *(query for function in called for query in queries(function))):
                found.update(
                    call.arguments[0] for call in one.calls if call.name == "current_setting" and call.arguments
                )
    return {name for name in found if name and "." in name}


def _kept(command: Command) -> str:
    """The setting that a statement makes for the session; empty where it makes none."""
    if isinstance(command, SetVariable):
        return "" if command.local or command.value is None else command.name
    query = getattr(command, "query", None)
    for call in query.calls if query else ():
        if call.name == "set_config" and call.arguments[2:3] == ("false",):
            return call.arguments[0] or ""
    return ""
