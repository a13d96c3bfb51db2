"""The errors of the server's log: by what they are about, and by statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.monitoring.logs.totals import events_of
from seatrial.monitoring.probe import Looked, Probe, Unreadable
from seatrial.monitoring.probes.asking import CATALOG
from seatrial.monitoring.probes.statement_texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seatrial.monitoring.logs.log import LogLine
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection
    from seatrial.sql.shape import Shape

__all__ = ["PROBE"]

#: Texts of one look; a statement whose text is not told now is told the next time that it fails.
_TEXTS = 100


def _look(connection: Connection, scope: Scope) -> Looked:
    if scope.log is None:
        raise Unreadable("no log of the server can be read")
    lines = scope.log.read(connection)
    if scope.log.lost:
        raise Unreadable(f"{scope.log.name}: a part of it was gone before it was read")
    roles = _Roles(scope.known)
    texts = texts_of(connection, _shapes(lines, roles, scope.known), scope.relations)
    return Looked(events=events_of(lines, roles.of), texts=texts)


class _Roles:
    """Whoever ran a statement: the log has the role that logged in, `pg_stat_statements` the one after SET ROLE."""

    def __init__(self, known: Iterable[str]) -> None:
        by_query: dict[str, set[str]] = {}
        for subject in known:
            role, _, query = subject.rpartition(" ")
            by_query.setdefault(query, set()).add(role)
        self._by_query = by_query

    def of(self, line: LogLine) -> str:
        """Of several that run this statement nobody knows which it was."""
        roles = self._by_query.get(line.query, set())
        return next(iter(roles)) if len(roles) == 1 else line.role


def _shapes(lines: Iterable[LogLine], roles: _Roles, known: frozenset[str]) -> Mapping[str, tuple[str, Shape]]:
    """Of statements that only the log knows: those that never came to an end are in no statistics."""
    found: dict[str, tuple[str, Shape]] = {}
    for line in lines:
        role = roles.of(line)
        subject = f"{role} {line.query}"
        if line.shape is not None and subject not in known and len(found) < _TEXTS:
            found.setdefault(subject, (role, line.shape))
    return found


PROBE = Probe(source="log", look=_look, path=CATALOG)
