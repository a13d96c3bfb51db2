"""Numbers as a person says them."""

from __future__ import annotations

__all__ = ["count", "counted", "duration", "verb"]


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`, `1,000 entries`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + ("es" if noun.endswith("x") else "s")
    return f"{number:,} {noun if number == 1 else plural}"


def counted(number: int, plural: str) -> str:
    """`1 row whose a is NULL`, `2 groups of rows`: a phrase that begins with what is counted."""
    first, space, rest = plural.partition(" ")
    return f"{number:,} {first[:-1] if number == 1 and first.endswith('s') else first}{space}{rest}"


def verb(number: int, plural: str) -> str:
    """`1 statement fails`, `2 statements fail`."""
    return f"{plural}s" if number == 1 else plural


def duration(seconds: float) -> str:
    """`412 ms`, `3.1 s`, `2 min 5 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
