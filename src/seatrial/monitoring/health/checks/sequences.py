"""Sequences, and integer columns behind them, that end soon."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="sequences",
    noun="sequence near its end",
    plural="sequences near their end",
    why="When the numbers are used up every INSERT fails.",
    remark="From 70 % on; urgent from 90 % on.",
)
