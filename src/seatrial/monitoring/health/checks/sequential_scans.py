"""Large tables that are read from one end to the other again and again."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="sequential-scans",
    noun="large table that is read as a whole",
    plural="large tables that are read as a whole",
    why="Each such scan reads thousands of rows to find a few, and gets slower with every row.",
    remark="From 100 scans of 10,000 rows and more on. Statements are those that name the table, by total time: "
    "EXPLAIN tells which of them scan it, and so which index is missing.",
)
