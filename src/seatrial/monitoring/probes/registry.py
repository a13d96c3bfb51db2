"""The probes of a watch: the one list of sources that are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.monitoring.probes import (
    activity,
    database,
    indexes,
    locks,
    log,
    plans,
    replication,
    security,
    statements,
    tables,
    tenants,
)

if TYPE_CHECKING:
    from seatrial.monitoring.probe import Probe

__all__ = ["PROBES"]

#: In the order in which they are looked at: what is cheap and short-lived first.
PROBES: tuple[Probe, ...] = (
    locks.PROBE,
    activity.PROBE,
    database.PROBE,
    replication.PROBE,
    statements.PROBE,
    log.PROBE,
    tenants.PROBE,
    security.PROBE,
    plans.PROBE,
    tables.PROBE,
    indexes.PROBE,
)
