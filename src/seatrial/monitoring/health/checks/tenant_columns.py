"""Tenant columns of [tenancy] that no index begins with."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="tenant-columns",
    noun="tenant column without an index",
    plural="tenant columns without an index",
    why="Row security asks for this column in every query; without an index each of them reads the whole table.",
    needs="[tenancy] of seatrial.toml",
)
