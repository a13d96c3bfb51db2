"""How near a value is to its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.signal import Below

if TYPE_CHECKING:
    from seatrial.model.signal import Signal

__all__ = ["nearness"]

#: Of a limit that is zero, how much worse than it anything is at least.
OVER_NOTHING = 2.0


def nearness(signal: Signal, value: float, limit: float | None) -> float:
    """1 is at the limit, more is worse, 0 where there is none."""
    if limit is None:
        return 0.0
    over, under = (limit, value) if isinstance(signal.limit, Below) else (value, limit)
    if under > 0:
        return over / under
    return OVER_NOTHING + over if over > 0 else 0.0
