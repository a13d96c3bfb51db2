"""Names as SQL spells them, for the fixes that rules compose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["default_name", "name", "names", "relation"]

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
#: Names of tables and columns that people give and that the grammar keeps for itself.
_RESERVED = frozenset({
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "authorization", "both", "case", "cast",
    "check", "collate", "column", "constraint", "create", "cross", "current_date", "current_role", "current_time",
    "current_timestamp", "current_user", "default", "desc", "distinct", "do", "else", "end", "except", "false",
    "fetch", "for", "foreign", "from", "full", "grant", "group", "having", "in", "inner", "intersect", "into", "is",
    "join", "leading", "left", "like", "limit", "localtime", "natural", "not", "null", "offset", "on", "only", "or",
    "order", "outer", "primary", "references", "returning", "right", "select", "session_user", "similar", "some",
    "table", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "verbose", "when",
    "where", "window", "with",
})  # fmt: skip
#: What PostgreSQL puts behind the name of a constraint without one.
_ENDS = {"primary key": "pkey", "unique": "key", "foreign key": "fkey", "check": "check", "exclude": "excl"}
_LONGEST = 63


def name(text: str) -> str:
    """`notes`, `"Notes"`."""
    plain = _PLAIN.fullmatch(text) and text not in _RESERVED
    return text if plain else '"' + text.replace('"', '""') + '"'


def names(texts: Iterable[str]) -> str:
    """`id, "order"`."""
    return ", ".join(map(name, texts))


def relation(qualified: str) -> str:
    """`public.notes`, `public."Notes"`."""
    schema, dot, rest = qualified.partition(".")
    return f"{name(schema)}.{name(rest)}" if dot else name(schema)


def default_name(table: str, columns: Iterable[str], kind: str) -> str:
    """The name that PostgreSQL gives a constraint, or an index where the kind is `idx`."""
    own = table.rpartition(".")[2]
    parts = [own] if kind == "primary key" else [own, *columns]
    return "_".join([*parts, _ENDS.get(kind, kind)])[:_LONGEST]
