"""What keeps VACUUM from removing dead rows: old transactions, prepared ones, replication slots."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="held-back",
    noun="session or slot that holds back vacuum",
    plural="sessions or slots that hold back vacuum",
    why="As long as it is there no row that died since can be removed, in any table, and its locks stay.",
    remark="Sessions from 5 minutes idle in a transaction, or an hour at work, on.",
)
