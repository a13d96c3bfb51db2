"""`-- seatrial: allow CODE until 2027-03-01 because …`, read."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from seatrial.rules.registry import rules

__all__ = ["FORM", "day", "fault_of", "normal_code", "read_directive"]

#: How a waiver is written.
FORM = "-- seatrial: allow CODE until YYYY-MM-DD because REASON"
_ALLOW = re.compile(
    r"allow\b(?P<codes>.*?)(?:\buntil\b\s*(?P<until>\S*?)[,;]?(?=\s|$)(?P<between>.*?))?(?:\bbecause\b(?P<because>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_CODE = re.compile(r"(?P<rule>[A-Za-z]{3}\d{3})(?P<key>-[0-9A-Fa-f]{8})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_directive(said: str) -> tuple[tuple[str, ...], str, str, str]:
    """The codes, the last day, the reason; and, where it cannot be taken, why, as a clause.

    Of a directive that does not begin with `allow` there are no codes and no fault: it is no waiver.
    """
    allow = _ALLOW.fullmatch(said)
    if allow is None:
        return (), "", "", ""
    codes = tuple(normal_code(code) for code in re.split(r"[,\s]+", allow["codes"]) if code and code.lower() != "and")
    until, because = allow["until"] or "", (allow["because"] or "").strip()
    if not codes:
        return (), until, because, "it names no code"
    if allow["until"] is None:
        return codes, "", because, "it has no end date"
    if (allow["between"] or "").strip(" ,:"):
        return codes, until, because, f'"because" is missing between the date and "{allow["between"].strip()}"'
    return codes, until, because, fault_of(codes, until, because)


def fault_of(codes: tuple[str, ...], until: str, because: str) -> str:
    """Why a waiver cannot be taken, as a clause; empty where it can."""
    if day(until) is None:
        return f'"{until}" is no day of the calendar' if until else "it has no end date"
    if not re.search(r"\w", because):
        return "it has no reason"
    return next((fault for fault in map(_fault_of_code, codes) if fault), "")


def _fault_of_code(code: str) -> str:
    found = _CODE.fullmatch(code)
    if found is None:
        return f'"{code}" is no code of a rule and no key of a finding'
    rule = found["rule"].upper()
    if rule not in _waivable():
        return f"there is no rule {rule}"
    return "" if _waivable()[rule] else f"a finding of {rule} cannot be waived"


@cache
def _waivable() -> dict[str, bool]:
    return {rule.code: rule.waivable for rule in rules()}


def normal_code(code: str) -> str:
    """A code in capitals, the digits of a key in small letters; what is neither stays as it is."""
    rule, hyphen, digits = code.partition("-")
    return f"{rule.upper()}{hyphen}{digits.lower()}" if _CODE.fullmatch(code) else code


def day(text: str) -> date | None:
    """The day that a text names, `2027-03-01`; None where there is none."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
