"""What this database counts as a whole: transactions, rollbacks, deadlocks, pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.sample import WHOLE
from seatrial.monitoring.probe import Looked, Probe
from seatrial.monitoring.probes.asking import CATALOG, asked, epoch

if TYPE_CHECKING:
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection

__all__ = ["PROBE"]


def look(connection: Connection, _: Scope) -> Looked:
    """Read `pg_stat_database`."""
    [counted] = asked(connection, "database")
    return Looked(
        counters={(f"database.{name}", WHOLE): value for name, value in counted.items()}, epoch=epoch(connection)
    )


PROBE = Probe(source="database", look=look, path=CATALOG)
