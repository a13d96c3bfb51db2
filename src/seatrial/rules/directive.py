"""`-- seatrial: allow CODE until 2027-03-01 because …`: found in a text, and read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from seatrial.rules.lexis import Kind, spans
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FORM", "Directive", "day", "directives", "fault_of", "normal_code", "read_directive"]

#: How a waiver is written.
FORM = "-- seatrial: allow CODE until YYYY-MM-DD because REASON"
#: Read by others: `batch` by who deploys.
_OTHERS = frozenset({"batch"})
#: Without the colon, or in capitals, it is one all the same where it goes on with "allow".
_BEGINS = re.compile(r"(?:seatrial\s*:|(?i:seatrial)\s*:?\s*(?=(?i:allow\b)))\s*(?P<rest>.*)", re.DOTALL)
_ALLOW = re.compile(
    r"allow\b(?P<codes>.*?)(?:\buntil\b\s*(?P<until>\S*?)[,;]?(?=\s|$)(?P<between>.*?))?(?:\bbecause\b(?P<because>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_CODE = re.compile(r"(?P<rule>[A-Za-z]{3}\d{3})(?P<key>-[0-9A-Fa-f]{8})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """What a comment says to Seatrial."""

    #: Character offset of the comment, and of the end of its last line.
    start: int
    end: int
    #: What stands behind `seatrial:`, on one line.
    said: str


def directives(text: str) -> Iterator[Directive]:
    """Those of a text; the comments under one, each alone in its line and in the same column, go on with it."""
    going_on: Directive | None = None
    for span in spans(text):
        said = _said(text[span.start : span.end], span.kind)
        if said is None:
            continue
        begins = _BEGINS.match(said)
        if begins is None and going_on and said and _goes_on(text, going_on, span.start):
            going_on = replace(going_on, end=span.end, said=f"{going_on.said} {said}")
            continue
        if going_on:
            yield going_on
        going_on = Directive(start=span.start, end=span.end, said=" ".join(begins["rest"].split())) if begins else None
    if going_on:
        yield going_on


def _said(span: str, kind: Kind) -> str | None:
    """The words of a comment; None where it is none."""
    if kind is Kind.LINE_COMMENT:
        return " ".join(span.lstrip("-").split())
    return " ".join(span[2:].removesuffix("*/").strip("* \t\r\n").split()) if kind is Kind.BLOCK_COMMENT else None


def _goes_on(text: str, above: Directive, start: int) -> bool:
    """Whether the comment at `start` stands in the next line, alone, and in the same column."""
    between = text[above.end : start]
    alone = not between.strip() and between.count("\n") == 1
    lines = text.startswith("--", above.start) and text.startswith("--", start)
    return alone and lines and _column(text, start) == _column(text, above.start)


def _column(text: str, offset: int) -> int:
    return offset - text.rfind("\n", 0, offset)


def read_directive(said: str) -> tuple[tuple[str, ...], str, str, str]:
    """The codes, the last day, the reason; and, where it cannot be taken, why, as a clause.

    Of a directive that is somebody else's there are no codes and no fault.
    """
    word = said.split(" ", 1)[0].rstrip(":")
    allow = _ALLOW.fullmatch(said)
    if allow is None:
        unknown = f'"{word}" is no word that Seatrial knows here' if word else "it says nothing"
        return (), "", "", "" if word in _OTHERS else unknown
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
