"""How far replicas are behind, and what replication slots hold back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.monitoring.probe import Looked, Probe, Unreadable
from seatrial.monitoring.probes.asking import CATALOG, asked

if TYPE_CHECKING:
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection

__all__ = ["PROBE"]


def look(connection: Connection, _: Scope) -> Looked:
    """Read `pg_stat_replication` and `pg_replication_slots`; nothing where there is no replica.

    Raises:
        Unreadable: there are replicas, and this role may not see how they stand.
    """
    replicas = asked(connection, "replicas")
    if any(one["is_hidden"] for one in replicas):
        raise Unreadable("replicas hide how far they are behind: GRANT pg_read_all_stats to whoever watches")
    levels: dict[tuple[str, str], float] = {}
    for one in replicas:
        for quantity, value in (("replication.lag", one["seconds"]), ("replication.bytes", one["bytes"])):
            if value is not None:
                # Two of one name are told apart by nothing that stays; the slower one speaks for both.
                levels[quantity, one["replica"]] = max(value, levels.get((quantity, one["replica"]), value))
    slots = {("replication.held", one["slot"]): one["bytes"] for one in asked(connection, "slots")}
    return Looked(levels=levels | slots)


PROBE = Probe(source="replication", look=look, path=CATALOG)
