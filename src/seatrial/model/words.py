"""Numbers as a person says them."""

from __future__ import annotations

__all__ = ["count", "counted", "duration", "figure", "verb"]

_SIZES = ("bytes", "kB", "MB", "GB", "TB")


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


def figure(value: float, unit: str = "") -> str:
    """A value of a signal: `8.2 ms`, `34 %`, `1.2 GB`, `12 in the interval`."""
    match unit:
        case "ms":
            return duration(value / 1000) if value >= 1000 else f"{_short(value)} ms"  # noqa: PLR2004 - of a second
        case "s":
            return duration(value)
        case "share":
            return f"{_short(value * 100)} %"
        case "bytes":
            return _size(value)
        case _:
            return f"{_short(value)} {unit}".rstrip()


def _short(value: float) -> str:
    """Two digits that count, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.2g}"  # noqa: PLR2004 - one digit


def _size(value: float) -> str:
    unit = 0
    while abs(value) >= 1000 and unit + 1 < len(_SIZES):  # noqa: PLR2004 - as disks are sold
        value, unit = value / 1000, unit + 1
    return f"{_short(value)} {_SIZES[unit]}"
