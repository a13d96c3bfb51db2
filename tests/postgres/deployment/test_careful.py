"""Steps on a target that is in use: locks first and together, others between the tries, and everybody named."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as clock
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until
from tests.postgres.deployment.harbour import Harbour, blocked, holds, old, running, somebody, whole

from seatrial.deployment.window import Window
from seatrial.errors import Exit, StatementFailed
from seatrial.flows.ending import ended
from seatrial.model.execution import Ending
from seatrial.model.release import Target
from seatrial.model.terms import Terms
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

PATIENT = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=60)
MORE = "ALTER TABLE public.boats ADD COLUMN more text;"
BOATS = whole("public.boats")


@pytest.fixture
def harbour(supabase_db: str) -> Harbour:
    """With boats and their crew."""
    with connect(supabase_db) as connection:
        connection.execute("CREATE TABLE public.boats (id int PRIMARY KEY, name text)")
        connection.execute("INSERT INTO public.boats SELECT i, 'boat ' || i FROM generate_series(1, 100) AS g (i)")
        connection.execute("CREATE TABLE public.crew (name text)")
    return Harbour(dsn=supabase_db)


def has(harbour: Harbour, column: str, table: str = "boats") -> bool:
    """Whether a table has a column."""
    with connect(harbour.dsn) as connection:
        return bool(
            connection.execute(
                "SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT attisdropped",
                [f"public.{table}", column],
            ).fetchall()
        )


@pytest.mark.parametrize(
    ("deadline_ms", "ending"), [(30_000, Ending.COMPLETE), (300, Ending.FAILED)], ids=["long", "short"]
)
def test_locks_are_waited_for_in_the_plans_order_under_one_deadline(
    harbour: Harbour, deadline_ms: int, ending: Ending
) -> None:
    """Five holders of whom each leaves after 200 ms: no single wait is too long for the short deadline, the sum is."""
    names = [f"public.t{number}" for number in range(5)]
    with connect(harbour.dsn) as looking:
        for name in names:
            looking.execute(f"CREATE TABLE {name} ()".encode())
        terms = Terms(deadline_ms=deadline_ms, hold_seconds=30, patience_seconds=0)
        # The file takes them the other way round.
        file = "".join(f"ALTER TABLE {name} ADD COLUMN x int;" for name in reversed(names))
        holders = [connect(harbour.dsn) for _ in names]
        for holder, name in zip(holders, names, strict=True):
            holder.execute(f"BEGIN; LOCK TABLE {name} IN ACCESS SHARE MODE".encode())
        with harbour.deploying(file, terms=terms, locks=whole(*names)) as deploying:
            waited: list[str] = []
            for holder in holders:
                wait_until(lambda: blocked(looking, harbour.worker) or deploying.done(), "it waits for a lock")
                if deploying.done():
                    break
                waited.extend(blocked(looking, harbour.worker))
                time.sleep(0.2)
                holder.close()
                # It may have given up between the two looks before, so that none was seen.
                wait_until(
                    lambda: blocked(looking, harbour.worker) != waited[-1:] or deploying.done(),
                    "the next one is waited for",
                )
            for holder in holders:
                holder.close()
            voyage = deploying.result()
    assert voyage.execution.ending is ending
    assert waited == [name.partition(".")[2] for name in names][: len(waited)]
    assert has(harbour, "x", "t0") is (ending is Ending.COMPLETE)
    if ending is Ending.FAILED:
        assert voyage.failure.sqlstate == "55P03"
        assert len(waited) < len(names)
    else:
        assert len(waited) == len(names)


def test_others_get_through_between_two_tries_until_the_holder_leaves(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine is, the holder is one for whom it queues.
    monkeypatch.setattr("seatrial.deployment.blockers.BRIEF_SECONDS", 60.0)
    with somebody(harbour.dsn, "SELECT FROM public.boats", is_old=False) as holder, connect(harbour.dsn) as reader:
        reader.execute("SET statement_timeout = '5s'")
        with harbour.deploying(MORE, terms=PATIENT, locks=BOATS) as deploying:
            # Queues behind the deployer, and would wait as long as the holder stays. Each of the first comes in the
            # middle of a try, so that one of them is there when it is looked who waits.
            for _ in range(3):
                wait_until(lambda: blocked(reader, harbour.worker) == ["boats"], "it waits for the holder")
                reader.execute("SELECT count(*) FROM public.boats")
            for _ in range(20):
                reader.execute("SELECT count(*) FROM public.boats")
            wait_until(lambda: "waiting: process" in "\n".join(harbour.told.lines), "it says for whom it waits")
            assert not has(harbour, "more")
            assert not deploying.done()
            holder.execute("COMMIT")
            voyage, pid = deploying.result(), holder.info.backend_pid
    assert voyage.execution.ending is Ending.COMPLETE
    assert voyage.tries_in_vain >= 1
    assert 0 < voyage.longest_wait < 5, "somebody has waited for it"
    assert [one.pid for one in voyage.waited_for[0]] == [pid]
    assert len(voyage.waited_for) == 1, "whoever is notified is notified once for a step"
    assert has(harbour, "more")


def test_when_patience_is_over_it_says_who_was_in_the_way_and_nothing_remains(harbour: Harbour) -> None:
    # No process has such a number.
    query = "SELECT name FROM public.boats WHERE name = 'Sea Cloud' AND id > 4711000123"
    with somebody(harbour.dsn, query) as holder:
        voyage = harbour.deploy(MORE, locks=BOATS)
        pid = holder.info.backend_pid
    failure = voyage.failure
    assert failure.sqlstate == "55P03"
    assert f"in the way: process {pid} (user postgres, web) has been idle in transaction for " in failure.detail
    assert "SELECT name FROM public.boats WHERE name = $1 AND id > $2" in failure.detail
    for secret in ("Sea Cloud", "4711000123"):
        assert secret not in f"{failure} {voyage.said}"
    outcome = ended(voyage.execution, Path(), Target(name="production", dsn=harbour.dsn, argument="production"))
    assert outcome.exit_code is Exit.NO
    assert outcome.summary.endswith("nothing of this run remains on production.")
    assert not has(harbour, "more")


def test_one_who_is_in_the_way_for_long_is_waited_for_without_a_queue(harbour: Harbour) -> None:
    """As long as an old transaction is there, no lock is asked for that others would queue behind."""
    terms = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=2)
    with somebody(harbour.dsn, "SELECT FROM public.boats"):
        voyage = harbour.deploy(MORE, terms=terms, locks=BOATS)
    assert voyage.failure.sqlstate == "55P03"
    assert voyage.tries_in_vain == 1, "the last one, when patience is over"
    assert voyage.said.count("waiting: process") == 1, "each of them is named once"


def test_whoever_is_older_than_allowed_is_cancelled(harbour: Harbour) -> None:
    terms = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=60, cancel_older_than=1.0)
    with somebody(harbour.dsn, "SELECT FROM public.boats WHERE name = 'Sea Cloud'") as idle:
        pid = idle.info.backend_pid
        voyage = harbour.deploy(MORE, terms=terms, locks=BOATS)
        with pytest.raises(Exception, match="terminating connection"):
            idle.execute("SELECT 1")
    assert voyage.execution.ending is Ending.COMPLETE
    [line] = [line for line in voyage.lines if "ended: process" in line]
    assert f"process {pid} (user postgres, web) has been idle in transaction for" in line
    assert "Sea Cloud" not in line


def test_a_query_that_runs_is_cancelled_and_its_session_stays(harbour: Harbour) -> None:
    terms = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=60, cancel_older_than=1.0)
    # No process has such a number.
    report = "SELECT pg_sleep(600.25) FROM public.boats WHERE id = 1"
    with connect(harbour.dsn, application_name="report") as reporter, connect(harbour.dsn) as looking:
        with running(reporter, report) as query:
            wait_until(lambda: old(looking, reporter), "the report runs for a while")
            voyage = Harbour(dsn=harbour.dsn).deploy("SELECT 1", MORE, terms=terms, locks=BOATS)
            with pytest.raises(StatementFailed) as cancelled:
                query.result()
        assert cancelled.value.sqlstate == "57014"
        reporter.execute("SELECT 1")
        pid = reporter.info.backend_pid
    assert voyage.execution.ending is Ending.COMPLETE
    assert f"cancelled: process {pid} (user postgres, report) has been active for" in voyage.said
    assert "600.25" not in voyage.said


def test_whoever_is_younger_than_allowed_is_left_alone(harbour: Harbour) -> None:
    terms = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=0, cancel_older_than=3600)
    with somebody(harbour.dsn, "SELECT FROM public.boats") as holder:
        voyage = harbour.deploy(MORE, terms=terms, locks=BOATS)
        holder.execute("SELECT 1")
    assert voyage.failure.sqlstate == "55P03"
    assert "ended" not in voyage.said


def test_one_who_may_not_be_cancelled_is_named_with_the_reason(harbour: Harbour, server: Server) -> None:
    terms = Terms(deadline_ms=300, hold_seconds=30, patience_seconds=0, cancel_older_than=1.0)
    superuser = server.own_dsn(harbour.database, "supabase_admin")
    with somebody(superuser, "SELECT FROM public.boats") as holder:
        voyage = harbour.deploy(MORE, terms=terms, locks=BOATS)
        holder.execute("SELECT 1")
    assert voyage.failure.sqlstate == "55P03"
    assert "    not cancelled (permission denied to terminate process): process" in voyage.said


def test_a_step_that_takes_no_strong_lock_waits_for_nobody(harbour: Harbour) -> None:
    with somebody(harbour.dsn, "LOCK TABLE public.boats IN ACCESS EXCLUSIVE MODE"):
        voyage = harbour.deploy("CREATE TABLE public.sails (id int);")
    assert voyage.execution.ending is Ending.COMPLETE
    assert (voyage.tries_in_vain, voyage.waited_for, voyage.lines) == (0, [], [])


def test_locks_that_are_held_for_too_long_are_given_back_and_it_is_tried_three_times(harbour: Harbour) -> None:
    terms = Terms(deadline_ms=300, hold_seconds=0.3, patience_seconds=60)
    with connect(harbour.dsn) as reader:
        reader.execute("SET statement_timeout = '20s'")
        with harbour.deploying(f"{MORE} SELECT pg_sleep(600);", terms=terms, locks=BOATS) as deploying:
            wait_until(lambda: harbour.told.lines, "it has given them back once")
            # It would wait for ten minutes.
            reader.execute("SELECT count(*) FROM public.boats")
            voyage = deploying.result()
    assert voyage.failure.sqlstate == "ST004"
    assert voyage.failure.message == "it held its locks for longer than 300 ms, 3 times"
    assert voyage.tries_in_vain == 3
    assert voyage.said.count("held its locks for too long") == 2
    assert not has(harbour, "more")


def test_a_deadlock_is_tried_again(harbour: Harbour, server: Server) -> None:
    """The other one has a table that the plan does not know of, and waits for one of ours."""
    terms = Terms(deadline_ms=30_000, hold_seconds=60, patience_seconds=60)
    file = f"{MORE} SELECT pg_sleep(3); ALTER TABLE public.crew ADD COLUMN more text;"
    with server.superuser(harbour.database) as other, connect(harbour.dsn) as looking:
        # So that it is the deployer who finds the deadlock, and has to give way.
        other.execute("SET deadlock_timeout = '1min'")
        other.execute("BEGIN; LOCK TABLE public.crew IN ACCESS EXCLUSIVE MODE")
        with harbour.deploying(file, terms=terms, locks=BOATS) as deploying:
            wait_until(lambda: holds(looking, harbour.worker, "boats"), "it has locked the boats")
            other.execute("LOCK TABLE public.boats IN ACCESS SHARE MODE")
            other.execute("COMMIT")
            voyage = deploying.result()
    assert voyage.execution.ending is Ending.COMPLETE
    assert voyage.tries_in_vain == 1
    assert has(harbour, "more")
    assert has(harbour, "more", "crew")


def test_a_statement_may_take_as_long_as_the_plan_says(harbour: Harbour) -> None:
    voyage = harbour.deploy(f"{MORE} SELECT pg_sleep(600);", terms=PATIENT, timeout_ms=300)
    assert voyage.failure.sqlstate == "57014"
    assert "statement timeout" in voyage.failure.message
    assert voyage.tries_in_vain == 1, "it will take as long the next time"
    assert not has(harbour, "more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(Window):
    """Closes as soon as something is there."""

    looking: Connection

    def is_open(self, at: datetime) -> bool:
        """Until a table is there."""
        assert at.tzinfo is UTC
        return not self.looking.execute("SELECT to_regclass('public.first')").fetchall()[0][0]


@pytest.mark.parametrize(
    ("files", "code", "sentence"),
    [
        (["CREATE TABLE public.first ()", MORE], Exit.REMAINS, "1 migration kept on it, consistent; run again."),
        ([f"CREATE TABLE public.first (); COMMIT; BEGIN; {MORE}"], Exit.REMAINS, "1 step of 20260101000000_x kept"),
    ],
    ids=["between files", "between steps"],
)
def test_when_the_window_closes_it_stops_between_two_steps(
    harbour: Harbour, files: list[str], code: Exit, sentence: str
) -> None:
    with connect(harbour.dsn) as looking:
        window = Closing(begins=clock(2), ends=clock(4), zone=UTC, text="02:00-04:00", looking=looking)
        voyage = harbour.deploy(*files, window=window)
    assert voyage.execution.ending is Ending.STOPPED
    outcome = ended(voyage.execution, Path(), Target(name="it", dsn=harbour.dsn, argument="it"))
    assert outcome.exit_code is code
    assert "(the window 02:00-04:00 is closed)" in outcome.summary
    assert sentence in outcome.summary
    assert outcome.next == ("seatrial deploy --target it",)
    assert not has(harbour, "more")
    assert Harbour(dsn=harbour.dsn).deploy(*files).execution.ending is Ending.COMPLETE
    assert has(harbour, "more")


def test_a_window_that_is_closed_before_the_first_step_leaves_nothing(harbour: Harbour) -> None:
    with connect(harbour.dsn) as looking:
        looking.execute("CREATE TABLE public.first ()")
        window = Closing(begins=clock(2), ends=clock(4), zone=UTC, text="02:00-04:00", looking=looking)
        voyage = harbour.deploy(MORE, window=window)
    outcome = ended(voyage.execution, Path(), Target(name="it", dsn=harbour.dsn, argument="it"))
    assert (outcome.exit_code, outcome.summary) == (
        Exit.NO,
        "Stopped in 20260101000000_x (the window 02:00-04:00 is closed): nothing of this run remains on it.",
    )
