"""Indexes that were not used since counting began."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="unused-indexes",
    noun="unused index",
    why="Every write keeps it up, and no query has used it since counting began.",
    remark="Replicas count for themselves: one may use it all the same. From 1 MB on; left alone is what guarantees "
    "uniqueness or serves a foreign key.",
)
