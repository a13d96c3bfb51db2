"""What a value of one type becomes in another: whether all of it survives, and how the cast is written. Pure.

Types are as `format_type` prints them: `character varying(10)`, `timestamp(3) with time zone`, `app.mood[]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["comparable", "converted", "survives"]

_MODIFIED = re.compile(r"^(?P<head>[^(]*[^( ])\s*\((?P<modifier>[^)]*)\)(?P<tail>.*)$")

TEXT = frozenset({"text", "character varying", "character", "name"})
#: Decimal digits that a number of the type needs.
WHOLE = {"smallint": 5, "integer": 10, "bigint": 19}
FLOAT = {"real": 7, "double precision": 15}
NUMBERS = frozenset({*WHOLE, *FLOAT, "numeric"})
MOMENTS = frozenset({"date", "timestamp without time zone", "timestamp with time zone"})
#: The server casts any of a group to any other of it.
GROUPS = (
    NUMBERS,
    MOMENTS,
    frozenset({"time without time zone", "timestamp without time zone"}),
    frozenset({"time without time zone", "timestamp with time zone"}),
    frozenset({"time without time zone", "time with time zone"}),
    frozenset({"time with time zone", "timestamp with time zone"}),
    frozenset({"time without time zone", "interval"}),
    frozenset({"json", "jsonb"}),
    frozenset({"boolean", "integer"}),
    frozenset({"bit", "bit varying"}),
    frozenset({"inet", "cidr"}),
    frozenset({"macaddr", "macaddr8"}),
)
#: Nothing is lost on the way from the first to the second.
WIDER = {
    ("date", "timestamp without time zone"),
    ("date", "timestamp with time zone"),
    ("cidr", "inet"),
    ("macaddr", "macaddr8"),
    ("real", "double precision"),
    ("smallint", "real"),
    ("smallint", "double precision"),
    ("integer", "double precision"),
}
#: With an equality that means that two values are the same.
COMPARABLE = (
    TEXT
    | NUMBERS
    | MOMENTS
    | {"boolean", "uuid", "bytea", "interval", "inet", "cidr", "macaddr", "macaddr8", "bit", "bit varying", "jsonb"}
    | {"time without time zone", "time with time zone"}
)


@dataclass(frozen=True, slots=True)
class _Type:
    name: str
    modifiers: tuple[int, ...] = ()
    is_array: bool = False


def survives(now: str, was: str) -> bool:
    """Whether every value of the type `now` comes back unharmed from a cast to `was`."""
    one, other = _read(now), _read(was)
    if not other.is_array and other.name in {"text", "character varying"} and not other.modifiers:
        return True
    return one.is_array == other.is_array and _fits(one, other)


def converted(column: str, now: str, was: str) -> str:
    """The column cast to `was`, through text where the server knows no shorter way."""
    one, other = _read(now), _read(was)
    if one.is_array == other.is_array and _casts(one.name, other.name):
        return f"{column}::{was}"
    if not other.is_array and not one.is_array and {one.name, other.name} <= NUMBERS | {"boolean"}:
        return f"{column}::integer::{was}"
    is_text = any(not side.is_array and side.name in TEXT for side in (one, other))
    return f"{column}::{was}" if is_text else f"{column}::text::{was}"


def comparable(value: str, of_type: str) -> str:
    """The value as something that can be told from another of its type."""
    kind = _read(of_type)
    if kind.name in COMPARABLE:
        return value
    return f"({value})::jsonb{'[]' if kind.is_array else ''}" if kind.name == "json" else f"({value})::text"


def _read(text: str) -> _Type:
    name = text.removesuffix("[]")
    is_array = name != text
    found = _MODIFIED.match(name)
    # A name in quotes may hold anything.
    if not found or '"' in name:
        return _Type(name, (), is_array)
    modifiers = tuple(int(one) for one in found["modifier"].split(",") if one.strip().lstrip("-").isdecimal())
    return _Type(found["head"] + found["tail"], modifiers, is_array)


def _casts(one: str, other: str) -> bool:
    return one == other or {one, other} <= TEXT or any({one, other} <= group for group in GROUPS)


def _fits(one: _Type, other: _Type) -> bool:
    if one.name == other.name:
        return _has_room(one, other)
    if one.name in WHOLE and other.name in WHOLE:
        return WHOLE[one.name] <= WHOLE[other.name]
    if one.name in WHOLE and other.name == "numeric":
        return not other.modifiers or WHOLE[one.name] <= _digits(other)[0]
    return (one.name, other.name) in WIDER and not other.modifiers


def _has_room(one: _Type, other: _Type) -> bool:
    """Of two with the same name; without a modifier there is no end."""
    if one.modifiers == other.modifiers or not other.modifiers:
        return True
    if one.name in {"bit", "character"} or not one.modifiers:
        return False
    if one.name == "numeric":
        return all(small <= large for small, large in zip(_digits(one), _digits(other), strict=True))
    return one.modifiers <= other.modifiers


def _digits(number: _Type) -> tuple[int, int]:
    """Before and after the point."""
    precision, scale = (*number.modifiers, 0)[:2]
    return precision - scale, scale
