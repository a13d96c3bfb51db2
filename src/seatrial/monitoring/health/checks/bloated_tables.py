"""Tables that are much larger than their rows."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="bloated-tables",
    noun="bloated table",
    why="Most of it is empty space, which is read, cached and backed up with the rest.",
    remark="An estimate from the statistics of ANALYZE, after github.com/ioguix/pgsql-bloat-estimation: from 10 MB of "
    "empty space and half of the table on.",
)
