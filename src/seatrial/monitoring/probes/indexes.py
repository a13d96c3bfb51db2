"""Indexes: INVALID, unused, covered by another one, bloated; and foreign keys without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.model.sample import WHOLE
from seatrial.monitoring.probe import Looked, Probe
from seatrial.monitoring.probes.asking import CATALOG, SLOW, asked, epoch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.sample import Key
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection

__all__ = ["PROBE"]

#: Tables whose indexes are looked at, the release's first.
_MOST = 200
#: Pages, of 8 kB, of an index that is worth an estimate.
_LARGE = 1280


def look(connection: Connection, scope: Scope) -> Looked:
    """Read the catalog and statistics of indexes."""
    made = sorted(change.name for change in scope.changes if change.kind == "index" and not change.gone)
    scope_of = {"ours": sorted(scope.relations), "most": _MOST}
    found = asked(connection, "indexes", {**scope_of, "indexes": made, "large": _LARGE})
    keys = asked(connection, "bare_keys", scope_of)
    levels: dict[Key, float] = {
        (f"indexes.{what}", WHOLE): 0.0 for what in ("invalid", "duplicate", "bare_key")
    }  # fmt: skip
    for one in found:
        levels.update(_levels(one))
    levels.update({("indexes.bare_key", one["constraint"]): 1.0 for one in keys})
    counters = {("indexes.scans", one["index"]): one["scans"] for one in found if one["is_ours"]}
    return Looked(counters=counters, levels=levels, epoch=epoch(connection))


def _levels(one: dict[str, Any]) -> Iterator[tuple[Key, float]]:
    """What is wrong with an index; of the release's own also that nothing is."""
    index = one["index"]
    for what in ("invalid", "duplicate"):
        if one[what] or one["is_made"]:
            yield (f"indexes.{what}", index), float(one[what])
    # One that keeps a rule is of use without being read.
    if one["is_made"] and not one["is_rule"]:
        yield ("indexes.unused", index), float(one["scans"] == 0)
    if one["bloat"] is not None:
        yield ("indexes.bloat", index), one["bloat"]


PROBE = Probe(source="indexes", look=look, every=SLOW, path=CATALOG)
