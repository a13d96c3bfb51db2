"""Tables whose rows nobody can name."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="primary-keys",
    noun="table without a primary key",
    plural="tables without a primary key",
    why="Rows cannot be told apart, and logical replication refuses UPDATE and DELETE without a replica identity.",
)
