"""Findings at chosen places, and what became of the waivers beside them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from seatrial.model.finding import Finding, Level
from seatrial.model.place import Place, place_at
from seatrial.rules.beside import in_comments
from seatrial.rules.heard import Heard
from seatrial.rules.run import review
from seatrial.rules.waivers import settle

if TYPE_CHECKING:
    from seatrial.model.source import Script
    from seatrial.rules.waivers import Settled

__all__ = ["ALLOW", "RAN", "TODAY", "codes", "finding", "settled"]

TODAY = date(2027, 2, 1)
ALLOW = "-- seatrial: allow TXN001 until 2027-03-01 because of the night"
RAN = Heard(codes=frozenset({"TXN001", "TXN002"}), judged=frozenset(), files=frozenset())


def finding(script: Script, at: int | None, code: str = "TXN001", key: str = "") -> Finding:
    source = script.source
    place = Place(path=source.path) if at is None else place_at(source.path, source.text, at)
    return Finding(
        code=code, name="", level=Level.WARNS, what="w", place=place, effect="e", fix="f", key=key or f"{code}-00000000"
    )


def settled(script: Script, *found: Finding, today: date = TODAY, ran: Heard = RAN) -> Settled:
    return settle(found, in_comments([script]), today=today, ran=ran)


def codes(of: Settled) -> list[str]:
    return [each.code for each in review(of.claimed)]
