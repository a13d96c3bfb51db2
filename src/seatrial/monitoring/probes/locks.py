"""Who waits for a lock, by table, and for how long."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from seatrial.model.sample import WHOLE
from seatrial.monitoring.probe import Looked, Probe
from seatrial.monitoring.probes.asking import CATALOG, asked

if TYPE_CHECKING:
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection

__all__ = ["PROBE"]


def look(connection: Connection, scope: Scope) -> Looked:
    """Read `pg_locks`; what is on no table is the whole server's.

    Nobody waiting is a fact as well: of the release's tables, and of the whole.
    """
    quantities = ("locks.waiting", "locks.longest_wait")
    levels = dict.fromkeys(product(quantities, (WHOLE, *scope.relations)), 0.0)
    for wait in asked(connection, "locks"):
        levels["locks.waiting", wait["table"]] = wait["waiting"]
        levels["locks.longest_wait", wait["table"]] = wait["longest"]
    return Looked(levels=levels)


PROBE = Probe(source="locks", look=look, path=CATALOG)
