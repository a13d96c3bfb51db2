"""Policies, privileges, owners, row security, functions, views and roles: whether they are as they were proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.catalog.security import security_mark, security_of
from seatrial.monitoring.probe import Looked, Probe, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection

__all__ = ["PROBE", "drift"]


def drift(proved: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Objects that are other than they were, new or gone."""
    return sorted(name for name in proved.keys() | now.keys() if proved.get(name) != now.get(name))


def _look(connection: Connection, scope: Scope) -> Looked:
    if scope.baseline is None:
        return Looked()
    if not scope.baseline.security:
        raise Unreadable("nobody has noted what was proved")
    found = drift(scope.baseline.security, _now(connection, scope.memory))
    return Looked(levels={("security.drift", name): 1.0 for name in found})


def _now(connection: Connection, memory: dict[str, object]) -> Mapping[str, str]:
    """All of it, anew only where something may have changed since the look before."""
    # The mark comes first: what changes between the two is looked at again the next time.
    mark = security_mark(connection)
    seen = memory.get(mark)
    if not isinstance(seen, dict):
        seen = dict(security_of(connection))
        memory.clear()
        memory[mark] = seen
    return seen


PROBE = Probe(source="security", look=_look, every=60.0, path="pg_catalog")
