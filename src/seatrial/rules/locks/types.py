"""What a change of a column's type does to the rows that are there."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Type", "is_rewrite", "read_type"]

_SHAPE = re.compile(r"(?P<base>[^(\[]+)(?:\((?P<modifiers>[^)]*)\))?(?P<rest>.*)")
_SERIAL = {"serial": "int4", "bigserial": "int8", "smallserial": "int2"}
_BUILT_IN = frozenset({
    "bit", "bool", "bpchar", "bytea", "cidr", "date", "float4", "float8", "inet", "int2", "int4", "int8", "interval",
    "json", "jsonb", "macaddr", "money", "numeric", "oid", "text", "time", "timestamp", "timestamptz", "timetz", "uuid",
    "varbit", "varchar", "xml",
})  # fmt: skip
#: The same bytes under another name. Between the two timestamps it is so where the zone is UTC, as on most servers.
_SAME = frozenset({
    ("varchar", "text"), ("text", "varchar"), ("cidr", "inet"), ("xml", "text"), ("xml", "varchar"), ("int4", "oid"),
    ("oid", "int4"), ("timestamp", "timestamptz"), ("timestamptz", "timestamp"),
})  # fmt: skip
_FULL_TIME = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """`numeric(10, 2)`, taken apart."""

    base: str
    modifiers: tuple[int, ...] = ()
    array: bool = False


def read_type(text: str) -> Type:
    """Of the spelling that commands have."""
    match = _SHAPE.fullmatch(text.strip())
    if not match:
        return Type(base=text.strip())
    base = match["base"].strip().removeprefix("pg_catalog.")
    numbers = tuple(int(each) for each in re.findall(r"\d+", match["modifiers"] or ""))
    return Type(base=_SERIAL.get(base, base), modifiers=numbers, array=match["rest"].strip().endswith("]"))


def is_rewrite(old: str, new: str) -> bool:
    """Whether PostgreSQL writes every row anew to make one type of the other; only what is sure."""
    was, becomes = read_type(old), read_type(new)
    if was == becomes or was.array or becomes.array or not {was.base, becomes.base} <= _BUILT_IN:
        return False
    if was.base == becomes.base:
        return not _is_wider(was, becomes)
    if (was.base, becomes.base) in _SAME:
        return bool(becomes.modifiers)
    return True


def _is_wider(was: Type, becomes: Type) -> bool:
    """Whether every value of the one fits the other as it is."""
    if not becomes.modifiers:
        return was.base not in {"bpchar", "bit"}
    match was.base:
        case "varchar" | "varbit":
            return bool(was.modifiers) and becomes.modifiers[0] >= was.modifiers[0]
        case "numeric":
            scales = {was.modifiers[1:] or (0,), becomes.modifiers[1:] or (0,)}
            return bool(was.modifiers) and len(scales) == 1 and becomes.modifiers[0] >= was.modifiers[0]
        case "time" | "timetz" | "timestamp" | "timestamptz" | "interval":
            return becomes.modifiers[0] >= (was.modifiers or (_FULL_TIME,))[0]
        case _:
            return False
