"""Versions that are a time, versions that are a number, and the next one that is free."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["fitting", "following", "is_time", "mended", "time_fault"]

#: What a version of that many digits counts up by.
_STEP = {8: timedelta(days=1), 12: timedelta(minutes=1), 14: timedelta(seconds=1)}
#: Also ten digits (a day and a counter of two) and seventeen (a time to the millisecond).
_LENGTHS = frozenset({*_STEP, 10, 17})
_DATE = 8
_FULL = 14
_LAST_CLOCK = "235959"
#: In the order of the digits, with the first number that is too large.
_CLOCK = (("hour", 24), ("minute", 60), ("second", 60))
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_FEBRUARY = 2


def is_time(version: str) -> bool:
    """Whether the digits are meant as a time: eight and more that begin with a year, or fourteen of any kind.

    Anything else is a number: `0007`, `42`, seconds since 1970.
    """
    return len(version) == _FULL or (len(version) >= _DATE and version[:2] in {"19", "20"})


def time_fault(version: str) -> str:
    """Why a version that is meant as a time is none: `September has 30 days`; empty where nothing is wrong."""
    if not is_time(version):
        return ""
    if len(version) not in _LENGTHS:
        return f"it has {len(version)} digits; a date has 8, a date with a time has 14"
    return _date_fault(version[:4], version[4:6], version[6:8]) or _clock_fault(version)


def mended(version: str) -> str:
    """The last valid time before a version that is none: `20250931120000` becomes `20250930235959`.

    Digits that are missing are taken as zeros, digits that are too many are dropped.
    """
    length = len(version) if len(version) in _STEP else _FULL
    digits = version[:length].ljust(length, "0")
    if not time_fault(digits):
        return digits
    year, month, day = max(1, int(digits[:4])), int(digits[4:6]), int(digits[6:8])
    clock = _mended_clock(digits[8:].ljust(6, "0"))
    if month > len(_MONTHS):
        month, day, clock = len(_MONTHS), 31, _LAST_CLOCK
    month = max(1, month)
    if day > monthrange(year, month)[1]:
        day, clock = monthrange(year, month)[1], _LAST_CLOCK
    return f"{year:04}{month:02}{max(1, day):02}{clock}"[:length]


def following(version: str, taken: Collection[str]) -> str:
    """The next version of the same kind and length that no file has."""
    candidate = _next(version)
    while candidate in taken:
        candidate = _next(candidate)
    return candidate


def fitting(wish: str, *, floor: str, ceiling: str) -> str:
    """The wish where it sorts between its neighbours; otherwise the first version after the lower one.

    Neighbours are versions, compared as text; an empty one means that there is none.
    """
    if floor < wish and (not ceiling or wish < ceiling):
        return wish
    return _next(floor) if floor else wish


def _next(version: str) -> str:
    step = _STEP.get(len(version))
    if step is None or not is_time(version) or time_fault(version) or version.startswith("9999"):
        return str(int(version) + 1).zfill(len(version))
    digits = version.ljust(_FULL, "0")
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    clock = timedelta(hours=int(digits[8:10]), minutes=int(digits[10:12]), seconds=int(digits[12:14]))
    moment = datetime(year, month, day, tzinfo=UTC) + clock + step
    return f"{moment.year:04}{moment:%m%d%H%M%S}"[: len(version)]


def _date_fault(year: str, month: str, day: str) -> str:
    if not int(year):
        return "there is no year 0000"
    if not 1 <= int(month) <= len(_MONTHS):
        return f"there is no month {month}"
    days = monthrange(int(year), int(month))[1]
    if 1 <= int(day) <= days:
        return ""
    name = _MONTHS[int(month) - 1]
    return f"{name} {year} has {days} days" if int(month) == _FEBRUARY else f"{name} has {days} days"


def _clock_fault(version: str) -> str:
    if len(version) not in {12, 14, 17}:
        return ""
    for at, (unit, limit) in zip(range(_DATE, len(version), 2), _CLOCK, strict=False):
        part = version[at : at + 2]
        if int(part) >= limit:
            return f"there is no {unit} {part}"
    return ""


def _mended_clock(clock: str) -> str:
    for at, (_, limit) in zip((0, 2, 4), _CLOCK, strict=True):
        if int(clock[at : at + 2]) >= limit:
            return clock[:at] + _LAST_CLOCK[at:]
    return clock
