"""What a lock means, in one sentence."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.rules.naming import joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.evidence import Lock
    from seatrial.model.forecast import Forecast

__all__ = ["effect", "waiting"]

_UNKNOWN = "for as long as it takes: nobody knows the target's sizes here, rehearse with --from TARGET to learn it"


def effect(locks: Iterable[Lock], forecast: Forecast | None) -> str:
    """`ACCESS EXCLUSIVE on public.contacts for 38 s at 12,400,000 rows; reads and writes wait`."""
    strongest = sorted(locks, key=lambda lock: (-lock.mode, lock.relation))
    modes = [
        f"{mode.words} on {joined(lock.relation for lock in of_mode)}"
        for mode, of_mode in groupby(strongest, key=lambda lock: lock.mode)
    ]
    lasts = f"for {forecast}" if forecast else _UNKNOWN
    return f"{joined(modes)} {lasts}; {waiting(strongest)}"


def waiting(locks: Iterable[Lock]) -> str:
    """`reads and writes wait`."""
    blocked = {who for lock in locks for who in lock.blocks}
    return "reads and writes wait" if "reads" in blocked else "writes wait"
