"""A demo's production that a test may break."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.flows.demo_applications import applications
from seatrial.flows.demo_traffic import Traffic
from seatrial.flows.folder import read_folder
from seatrial.scratch.server import LOGIN

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from seatrial.flows.folder import Folder
    from seatrial.scratch.server import Server

__all__ = ["Production", "shipped", "until"]

#: Seconds in which traffic does what it is waited for, on a machine with other things to do.
PATIENCE = 60.0


def shipped() -> Folder:
    """The release."""
    return read_folder(Path(__file__).parents[3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """One database."""

    server: Server
    database: str

    @property
    def dsn(self) -> str:
        """As the role that deploys."""
        return self.server.own_dsn(self.database)

    def traffic(self) -> Traffic:
        """Of the demo."""
        return Traffic(self.server.own_dsn(self.database, LOGIN), applications(shipped().release.workload))


def until(traffic: Traffic, what: Callable[[Counter[tuple[str, str]]], bool]) -> Counter[tuple[str, str]]:
    """Wait for traffic to have come that far; what it has done then."""
    end = time.monotonic() + PATIENCE
    while not what(counts := traffic.counts()):
        assert time.monotonic() < end, f"it has not come that far: {counts}"
        time.sleep(0.05)
    return counts
