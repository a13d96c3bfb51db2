"""A deployer that was killed while its session goes on: nobody deploys beside it, and it ends by itself."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until
from tests.acceptance.release import BOATS

from seatrial.deployment.lock import deployment_lock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Console, Program
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST] = BOATS
LONG = {FIRST: "CREATE TABLE public.half ();\nSELECT pg_sleep(600);\n"}


@pytest.fixture
def orphan(release: Release, program: Program, target: Target) -> Iterator[int]:
    """Process of a session whose deployer is dead; it stands still, so that it does not notice."""
    release.add(LONG)
    with program.begin("deploy", *target.unrehearsed) as running:
        wait_until(lambda: target.sessions("SELECT pg_sleep%"), "the statement runs")
        [pid] = target.sessions("SELECT pg_sleep%")
        os.kill(pid, signal.SIGSTOP)
        running.send(signal.SIGKILL)
        running.end()
    try:
        yield pid
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def test_nobody_deploys_beside_it_and_it_is_named(
    orphan: int, release: Release, seatrial: Console, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add(BOATS)
    with monkeypatch.context() as hasty, target.untouched():
        hasty.setattr("seatrial.flows.perform.deployment_lock", partial(deployment_lock, patience=1))
        answer = seatrial("deploy", *target.unrehearsed, code=1)
    who = f"postgres from this machine, process {orphan}, since "
    assert f"  waiting for what it left at work: {who}" in answer.err
    assert answer.error["code"] == "deploy.orphan"
    assert answer.error["why"].startswith(f"its session ends what it had begun: {who}")


def test_it_ends_by_itself_and_the_next_one_waits_for_that(
    orphan: int, release: Release, seatrial: Console, target: Target
) -> None:
    """The server looks every two seconds whether somebody still waits for its answer, and nothing else ends it."""
    release.add(BOATS)
    os.kill(orphan, signal.SIGCONT)
    seatrial("deploy", *target.unrehearsed, code=0)
    assert target.has("public.boats")
    assert not target.has("public.half")
