"""Takes samples: asks each probe that is due, and goes on where one of them cannot look."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.sample import Sample
from seatrial.monitoring.probe import Unreadable
from seatrial.monitoring.probes.refused import why_refused
from seatrial.monitoring.probes.registry import PROBES
from seatrial.pg.connection import rows
from seatrial.pg.patience import answered_within
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_script, execute_statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.sample import Key, StatementText
    from seatrial.monitoring.probe import Looked, Probe, Scope
    from seatrial.pg.connection import Connection

__all__ = ["Sampler", "now_of"]

#: A look must not be in anybody's way: neither for long, nor in the queue for a lock, nor by compiling its queries.
_BEGIN = (
    "BEGIN /* seatrial */ READ ONLY; SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '200ms';"
    " SET LOCAL jit = off"
)
#: Seconds after which a connection that says nothing at all is given up.
_SILENCE = 60.0
#: Samples come a moment early or late; a probe is due when this part of its time has passed.
_NEARLY = 0.95
_REASONS = {
    "57014": "the server took longer than 5 seconds to answer",
    "55P03": "what it reads is locked, and it waits for nobody",
}


@dataclass(slots=True, kw_only=True)
class _Past:
    """What is known of one source from the looks before."""

    since: float
    tried: float | None = None
    memory: dict[str, object] = field(default_factory=dict)


class Sampler:
    """Looks at one target again and again."""

    def __init__(self, scope: Scope, probes: Sequence[Probe] = PROBES) -> None:
        """For a watch, or for what is usual before it.

        Args:
            scope: what the watch is about; its `since` is when the sources were looked at last, before this program.
            probes: the sources.
        """
        self._scope = scope
        self._probes = tuple(probes)
        self._past = {probe.source: _Past(since=scope.since) for probe in probes}

    def sample(self, connection: Connection, *, everything: bool = False) -> Sample:
        """Look at all sources that are due, each in a short read-only transaction.

        Args:
            connection: in autocommit mode, outside of a transaction.
            everything: also at those that are not due.

        Raises:
            ConnectionLost: the server went away, or said nothing for a minute.
        """
        begun = time.monotonic()
        at = now_of(connection)
        found: dict[str, Looked] = {}
        unread: dict[str, str] = {}
        for probe in self._probes:
            if not (everything or self._is_due(probe, at)):
                continue
            try:
                found[probe.source] = self._look(connection, probe, at)
            except Unreadable as gap:
                unread[probe.source] = gap.why
        self._scope = replace(self._scope, known=self._scope.known.union(*(one.texts for one in found.values())))
        return _sample(at, time.monotonic() - begun, found, unread)

    def _is_due(self, probe: Probe, at: float) -> bool:
        tried = self._past[probe.source].tried
        # A clock that was put back must not keep anybody from looking.
        return tried is None or abs(at - tried) >= probe.every * _NEARLY

    def _look(self, connection: Connection, probe: Probe, at: float) -> Looked:
        past = self._past[probe.source]
        past.tried = at
        scope = replace(self._scope, since=past.since, now=at, memory=past.memory)
        with answered_within(connection, _SILENCE):
            looked = _in_transaction(connection, probe, scope)
        past.since = at
        return looked


def now_of(connection: Connection) -> float:
    """Seconds since 1970, by the server's clock."""
    with answered_within(connection, _SILENCE):
        [now] = rows(connection, load("seatrial.monitoring.probes", "now"))
    return float(now["at"])


def _in_transaction(connection: Connection, probe: Probe, scope: Scope) -> Looked:
    path = f"; SET LOCAL search_path = {probe.path}" if probe.path else ""
    execute_script(connection, _BEGIN + path)
    try:
        looked = probe.look(connection, scope)
    except StatementFailed as error:
        _end(connection)
        raise Unreadable(_REASONS.get(error.sqlstate) or why_refused(error)) from error
    except Unreadable:
        _end(connection)
        raise
    _end(connection)
    return looked


def _end(connection: Connection) -> None:
    """COMMIT, as the server counts what is rolled back; after an error it is the same."""
    execute_statement(connection, "COMMIT")


def _sample(at: float, took: float, found: dict[str, Looked], unread: dict[str, str]) -> Sample:
    counters: dict[Key, float] = {}
    events: dict[Key, float] = {}
    levels: dict[Key, float] = {}
    texts: dict[str, StatementText] = {}
    missing = dict(unread)
    for source, looked in found.items():
        missing.update({f"{source}.{part}": why for part, why in looked.unread.items()})
        counters.update(looked.counters)
        events.update(looked.events)
        levels.update(looked.levels)
        texts.update(looked.texts)
    return Sample(
        at=at,
        took=took,
        looked=frozenset(found),
        unread=missing,
        epochs={source: looked.epoch for source, looked in found.items() if looked.epoch},
        counters=counters,
        events=events,
        levels=levels,
        texts=texts,
    )
