"""How much of what is read comes from memory."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="cache-hits",
    noun="cache that is too small",
    plural="caches that are too small",
    why="What is not in the buffers of the server is read from disk, or from the cache of the operating system.",
    remark="Below 95 % of all blocks since counting began.",
)
