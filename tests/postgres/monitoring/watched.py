"""A table whose rows a policy keeps apart, what is asked of it, and one look of a probe at it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seatrial.model.watch import Baseline, Declared
from seatrial.model.workload import WorkloadQuery
from seatrial.monitoring.probe import Scope
from seatrial.pg.connection import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.monitoring.probe import Looked, Probe
    from seatrial.pg.connection import Connection

__all__ = ["NOTES", "baseline", "declared", "look", "query"]

#: Large enough for an index to be worth it.
NOTES = """
CREATE TABLE public.notes (id int PRIMARY KEY, organization text NOT NULL, body text NOT NULL, failed boolean NOT NULL);
INSERT INTO public.notes
SELECT n, 'organization ' || n % 500, repeat('words ', 20), n % 10 = 0 FROM generate_series(1, 20000) AS n;
CREATE INDEX notes_organization ON public.notes (organization);
GRANT SELECT ON public.notes TO authenticated;
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY notes_select ON public.notes FOR SELECT TO authenticated USING (true);
ANALYZE public.notes;
"""


def look(connection: Connection, probe: Probe, scope: Scope) -> Looked:
    """Once, as the sampler does it."""
    with snapshot(connection):
        return probe.look(connection, scope)


def baseline(
    *, security: Mapping[str, str] | None = None, plans: Mapping[str, tuple[str, ...]] | None = None
) -> Baseline:
    """What was noted when the watch began."""
    return Baseline(since=0, until=60, security=security or {}, plans=plans or {})


def query(sql: str, *, name: str = "mine", index: str = "", role: str = "authenticated") -> WorkloadQuery:
    """One of the workload's."""
    return WorkloadQuery(name=name, role=role, claims={"role": role}, sql=sql, params=("organization 7",), index=index)


def declared(*queries: str, since: float = 0.0) -> Scope:
    """A watch of these queries, called `query 1` and so on."""
    found = [
        Declared(name=f"query {number}", sql=sql, per="organization") for number, sql in enumerate(queries, start=1)
    ]
    return asked(found, since)


def asked(queries: Sequence[Declared], since: float) -> Scope:
    """They are asked now."""
    return Scope(declared=tuple(queries), since=since, now=time.time())
