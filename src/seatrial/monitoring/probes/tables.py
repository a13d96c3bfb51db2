"""Tables: dead rows, what is read from end to end, and size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.monitoring.probe import Looked, Probe
from seatrial.monitoring.probes.asking import CATALOG, SLOW, asked, epoch

if TYPE_CHECKING:
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection

__all__ = ["PROBE"]

#: Tables that are looked at, the release's first.
_MOST = 300


def look(connection: Connection, scope: Scope) -> Looked:
    """Read statistics and sizes; a table that somebody has locked for himself has no size for now."""
    found = asked(connection, "tables", {"ours": sorted(scope.relations), "most": _MOST})
    sizes = {("tables.size", one["table"]): one["size"] for one in found if one["size"] is not None}
    return Looked(
        counters={("tables.scanned", one["table"]): one["scanned"] for one in found},
        levels={("tables.dead", one["table"]): one["dead"] for one in found} | sizes,
        epoch=epoch(connection),
    )


PROBE = Probe(source="tables", look=look, every=SLOW, path=CATALOG)
