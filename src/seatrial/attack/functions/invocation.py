"""How a function is called: as SQL, and as a request to the REST layer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.attack.functions.arguments import Value
    from seatrial.attack.functions.read import Function

__all__ = ["rest", "statement"]


def statement(function: Function, values: Sequence[Value | None]) -> str:
    """The call, with names where the arguments have them."""
    pairs = list(zip(function.arguments, values, strict=True))
    named = all(one.name or value is None for one, value in pairs) and not function.is_procedure
    words = []
    for argument, value in pairs:
        if value is None and (named and not function.overloaded):
            continue
        text = value.sql if value else argument.default or "NULL"
        label = f"{argument.ident} => " if named else ""
        words.append(f"{'VARIADIC ' if argument.mode == 'v' else ''}{label}{text}")
    call = f"{function.called}({', '.join(words)})"
    if function.is_procedure:
        return f"CALL {call}"
    return f"SELECT {call}" if function.is_record else f"SELECT * FROM {call}"


def rest(function: Function, values: Sequence[Value | None]) -> str:
    """The same as a request to the REST layer; empty where it cannot be said there."""
    pairs = [(one, value) for one, value in zip(function.arguments, values, strict=True) if value]
    if function.is_procedure or any(not one.name or not value.is_plain for one, value in pairs):
        return ""
    body = json.dumps({one.name: value.plain for one, value in pairs})
    profile = "" if function.schema == "public" else f" with Content-Profile: {function.schema}"
    return f"POST /rest/v1/rpc/{function.bare} {body}{profile}"
