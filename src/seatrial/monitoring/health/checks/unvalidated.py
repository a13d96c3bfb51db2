"""Constraints that hold for new rows only."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="unvalidated",
    noun="constraint that is NOT VALID",
    plural="constraints that are NOT VALID",
    why="Old rows may violate it, and the planner does not count on it.",
)
