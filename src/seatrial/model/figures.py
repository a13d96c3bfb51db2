"""Figures as a page shows them: an amount with its unit, a span of time, how far a window has passed."""

from __future__ import annotations

from seatrial.model.words import figure

__all__ = ["amount", "progress", "span"]

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
#: From here on a window is told in hours, and a span in days.
LONG_WINDOW, LONG_SPAN = 2 * HOUR, 3 * DAY


def amount(value: float, unit: str) -> str:
    """`212 ms`, `12 %`, `1 row`, `1.2 GB`, `8.5×`.

    Args:
        value: in the unit.
        unit: as a signal has it: `ms`, `s`, `share`, `bytes`, `times`, or a plural.
    """  # noqa: RUF002 - the sign of multiplication is meant
    if unit == "times":
        return f"{figure(value)}×"  # noqa: RUF001 - the same
    if unit == "s":
        return span(value)
    is_one = value == 1 and unit.endswith("s") and unit != "ms"
    return figure(value, unit[:-1] if is_one else unit)


def span(seconds: float) -> str:
    """`12 s`, `3 min`, `2 h 5 min`, `4 days`."""
    if seconds < MINUTE:
        return f"{figure(seconds)} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} min"
    if seconds >= LONG_SPAN:
        return f"{seconds // DAY:.0f} days"
    rest = int(seconds % HOUR // MINUTE)
    return f"{seconds // HOUR:.0f} h" + (f" {rest} min" if rest else "")


def progress(passed: float, window: float) -> str:
    """`4 of 15 minutes`, `3 of 48 hours`; a window that has passed is told as `48 hours`."""
    size, noun = (MINUTE, "minute") if window >= MINUTE else (1.0, "second")
    if window >= LONG_WINDOW:
        size, noun = HOUR, "hour"
    whole = round(window / size, 1)
    words = f"{figure(whole)} {noun}{'' if whole == 1 else 's'}"
    return words if passed >= window else f"{passed // size:.0f} of {words}"
