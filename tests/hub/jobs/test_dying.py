"""Workers that are killed, and a database that goes away: what was begun is begun again, and the worker comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

from tests.faults.server import fault_server
from tests.hub.jobs.crew import Notes, ask, defer, defer_checks, until, wanted, worker
from tests.postgres.release.deployed import apply, migrations

from integrations_hub.store.prepare import prepare

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hub.ground import Ground

ONE = "60000000-0000-4000-8000-0000000000a1"
#: A worker in a process of its own, which begins a check and never ends it.
HANGS = """
    import sys, time
    from pathlib import Path
    from tests.hub.jobs.crew import Notes, wanted
    from integrations_hub.jobs.work import run_worker

    def check(integration_id):
        Path(sys.argv[2]).write_text(integration_id)
        time.sleep(600)

    what = wanted(sys.argv[1], Notes(), check=check, grace=1)
    what.database.open()
    run_worker(what)
"""
LOOKED = "select count(*) from procrastinate_jobs where id = %s"
NOT_DONE = "select status::text, attempts from procrastinate_jobs where queue_name = 'checks' order by id"


def _hanging_worker(dsn: str, begun: Path, repository: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", textwrap.dedent(HANGS), dsn, str(begun)]
    process = subprocess.Popen(command, cwd=repository, env={**os.environ, "PYTHONPATH": str(repository)})
    until(begun.exists, "the worker begins the check")
    return process


def _silent_for_long(ground: Ground) -> None:
    """Instead of waiting until they have been."""
    with ground.superuser() as connection:
        connection.execute(
            "update procrastinate.procrastinate_workers set last_heartbeat = now() - interval '1 minute'"
        )


def test_what_a_killed_worker_had_begun_is_begun_again_by_another(
    queued: Ground, tmp_path: Path, repository: Path
) -> None:
    defer_checks(queued.dsn, [ONE])
    process = _hanging_worker(queued.dsn, tmp_path / "begun", repository)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert ask(queued.dsn, NOT_DONE) == [("doing", 0)]
    notes = Notes()
    look = defer(queued.dsn, "revive", '{"timestamp": 0}')
    with worker(wanted(queued.dsn, notes)):
        until(lambda: ask(queued.dsn, LOOKED, look) == [(0,)], "somebody looks for dead workers")
    assert notes.checked == []

    _silent_for_long(queued)
    defer(queued.dsn, "revive", '{"timestamp": 0}')
    with worker(wanted(queued.dsn, notes)):
        until(lambda: ask(queued.dsn, NOT_DONE) == [], "the check is done")

    assert notes.checked == [ONE]


def test_a_worker_that_is_told_to_stop_gives_back_what_takes_too_long(
    queued: Ground, tmp_path: Path, repository: Path
) -> None:
    defer_checks(queued.dsn, [ONE])
    process = _hanging_worker(queued.dsn, tmp_path / "begun", repository)
    process.send_signal(signal.SIGTERM)
    try:
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
    notes = Notes()
    with worker(wanted(queued.dsn, notes)):
        until(lambda: notes.checked == [ONE], "another one does it")


def test_a_check_that_waits_already_is_not_begun_twice_for_a_dead_worker(queued: Ground) -> None:
    defer_checks(queued.dsn, [ONE])
    ask(queued.dsn, "update procrastinate_jobs set status = 'doing'")
    defer_checks(queued.dsn, [ONE])
    defer(queued.dsn, "revive", '{"timestamp": 0}')
    notes = Notes()

    with worker(wanted(queued.dsn, notes, at_once=1)):
        until(lambda: ask(queued.dsn, NOT_DONE) == [("failed", 1)], "one is done, the other given up")

    assert notes.checked == [ONE]
    assert notes.failures == []


def test_a_job_that_takes_its_worker_with_it_each_time_is_given_up(queued: Ground) -> None:
    defer_checks(queued.dsn, [ONE])
    ask(queued.dsn, "update procrastinate_jobs set status = 'doing', attempts = 4")
    defer(queued.dsn, "revive", '{"timestamp": 0}')
    notes = Notes()

    with worker(wanted(queued.dsn, notes)):
        until(lambda: ask(queued.dsn, NOT_DONE) == [("failed", 5)], "it is given up")

    assert notes.checked == []


def test_a_worker_comes_back_by_itself_when_its_database_was_away() -> None:
    with fault_server() as server:
        server.clone("hub")
        apply(server.dsn("hub"), migrations())
        prepare(server.dsn("hub"), "authenticator", scheduler="service")
        dsn = server.dsn("hub", "authenticator")
        notes = Notes()
        with worker(wanted(dsn, notes)):
            defer_checks(dsn, [ONE])
            until(lambda: notes.checked == [ONE], "it works")
            server.stop()
            until(lambda: notes.failures, "it notices")
            server.start()
            defer_checks(dsn, [ONE.replace("a1", "a2")])
            until(lambda: len(notes.checked) >= 2, "it works again")

    assert set(notes.checked) == {ONE, ONE.replace("a1", "a2")}
