"""Indexes whose work another one does as well."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="duplicate-indexes",
    noun="index that another one covers",
    plural="indexes that others cover",
    why="Another index answers the same queries, and every write keeps both of them up.",
    remark="Left alone is what a constraint, uniqueness or the replica identity rests on.",
)
