"""Foreign keys whose columns no index begins with."""

from __future__ import annotations

from seatrial.monitoring.health.check import Check

__all__ = ["CHECK"]

CHECK = Check(
    name="foreign-keys",
    noun="foreign key without an index",
    plural="foreign keys without an index",
    why="Each deleted row, and each changed key, of the referenced table has the whole referencing table read.",
    remark="Only where the referenced table is written to, or one of both has 10 MB or more.",
)
