"""What a condition of a policy asks: whether it looks at the row, at who asks, at neither."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Function, Policy, Schema

__all__ = [
    "IDENTITY",
    "alike",
    "asks_nothing_of_row",
    "bare",
    "conditions",
    "functions",
    "mentions",
    "queries",
    "selects",
]

#: Calls that tell who asks.
IDENTITY = frozenset({"auth.uid", "auth.jwt", "auth.role", "auth.email", "uid", "jwt", "current_setting"})
_STRING = re.compile(r"'(?:[^']|'')*'")
#: Words of a token that every signed-in user has.
_OF_EVERYBODY = frozenset({
    "authenticated", "anon", "sub", "role", "aud", "is_anonymous", "request.jwt.claims", "request.jwt.claim.sub",
    "request.jwt.claim.role", "", "true",
})  # fmt: skip
_SELECT = re.compile(r"\bselect\b", re.IGNORECASE)


def conditions(policy: Policy) -> Iterator[Expression]:
    """USING and WITH CHECK, as far as they are there."""
    yield from filter(None, (policy.using, policy.check))


def mentions(text: str, columns: Iterable[str]) -> bool:
    """Whether a condition names one of these columns, outside of constants."""
    plain = _STRING.sub("''", text)
    return any(re.search(rf"(?<![\w\"]){re.escape(name(one))}(?![\w\"])", plain) for one in columns)


def bare(text: str) -> str:
    """Without parentheses around it, or a SELECT that only makes it once: `auth.uid()`."""
    found = text.strip()
    while found.startswith("(") and found.endswith(")") and _closes_last(found):
        found = found[1:-1].strip()
        found = re.sub(r"^select\s+(?=[\w.\"]+\([^()]*\)(?:\s+as\s+\w+)?$)", "", found, flags=re.IGNORECASE)
    return re.sub(r"\s+as\s+\w+$", "", found, flags=re.IGNORECASE)


def alike(text: str) -> str:
    """A comparison that takes NULL for a value, as PostgreSQL is asked for it; it writes NOT … IS DISTINCT FROM."""
    found = re.fullmatch(r"not \(*(.+?) is distinct from (.+?)\)*", text.strip(), re.IGNORECASE | re.DOTALL)
    if found is None:
        return text
    left, right = ((one + ")" * (one.count("(") - one.count(")"))).strip() for one in found.groups())
    if re.match(r"select\b", left, re.IGNORECASE):
        left = f"({left}"
    return f"{left} is not distinct from {right}"


def _closes_last(text: str) -> bool:
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def selects(condition: Expression) -> bool:
    """Whether it has any sub-select: one that reads no table is one for PostgreSQL too."""
    return bool(_SELECT.search(_STRING.sub("''", condition.text)))


def asks_nothing_of_row(condition: Expression) -> bool:
    """Whether it is true for every row, or asks only whether somebody is signed in."""
    if condition.constant is not None:
        return condition.constant
    if condition.columns or condition.subqueries or condition.keywords or not condition.calls:
        return False
    return condition.names <= IDENTITY and _OF_EVERYBODY.issuperset(condition.strings) and not condition.is_null


def functions(schema: Schema, called: Iterable[str]) -> tuple[Function, ...]:
    """Functions of the files that are called, and those that they call."""
    found: dict[str, Function] = {}
    waiting = [one for one in called if one not in IDENTITY]
    while waiting:
        for function in schema.called(waiting.pop()):
            if function.signature not in found:
                found[function.signature] = function
                waiting += [call for query in queries(function) for call in query.names]
    return tuple(found.values())


def queries(function: Function) -> Iterator[Expression]:
    """What the body of a function asks."""
    for inner in function.made.inner:
        query = getattr(inner.command, "query", None)
        if query is not None:
            yield query
    yield from function.made.dynamic
