"""Tables whose oldest rows have waited long for their freezing."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="transaction-ids",
    noun="table near transaction id wraparound",
    plural="tables near transaction id wraparound",
    why="At 2.1 billion transactions without a freezing VACUUM the server stops taking writes.",
)
