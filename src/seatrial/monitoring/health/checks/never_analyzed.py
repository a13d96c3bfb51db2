"""Tables of which the planner knows nothing."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="never-analyzed",
    noun="table without statistics",
    plural="tables without statistics",
    why="The planner guesses how many rows there are and what is in them, and its guesses choose slow plans.",
)
