"""The checks, in the order in which their sentences are read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from seatrial.monitoring.health.check import Check

__all__ = ["CHECKS"]

_NAMES = (
    "invalid_indexes", "duplicate_indexes", "unused_indexes", "foreign_keys", "tenant_columns", "bloated_indexes",
    "bloated_tables", "dead_rows", "never_analyzed", "sequential_scans", "transaction_ids", "sequences", "held_back",
    "unvalidated", "primary_keys", "cache_hits",
)  # fmt: skip


def _check(name: str) -> Check:
    return cast("Check", import_module(f"seatrial.monitoring.health.checks.{name}").CHECK)


CHECKS: tuple[Check, ...] = tuple(map(_check, _NAMES))
