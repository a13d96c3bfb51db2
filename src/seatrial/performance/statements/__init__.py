"""The workload of a target, as pg_stat_statements has seen it."""

from __future__ import annotations

from seatrial.performance.statements.read import workload_from

__all__ = ["workload_from"]
