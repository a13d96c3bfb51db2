"""Two deployments at the same time: one works, the other waits or leaves with a clear word."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from tests.acceptance.console import wait_until
from tests.acceptance.release import BOATS, CREW

from seatrial.deployment.lock import deployment_lock
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    import pytest
    from tests.acceptance.console import Console, Program
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

    from seatrial.scratch.server import Server

SLOW = {"20250301000000_slow.sql": "CREATE TABLE public.slow AS SELECT 1;\nSELECT pg_sleep(1.5);\n"}


def test_the_second_waits_and_finds_nothing_left_to_do(release: Release, program: Program, target: Target) -> None:
    release.add(SLOW)
    with program.begin("deploy", *target.unrehearsed) as first:
        wait_until(lambda: target.sessions("%pg_sleep%"), "the first is at work")
        with program.begin("deploy", *target.unrehearsed) as second:
            answers = [first.end(), second.end()]
    assert [answer.code for answer in answers] == [0, 0], answers[0].said + answers[1].said
    assert "1 migration applied" in answers[0].lines[-1]
    assert "up to date" in answers[1].lines[-1]
    assert target.versions() == ["20250301000000"]


def test_after_a_first_that_failed_the_second_goes_on(release: Release, program: Program, target: Target) -> None:
    release.add(BOATS)
    # A number that was taken is not given back by a rollback.
    target.execute("CREATE SEQUENCE public.tries")
    fails_once = "SELECT pg_sleep(1);\nSELECT 1 / (nextval('public.tries') - 1);\n"
    release.add({"20250301000100_fails_once.sql": fails_once})
    with program.begin("deploy", *target.unrehearsed) as first:
        wait_until(lambda: target.sessions("%pg_sleep%"), "the first is at work")
        with program.begin("deploy", *target.unrehearsed) as second:
            failed, done = first.end(), second.end()
    assert (failed.code, done.code) == (3, 0), failed.said + done.said
    assert target.versions() == ["20250301000000", "20250301000100"]


def test_one_that_is_in_nobodys_way_waits_for_nobody(
    release: Release, seatrial: Console, target: Target, server: Server
) -> None:
    """The lock is of a database, not of a server; and reading takes none."""
    release.add(BOATS)
    other = server.clone("beside")
    try:
        with connect(other) as holder, deployment_lock(holder):
            seatrial("deploy", *target.unrehearsed, code=0)
        release.add(CREW)
        with connect(target.dsn) as holder, deployment_lock(holder):
            assert "1 migration pending" in seatrial("status", "--target", target.dsn, code=0).out
            seatrial("deploy", "--target", target.dsn, "--dry-run", code=0)
    finally:
        server.drop("beside")


def test_one_that_takes_too_long_is_named_with_its_time(
    release: Release, seatrial: Console, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seatrial.flows.perform.deployment_lock", partial(deployment_lock, patience=0.6))
    release.add(BOATS)
    with connect(target.dsn, application_name="seatrial lock") as holder, deployment_lock(holder):
        with target.untouched():
            answer = seatrial("deploy", *target.unrehearsed, code=1)
        holding = holder.info.backend_pid
    assert answer.error["code"] == "deploy.locked"
    assert re.fullmatch(
        rf"postgres from this machine, process {holding}, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC",
        answer.error["why"],
    )
    assert answer.error["where"].endswith(target.value("SELECT current_database()"))
    assert "run the command again" in answer.error["fix"]
    assert answer.out == ""


def test_a_repair_waits_for_a_deployment_too(release: Release, program: Program, target: Target) -> None:
    release.add(SLOW)
    with program.begin("deploy", *target.unrehearsed) as deploying:
        wait_until(lambda: target.sessions("%pg_sleep%"), "it is at work")
        repairing = program("repair", "20250301000000", "--status", "reverted", *target.agreed, code=0)
        assert deploying.end().code == 0
    assert "reverted" in repairing.lines[-1]
    assert target.versions() == []
    assert target.has("public.slow")
