"""Tables that autovacuum does not look after."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="dead-rows",
    noun="table that vacuum is behind with",
    plural="tables that vacuum is behind with",
    why="Dead rows are read by every scan, and no space is used again before VACUUM has been there.",
)
