"""Which sources a sample looks at, and what becomes of one that cannot be looked at."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from tests.faults.asking import wait_until
from tests.postgres.monitoring.looks import CONTACTS, contacts, sampler

from seatrial.model.sample import WHOLE, source_of
from seatrial.model.watch import Baseline
from seatrial.monitoring.probe import Looked, Probe, Scope, Unreadable
from seatrial.monitoring.probes.registry import PROBES
from seatrial.monitoring.sampler import Sampler
from seatrial.monitoring.signals import SIGNALS
from seatrial.pg.connection import execute
from seatrial.pg.failure import ConnectionLost
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server


@dataclass
class Noting:
    """A probe that notes what it was given."""

    seen: list[Scope] = field(default_factory=list)

    def __call__(self, _: Connection, scope: Scope) -> Looked:
        """Look."""
        self.seen.append(scope)
        return Looked(levels={("noted.looks", WHOLE): float(len(self.seen))})


def asking(statement: str, source: str = "asking") -> Probe:
    """A probe that sends one statement."""

    def look(connection: Connection, _: Scope) -> Looked:
        execute_statement(connection, statement)
        return Looked(levels={(f"{source}.asked", WHOLE): 1.0})

    return Probe(source=source, look=look)


def test_every_signal_is_of_a_source_that_has_a_probe() -> None:
    sources = {probe.source for probe in PROBES}
    assert {source_of(name) for signal in SIGNALS for name in (signal.quantity, signal.over) if name} <= sources


def test_every_quantity_of_these_sources_comes_from_a_probe(application: Connection, watcher: Connection) -> None:
    application.execute(CONTACTS)
    application.execute("CREATE INDEX a ON public.contacts (email)")
    application.execute(
        "CREATE TABLE public.large AS SELECT n, md5(n::text) AS word FROM generate_series(1, 250000) AS n"
    )
    application.execute("CREATE INDEX large_word ON public.large (word); ANALYZE public.large")
    scope = Scope(
        changes=(*contacts(), *contacts("a", kind="index")),
        baseline=Baseline(since=0, until=1, statements=frozenset("x")),
    )
    mine = ("statements", "database", "activity", "locks", "tables", "indexes")
    sample = sampler(*mine, scope=scope).sample(watcher, everything=True)
    assert not sample.unread
    made = {quantity for quantity, _ in (*sample.counters, *sample.levels)}
    asked = {name for signal in SIGNALS for name in (signal.quantity, signal.over) if source_of(name) in mine}
    assert asked <= made


def test_a_source_is_looked_at_when_it_is_due(watcher: Connection) -> None:
    always, seldom = Noting(), Noting()
    taken = Sampler(
        Scope(since=5.0),
        [Probe(source="always", look=always), Probe(source="seldom", look=seldom, every=3600)],
    )
    assert taken.sample(watcher).looked == {"always", "seldom"}
    assert taken.sample(watcher).looked == {"always"}
    assert taken.sample(watcher, everything=True).looked == {"always", "seldom"}
    first, second = seldom.seen
    assert first.since == 5.0
    assert second.since == first.now > 5.0


def test_one_that_cannot_be_looked_at_is_a_gap_of_its_own(watcher: Connection) -> None:
    def unreadable(_: Connection, __: Scope) -> Looked:
        raise Unreadable("nobody is at home")

    noting = Noting()
    probes = [
        Probe(source="home", look=unreadable), asking("SELECT * FROM nowhere"), Probe(source="noted", look=noting),
    ]  # fmt: skip
    sample = Sampler(Scope(), probes).sample(watcher)
    assert sample.looked == {"noted"}
    assert sample.levels == {("noted.looks", WHOLE): 1.0}
    assert sample.unread["home"] == "nobody is at home"
    assert "nowhere" in sample.unread["asking"]


def test_why_a_source_is_unread_quotes_no_value(watcher: Connection) -> None:
    sample = Sampler(Scope(), [asking("SELECT 'anna@example.org'::int")]).sample(watcher)
    assert "22P02" in sample.unread["asking"]
    assert "anna" not in sample.unread["asking"]


def test_a_part_that_cannot_be_looked_at_is_named(watcher: Connection) -> None:
    def look(_: Connection, __: Scope) -> Looked:
        return Looked(unread={"failed sends": "there is no such table"})

    sample = Sampler(Scope(), [Probe(source="tenants", look=look)]).sample(watcher)
    assert sample.looked == {"tenants"}
    assert sample.unread == {"tenants.failed sends": "there is no such table"}


def test_a_look_writes_nothing(watcher: Connection) -> None:
    sample = Sampler(Scope(), [asking("CREATE TABLE public.ours (id int)")]).sample(watcher)
    assert "25006" in sample.unread["asking"]


def test_a_look_waits_for_no_lock(application: Connection, watcher: Connection) -> None:
    application.execute(CONTACTS)
    application.execute("BEGIN; LOCK TABLE public.contacts")
    sample = Sampler(Scope(), [asking("SELECT * FROM public.contacts"), Probe(source="noted", look=Noting())]).sample(
        watcher
    )
    assert sample.unread == {"asking": "what it reads is locked, and it waits for nobody"}
    assert sample.looked == {"noted"}
    application.execute("ROLLBACK")


def test_a_look_that_takes_long_is_ended(watcher: Connection) -> None:
    slow = asking("SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(60)")
    sample = Sampler(Scope(), [slow, Probe(source="noted", look=Noting())]).sample(watcher)
    assert sample.unread == {"asking": "the server took longer than 5 seconds to answer"}
    assert sample.looked == {"noted"}


def test_the_time_limits_are_short_and_end_with_the_look(watcher: Connection) -> None:
    seen: list[tuple[object, ...]] = []

    def look(connection: Connection, _: Scope) -> Looked:
        question = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
        seen.extend(connection.execute(question).fetchall())
        return Looked()

    Sampler(Scope(), [Probe(source="limits", look=look)]).sample(watcher)
    assert seen == [("5s", "200ms")]
    assert watcher.execute("SHOW lock_timeout").fetchall() == [("0",)]


def test_the_moment_is_the_servers(watcher: Connection) -> None:
    [[before]] = watcher.execute("SELECT extract(epoch FROM clock_timestamp())").fetchall()
    sample = Sampler(Scope(), []).sample(watcher)
    [[after]] = watcher.execute("SELECT extract(epoch FROM clock_timestamp())").fetchall()
    assert float(before) <= sample.at <= float(after)


def test_a_lost_connection_is_no_gap(host: Server, watcher: Connection) -> None:
    taken = sampler("locks", "activity")
    taken.sample(watcher)
    with host.superuser() as superuser:
        execute(superuser, "SELECT pg_terminate_backend(%(pid)s)", {"pid": watcher.info.backend_pid})
        gone = "SELECT FROM pg_stat_activity WHERE pid = %s"
        wait_until(lambda: not superuser.execute(gone, [watcher.info.backend_pid]).fetchall(), "it is gone")
    with pytest.raises(ConnectionLost):
        taken.sample(watcher)


def test_a_server_that_says_nothing_is_given_up(watcher: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = watcher.info.backend_pid
    taken = sampler("locks")
    taken.sample(watcher)
    monkeypatch.setattr("seatrial.monitoring.sampler._SILENCE", 0.5)
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(ConnectionLost):
            taken.sample(watcher)
    finally:
        os.kill(backend, signal.SIGCONT)
