"""B-tree indexes that are much larger than what they hold."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="bloated-indexes",
    noun="bloated index",
    why="Most of it is empty space, which is read, cached and backed up with the rest.",
    remark="An estimate from the statistics of ANALYZE, after github.com/ioguix/pgsql-bloat-estimation: from 5 MB of "
    "empty space and half of the index on.",
)
