"""Indexes that no query uses and every write keeps up: what is left where building one was cut off."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="invalid-indexes",
    noun="invalid index",
    why="No query uses an invalid index, every write may still have to keep it up, and a unique one guarantees "
    "nothing.",
)
