"""What the transaction that is open has made or changed so far, as digests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from seatrial.catalog.settled_text import settled
from seatrial.pg.prepared import ask_prepared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.pg.connection import Connection

__all__ = ["touched"]


def touched(connection: Connection) -> Mapping[str, str]:
    """Tables, columns, constraints, indexes, triggers, types and schemas that it wrote: object → digest.

    The cost is that of what was touched, not of the schema. Names are qualified where the search path asks for it, so
    the session's must be reset before. What it dropped is not told.
    """
    found = ask_prepared(connection, "seatrial.catalog", "touched")
    return {row["object"]: hashlib.sha256(settled(row["facts"]).encode()).hexdigest()[:32] for row in found}
