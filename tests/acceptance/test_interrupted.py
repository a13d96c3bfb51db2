"""Cut off in the middle, in every way: what is said is true, and the next run ends where this one would have."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until
from tests.acceptance.target import Target

from seatrial.deployment.lock import deployment_lock
from seatrial.ledger.write import create
from seatrial.pg.connection import connect, rows
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Answer, Console, Program, Running
    from tests.acceptance.release import Release

    from seatrial.scratch.server import Server

V1, V2, V3 = "20250301000000", "20250301000100", "20250301000200"
#: As slow as the test makes it; the file stays the same.
PACE = "SELECT pg_sleep(seconds) FROM public.pace;\n"
FILES = {
    f"{V1}_one.sql": "CREATE TABLE public.one (id integer PRIMARY KEY);\n",
    f"{V2}_two.sql": "CREATE TABLE public.two (id integer REFERENCES public.one);\n"
    "INSERT INTO public.one VALUES (1), (2);\n{in_transaction}"
    "INSERT INTO public.two VALUES (1);\nCOMMIT;\n"
    "INSERT INTO public.two VALUES (2);\n{in_second_step}COMMIT;\n"
    "CREATE INDEX CONCURRENTLY two_id ON public.two (id);\n"
    "COMMENT ON INDEX public.two_id IS 'of the references';\n",
    f"{V3}_three.sql": "ALTER TABLE public.two ADD COLUMN more text;\n",
}


def files(place: str) -> dict[str, str]:
    """The release, with a pause at a place."""
    pauses = {"in_transaction": "", "in_second_step": ""} | {place: PACE}
    return {name: text.format(**pauses) for name, text in FILES.items()}


def prepare(server: Server, name: str, seconds: float) -> Target:
    target = Target(dsn=server.clone(name))
    with connect(target.dsn) as connection:
        connection.execute("CREATE TABLE public.pace AS SELECT %s::float8 AS seconds", [seconds])
    return target


@pytest.fixture(scope="module")
def undisturbed(server: Server) -> Iterator[Target]:
    """Where a run that nobody disturbs ends, whichever of the places the pause is at; filled by the first test."""
    yield prepare(server, "undisturbed", 0)
    server.drop("undisturbed")


@pytest.fixture
def disturbed(server: Server, request: pytest.FixtureRequest) -> Iterator[Target]:
    name = f"disturbed_{abs(hash(request.node.name))}"
    yield prepare(server, name, 2)
    server.drop(name)


def interrupt(running: Running, _: Target) -> Answer:
    running.send(signal.SIGINT)
    return running.end()


def cancel(running: Running, _: Target) -> Answer:
    """As a CI job is cancelled."""
    running.send(signal.SIGTERM)
    return running.end()


def kill(running: Running, _: Target) -> Answer:
    running.send(signal.SIGKILL)
    return running.end()


def terminate(running: Running, target: Target) -> Answer:
    """Somebody, or a provider's maintenance, ends the session."""
    [pid] = target.sessions("%")
    assert target.value("SELECT pg_terminate_backend(%s)", [pid])
    return running.end()


WAYS = {"Ctrl-C": interrupt, "cancelled job": cancel, "kill -9": kill, "terminated": terminate}
PLACES = {"in_transaction": "%pg_sleep%", "in_second_step": "%pg_sleep%", "in_index": "CREATE INDEX%"}


def is_there(target: Target, place: str) -> bool:
    """An index that is built beside the traffic is there, half-made, a moment after its statement has begun."""
    return bool(target.sessions(PLACES[place])) and (place != "in_index" or target.has("public.two_id"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_was_cut_off_is_consistent_and_the_next_one_completes_it(
    way: str, place: str, release: Release, program: Program, undisturbed: Target, disturbed: Target
) -> None:
    release.add(files(place))
    if not undisturbed.versions():
        program("deploy", *undisturbed.unrehearsed, code=0)

    with connect(disturbed.dsn) as older, program.begin("deploy", *disturbed.unrehearsed) as running:
        if place == "in_index":
            # An index that is built beside the traffic waits for everyone who could still see the table without it.
            older.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        wait_until(lambda: is_there(disturbed, place), "the statement runs")
        answer = WAYS[way](running, disturbed)

    assert disturbed.versions() == [V1], answer.said
    done = {"in_transaction": 0, "in_second_step": 1, "in_index": 2}[place]
    begun = [(V2, 3, False)] if place == "in_index" else []
    assert disturbed.steps() == [(V2, number, True) for number in range(1, done + 1)] + begun
    assert disturbed.has("public.two") == (done > 0)
    if done:
        assert disturbed.value("SELECT count(*) FROM public.two") == done
    says_so(answer, way, done, begun=bool(begun))

    disturbed.execute("UPDATE public.pace SET seconds = 0")
    program("deploy", *disturbed.unrehearsed, code=0)
    assert disturbed.steps() == []
    assert disturbed.evidence().catalog == undisturbed.evidence().catalog
    assert shared(disturbed) == [*shared(undisturbed)[:1], shared(disturbed)[1], *shared(undisturbed)[2:]]
    both = "SELECT array_agg(o.id ORDER BY o.id) FROM public.one AS o JOIN public.two AS t ON t.id = o.id"
    assert disturbed.value(both) == [1, 2]
    assert disturbed.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'public.two_id'::regclass")


def says_so(answer: Answer, way: str, done: int, *, begun: bool) -> None:
    """The exit code and the last line."""
    if way == "kill -9":
        assert answer.code == -signal.SIGKILL
        return
    interrupted = way in {"Ctrl-C", "cancelled job"}
    assert answer.code == (130 if interrupted else 3)
    last = answer.lines[-1]
    assert last.startswith(f"✗ {'Interrupted' if interrupted else 'Connection lost'} in {V2}_two: 1 migration")
    assert (f"{done} step" in last) == (done > 0)
    assert ("step 3 begun, index public.two_id (INVALID) left, which the next run builds again" in last) == begun
    assert ", consistent; " in last
    assert last.endswith("; run again.")
    assert answer.lines[-2] == 'next: seatrial deploy --unrehearsed --target "$DSN"'


def shared(target: Target) -> list[object]:
    return list(target.evidence().ledger["supabase_migrations.schema_migrations"])


def test_an_interruption_in_the_first_file_leaves_nothing(
    release: Release, program: Program, disturbed: Target
) -> None:
    release.add({f"{V1}_one.sql": "CREATE TABLE public.one ();\n" + PACE})
    with program.begin("deploy", *disturbed.unrehearsed, "--format", "json") as running:
        wait_until(lambda: disturbed.sessions("%pg_sleep%"), "the statement runs")
        answer = interrupt(running, disturbed)
    assert (answer.code, answer.json["exit_code"]) == (130, 130)
    assert answer.json["summary"] == f"Interrupted in {V1}_one: nothing of this run remains on the given DSN."
    assert not disturbed.has("public.one")
    assert disturbed.versions() == []


def test_ctrl_c_while_it_waits_for_another_deployment(release: Release, program: Program, disturbed: Target) -> None:
    release.add(files("in_transaction"))
    waiting = "%pg_try_advisory_lock%"
    with connect(disturbed.dsn) as holder, deployment_lock(holder), disturbed.untouched():
        for form in ("text", "json"):
            with program.begin("deploy", *disturbed.unrehearsed, "--format", form) as running:
                wait_until(
                    lambda: disturbed.ask(
                        "SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() "
                        "AND application_name = 'seatrial lock' AND query LIKE %s",
                        [waiting],
                    ),
                    "it has asked for the lock",
                )
                answer = interrupt(running, disturbed)
            assert answer.code == 130
            error = answer.json["error"] if form == "json" else answer.error
            assert error["code"] == "interrupted"


# Cut off when it was too late -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """One whose settings and processes a test may spoil."""
    with scratch("supabase") as running:
        yield running


@pytest.fixture
def slow_commit(own_server: Server) -> Iterator[Target]:
    """A target on which COMMIT waits for a standby that never comes: committed here, and nobody is told."""
    target = prepare(own_server, "slow_commit", 0)
    with own_server.superuser() as connection:
        connection.execute("ALTER DATABASE slow_commit SET synchronous_commit = on")
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield target
    finally:
        with own_server.superuser() as connection:
            connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
            connection.execute("SELECT pg_reload_conf()")
        own_server.drop("slow_commit")


@pytest.mark.parametrize(("way", "code"), [("Ctrl-C", 130), ("terminated", 3)])
def test_what_was_committed_all_the_same_is_said(
    way: str, code: int, release: Release, program: Program, slow_commit: Target
) -> None:
    # The ledger's own tables are made before, or their COMMIT would wait as well.
    with connect(slow_commit.dsn) as connection:
        connection.execute("SET synchronous_commit = off")
        create(connection)
    release.add({f"{V1}_one.sql": "CREATE TABLE public.one ();\n"})
    with program.begin("deploy", *slow_commit.unrehearsed) as running:
        wait_until(lambda: slow_commit.sessions("COMMIT"), "COMMIT waits for the standby")
        answer = WAYS[way](running, slow_commit)
    assert answer.code == code
    assert f"1 migration, {V1}_one among them, kept on the given DSN" in answer.lines[-1]
    assert slow_commit.versions() == [V1]
    assert slow_commit.has("public.one")


@pytest.mark.parametrize("synchronous", ["on", "off"])
def test_a_server_that_crashes_and_restarts_is_asked_what_happened(
    synchronous: str, release: Release, program: Program, own_server: Server
) -> None:
    """One that commits asynchronously may have lost the file before, too; then that is what is said."""
    target = prepare(own_server, f"crashed_{synchronous}", 30)
    with own_server.superuser() as connection:
        connection.execute(f"ALTER DATABASE crashed_{synchronous} SET synchronous_commit = {synchronous}".encode())
    # What the test itself made has to outlive the crash.
    with own_server.superuser() as connection:
        connection.execute("CHECKPOINT")
    release.add(files("in_transaction"))
    with program.begin("deploy", *target.unrehearsed) as running:
        wait_until(lambda: target.sessions("%pg_sleep%"), "the statement runs")
        [backend] = target.sessions("%pg_sleep%")
        os.kill(backend, signal.SIGKILL)
        answer = running.end()
    kept = target.versions()
    assert kept == [V1] or (kept == [] and synchronous == "off")
    assert answer.code == (3 if kept else 1)
    said = "1 migration kept on the given DSN, consistent; run again" if kept else "nothing of this run remains"
    assert f"✗ Connection lost in {V2}_two: {said}" in answer.lines[-1]

    target.execute("UPDATE public.pace SET seconds = 0")
    program("deploy", *target.unrehearsed, code=0)


def test_a_server_that_stays_away_needs_a_person(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seatrial.flows.ending.RECONNECT_SECONDS", 0.5)
    release.add(files("in_transaction"))
    with scratch("supabase") as server:
        target = prepare(server, "stopped", 30)
        with server.superuser() as connection:
            [row] = rows(connection, "SELECT current_setting('data_directory') AS folder")
        postmaster = int((Path(row["folder"]) / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])

        def stop() -> None:
            wait_until(lambda: target.sessions("%pg_sleep%"), "the statement runs")
            os.kill(postmaster, signal.SIGQUIT)

        stopping = threading.Thread(target=stop)
        stopping.start()
        answer = seatrial("deploy", *target.unrehearsed, code=3)
        stopping.join()
    assert answer.lines[-1].startswith(f"✗ Unknown, a person is needed: connection lost in {V2}_two")
    assert 'next: seatrial status --target "$DSN"' in answer.lines


def test_a_lost_lock_session_does_not_make_a_failure_of_a_success(
    release: Release, program: Program, server: Server, request: pytest.FixtureRequest
) -> None:
    target = prepare(server, "lost_lock", 1)
    request.addfinalizer(lambda: server.drop("lost_lock"))
    release.add(files("in_transaction"))
    with program.begin("deploy", *target.unrehearsed) as running:
        wait_until(lambda: target.sessions("%pg_sleep%"), "the statement runs")
        target.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'seatrial lock'"
        )
        answer = running.end()
    assert answer.code == 0, answer.said
    assert target.versions() == [V1, V2, V3]
