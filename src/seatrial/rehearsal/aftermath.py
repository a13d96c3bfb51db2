"""What only shows when all is applied: indexes that are missing or unusable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.trial import UnindexedKey
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["boundary", "unindexed_keys"]

PACKAGE = "seatrial.rehearsal"


def boundary(observer: Connection) -> int:
    """The highest OID so far."""
    return int(rows(observer, load(PACKAGE, "boundary"))[0]["newest"])


def unindexed_keys(observer: Connection, since: int) -> tuple[UnindexedKey, ...]:
    """Foreign keys that were made since, and that no index of their table supports."""
    return tuple(UnindexedKey(**row) for row in rows(observer, load(PACKAGE, "unindexed_keys"), {"since": since}))
