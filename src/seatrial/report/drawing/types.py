"""Names of types, short enough for a diagram."""

from __future__ import annotations

__all__ = ["short_type"]

#: PostgreSQL's own shorter names.
_SHORT = (
    ("timestamp with time zone", "timestamptz"), ("timestamp without time zone", "timestamp"),
    ("time with time zone", "timetz"), ("time without time zone", "time"), ("character varying", "varchar"),
)  # fmt: skip


def short_type(type_: str) -> str:
    """`timestamptz` for `timestamp with time zone`."""
    for long, short in _SHORT:
        type_ = type_.replace(long, short)
    return type_
