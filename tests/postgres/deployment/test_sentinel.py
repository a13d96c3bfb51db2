"""The session that looks after the one that works: waits, lost answers, its own end, and how far an index is."""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until
from tests.faults.proxy import proxy
from tests.faults.wire import Message, Moment
from tests.postgres.deployment.harbour import Harbour, blocked, holds, running, somebody, whole

from seatrial.errors import Exit
from seatrial.flows.ending import ended
from seatrial.model.execution import Ending
from seatrial.model.release import Target
from seatrial.model.terms import Terms
from seatrial.pg.connection import Connection, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.proxy import Proxy, Wire
    from tests.faults.server import FaultServer
    from tests.postgres.deployment.harbour import Voyage

    from seatrial.model.outcome import Outcome

BOATS = whole("public.boats")
CALM = Terms(deadline_ms=30_000, hold_seconds=60, patience_seconds=60)
#: The server is asked for three seconds whether it has answered.
NOT_FOR_EVER = 40.0
_numbers = count(1)


@pytest.fixture
def harbour(ashore: FaultServer) -> Iterator[Harbour]:
    """With boats."""
    name = f"watched_{next(_numbers)}"
    ashore.clone(name)
    with connect(ashore.dsn(name)) as connection:
        connection.execute("CREATE TABLE public.boats (id int PRIMARY KEY, name text)")
        connection.execute("INSERT INTO public.boats SELECT i, 'boat' FROM generate_series(1, 100) AS g (i)")
    yield Harbour(dsn=ashore.dsn(name))
    ashore.drop(name)


def watchers(looking: Connection) -> list[int]:
    """Processes of its connections to this database."""
    return [
        row[0] for row in looking.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE application_name = 'seatrial watch' AND datname = current_database()"
        ).fetchall()
    ]  # fmt: skip


def outcome_of(voyage: Voyage, harbour: Harbour) -> Outcome:
    """What the command says of it."""
    return ended(voyage.execution, Path(), Target(name="it", dsn=harbour.dsn, argument="it"))


@contextmanager
def whatever_comes(between: Proxy) -> Iterator[None]:
    """Who would wait for ever is cut off, and the test fails."""

    def cut_all() -> None:
        for wire in between.wires:
            wire.cut()

    timer = threading.Timer(NOT_FOR_EVER, cut_all)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def test_the_longest_wait_of_others_is_seen(harbour: Harbour) -> None:
    file = "LOCK TABLE public.boats; SELECT pg_sleep(1.5);"
    with (
        connect(harbour.dsn) as looking, connect(harbour.dsn) as reader,
        harbour.deploying(file, terms=CALM, locks=BOATS) as deploying,
    ):  # fmt: skip
        wait_until(lambda: holds(looking, harbour.worker, "boats"), "it has the lock")
        with running(reader, "SELECT count(*) FROM public.boats") as query:
            wait_until(lambda: blocked(looking, reader.info.backend_pid), "the reader waits")
            begun = time.monotonic()
            query.result()
            waited = time.monotonic() - begun
        voyage = deploying.result()
    assert voyage.execution.ending is Ending.COMPLETE
    # It looks ten times a second.
    assert voyage.longest_wait > waited - 0.5
    assert voyage.longest_wait > 0.2


@pytest.mark.parametrize(
    ("swallowed", "code", "sentence"),
    [
        ("COMMIT", Exit.REMAINS, "Connection lost in 20260101000000_x: 1 migration, 20260101000000_x among them, kept"),
        ("CREATE TABLE public.sails", Exit.NO, "Connection lost in 20260101000000_x: nothing of this run remains"),
    ],
)  # fmt: skip
def test_an_answer_that_is_lost_is_not_waited_for_and_what_happened_is_looked_up(
    ashore: FaultServer, harbour: Harbour, swallowed: str, code: Exit, sentence: str
) -> None:
    seen: list[Message] = []

    def swallow(wire: Wire, message: Message, moment: Moment) -> None:
        """The first one after the work has begun."""
        if message.connection == "seatrial" and moment is Moment.AFTER:
            seen.append(message)
            began = any("CREATE TABLE public.sails" in one.text for one in seen)
            wire.is_deaf = began and message.text.startswith(swallowed)

    with proxy(ashore.port, swallow) as between:
        way = f"postgresql://postgres@127.0.0.1:{between.port}/{harbour.database}?sslmode=disable&gssencmode=disable"
        harbour.reach = lambda name: connect(way, application_name=name)
        begun = time.monotonic()
        with whatever_comes(between):
            voyage = harbour.deploy("CREATE TABLE public.sails (id int);")
        outcome = outcome_of(voyage, harbour)
    assert time.monotonic() - begun < NOT_FOR_EVER
    assert voyage.execution.ending is Ending.LOST
    assert outcome.exit_code is code
    assert outcome.summary.startswith(sentence)
    with connect(harbour.dsn) as connection:
        [(there,)] = connection.execute("SELECT to_regclass('public.sails') IS NOT NULL").fetchall()
    assert there is (code is Exit.REMAINS)


def test_when_its_own_connection_is_cut_it_opens_another_and_the_work_goes_on(harbour: Harbour) -> None:
    file = "LOCK TABLE public.boats; SELECT pg_sleep(8);"
    with (
        connect(harbour.dsn) as looking, connect(harbour.dsn) as reader,
        harbour.deploying(file, terms=CALM, locks=BOATS) as deploying,
    ):  # fmt: skip
        wait_until(lambda: holds(looking, harbour.worker, "boats"), "it has the lock")
        [cut] = watchers(looking)
        looking.execute("SELECT pg_terminate_backend(%s)", [cut])
        wait_until(lambda: watchers(looking) not in ([], [cut]), "another one looks")
        with running(reader, "SELECT count(*) FROM public.boats"):
            voyage = deploying.result()
    assert voyage.execution.ending is Ending.COMPLETE
    assert voyage.longest_wait > 0, "it sees as before"


def test_an_index_says_how_far_it_is_and_for_whom_it_waits(harbour: Harbour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seatrial.deployment.progress.LINE_SECONDS", 0.2)
    index = "CREATE INDEX CONCURRENTLY boats_name ON public.boats (name);"
    # No process has such a number.
    query = "SELECT FROM public.boats WHERE id = 4711000123"
    with somebody(harbour.dsn, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", query) as reader:
        pid = reader.info.backend_pid
        with harbour.deploying(index, terms=CALM) as deploying:
            wait_until(lambda: any(f"process {pid}" in line for line in harbour.told.lines), "it says for whom")
            assert not deploying.done()
            reader.execute("COMMIT")
            voyage = deploying.result()
    assert voyage.execution.ending is Ending.COMPLETE
    at = next(number for number, line in enumerate(voyage.lines) if f"process {pid}" in line)
    # Others of the server may be in the way for a moment.
    assert re.fullmatch(
        r"    boats_name: waiting for old snapshots \(\d of \d\), .* so far", voyage.lines[at - 1]
    )  # fmt: skip
    assert voyage.lines[at + 1 : at + 3] == [
        "      its query: SELECT FROM public.boats WHERE id = $1",
        f"      to end it: select pg_terminate_backend({pid})",
    ]
    assert "4711000123" not in voyage.said


def test_a_server_that_takes_no_further_connection_is_no_reason_to_stop(ashore: FaultServer, harbour: Harbour) -> None:
    """Its connection is gone, and there is no other to be had: the work goes on unseen."""
    file = "LOCK TABLE public.boats; SELECT pg_sleep(3);"
    database = harbour.database
    with connect(harbour.dsn) as looking, ashore.superuser() as superuser:
        with harbour.deploying(file, terms=CALM, locks=BOATS) as deploying:
            wait_until(lambda: holds(looking, harbour.worker, "boats"), "it has the lock")
            superuser.execute(f"ALTER DATABASE {database} CONNECTION LIMIT 0".encode())
            [cut] = watchers(looking)
            looking.execute("SELECT pg_terminate_backend(%s)", [cut])
            voyage = deploying.result()
        superuser.execute(f"ALTER DATABASE {database} CONNECTION LIMIT -1".encode())
    assert voyage.execution.ending is Ending.COMPLETE
