"""Whether a fault is worth a word, by what its rewrite gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.performance.policies.suspicion import INDEX_LOST, NOT_PARALLEL

if TYPE_CHECKING:
    from seatrial.model.performance import PolicyCost, PolicyFault

__all__ = ["is_shown"]

#: An index is missed from so many milliseconds on, or from so many times as slow.
GAINED, TIMES = 1.0, 3.0
#: Several processes have to be so much faster.
SHARED = 0.8


def is_shown(fault: PolicyFault, cost: PolicyCost) -> bool:
    """Not an index that a fast query lost, and not processes that would not help.

    Args:
        fault: with what its rewrite took.
        cost: of the call that showed it: what it takes without row security, where no rewrite was tried.
    """
    took, then = fault.milliseconds, fault.rewritten
    if fault.kind == NOT_PARALLEL:
        return then is None or then < took * SHARED
    if fault.kind == INDEX_LOST:
        then = cost.bare if then is None else then
        return took - then >= GAINED or took >= then * TIMES
    return True
