"""What the sessions of clients are at: the oldest transaction, those that idle, and how many places are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.sample import WHOLE
from seatrial.monitoring.probe import Looked, Probe, Unreadable
from seatrial.monitoring.probes.asking import CATALOG, asked

if TYPE_CHECKING:
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection

__all__ = ["PROBE"]


def look(connection: Connection, _: Scope) -> Looked:
    """Read `pg_stat_activity` and the transactions that are prepared.

    Raises:
        Unreadable: some sessions may not be looked into, so that nobody knows how old the oldest transaction is.
    """
    [seen] = asked(connection, "activity")
    if seen["hidden"]:
        raise Unreadable(
            f"{seen['hidden']} sessions of other roles are hidden: GRANT pg_read_all_stats to whoever watches"
        )
    levels = {
        ("activity.oldest", WHOLE): max(seen["oldest_session"], seen["oldest_prepared"]),
        ("activity.idle", WHOLE): seen["idle"],
        ("activity.connections", WHOLE): seen["connections"],
    }
    return Looked(levels=levels | {("activity.sessions", state): float(n) for state, n in seen["states"].items()})


PROBE = Probe(source="activity", look=look, path=CATALOG)
