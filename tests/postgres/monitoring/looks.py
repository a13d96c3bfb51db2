"""One look at some sources of a target, as a watch takes it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

from tests.faults.asking import wait_until

from seatrial.errors import StatementFailed
from seatrial.model.watch import Change
from seatrial.monitoring.probe import Scope
from seatrial.monitoring.probes.registry import PROBES
from seatrial.monitoring.sampler import Sampler
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.sample import Sample
    from seatrial.pg.connection import Connection

__all__ = ["CONTACTS", "blocked", "contacts", "counted", "look", "sampler"]

CONTACTS = """
CREATE TABLE public.contacts (id int PRIMARY KEY, email text);
INSERT INTO public.contacts SELECT n, 'someone-' || n || '@example.org' FROM generate_series(1, 1000) AS n;
"""


def contacts(*names: str, kind: str = "table") -> tuple[Change, ...]:
    """The release changed `public.contacts`, or made something on it."""
    return tuple(
        Change(kind=kind, name=f"public.{name}", relation="public.contacts", label="20260101000000_contacts")
        for name in names or ("contacts",)
    )


def sampler(*sources: str, scope: Scope | None = None) -> Sampler:
    """Of these sources only."""
    return Sampler(scope or Scope(changes=contacts()), [probe for probe in PROBES if probe.source in sources])


def look(watcher: Connection, source: str, scope: Scope | None = None) -> Sample:
    """A first look at one source, which must be readable."""
    sample = sampler(source, scope=scope).sample(watcher)
    assert not sample.unread
    return sample


def counted(connection: Connection) -> None:
    """Have a session's statistics told, which it does by itself after a while."""
    execute_statement(connection, "SELECT pg_stat_force_next_flush()")
    execute_statement(connection, "SELECT")


@contextmanager
def blocked(dsn: str, statement: str) -> Iterator[None]:
    """Somebody who waits for a lock, and gives up at the end."""
    with connect(dsn) as waiting, connect(dsn) as seeing:
        worker = Thread(target=_run, args=(waiting, statement))
        worker.start()
        question = "SELECT FROM pg_locks WHERE pid = %s AND NOT granted"
        wait_until(lambda: seeing.execute(question, [waiting.info.backend_pid]).fetchall(), "it waits")
        try:
            yield
        finally:
            waiting.cancel_safe()
            worker.join()


def _run(connection: Connection, statement: str) -> None:
    with suppress(StatementFailed):
        execute_statement(connection, statement)
