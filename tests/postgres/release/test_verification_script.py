"""The verification script passes on what was deployed, and notices every single thing that is not as released."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.release.deployed import SCRIPT
from tests.postgres.release.sabotages import JOB_SABOTAGES, SABOTAGES, Sabotage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.postgres.release.deployed import Release

#: psql's exit status for a script that ended in an error under ON_ERROR_STOP.
STOPPED = 3


def test_it_passes_in_psql_on_what_was_deployed(release: Release) -> None:
    finished = release.run_script()
    assert finished.returncode == 0, finished.stderr
    assert "0 of 0 checks" not in finished.stdout
    assert "✗" not in finished.stdout


def test_it_passes_as_one_batch_and_in_a_read_only_session(release: Release) -> None:
    checks = release.paste_script(read_only=True)
    assert len(checks) > 600
    assert {check.result for check in checks} == {"✓"}


@pytest.mark.parametrize("server", ["newer"], indirect=True)
def test_its_list_is_what_the_release_makes(release: Release) -> None:
    printed = release.run_script("-qAt", "-F", "", options="-c verification.print=expected")
    assert printed.returncode == 0, printed.stderr
    listed = SCRIPT.read_text(encoding="utf-8").split("$expected$")[1]
    assert listed.strip().splitlines() == printed.stdout.strip().splitlines()


def named(sabotage: Sabotage) -> str:
    return sabotage.name.replace(" ", "-")


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=named)
def test_it_notices(release: Release, sabotage: Sabotage) -> None:
    must_notice(release, sabotage)


@pytest.mark.parametrize("server", ["newer"], indirect=True)
@pytest.mark.parametrize("sabotage", JOB_SABOTAGES, ids=named)
def test_it_notices_where_jobs_are_scheduled(release: Release, sabotage: Sabotage) -> None:
    assert release.has_cron()
    must_notice(release, sabotage)


def must_notice(release: Release, sabotage: Sabotage) -> None:
    release.execute_as_superuser(sabotage.sql)
    try:
        finished = release.run_script()
        pasted = release.paste_script()
    finally:
        if sabotage.undo:
            release.execute_as_superuser(sabotage.undo)
    assert finished.returncode == STOPPED
    assert "not deployed as released" in finished.stderr
    failed = [check for check in pasted if check.result == "✗"]
    assert {check.check for check in failed} == {"all", *sabotage.noticed_by}
    assert all(check.expected != check.observed for check in failed)
    assert [check.result for check in pasted[: len(failed)]] == ["✗"] * len(failed), "what failed stands first"


def test_it_fails_on_the_state_before_the_release(clone: Callable[[str], Release]) -> None:
    core = clone("core")
    assert core.run_script().returncode == STOPPED
    assert any(check.observed == "nothing" for check in core.paste_script())


def test_it_fails_where_nothing_was_deployed(clone: Callable[[str], Release]) -> None:
    empty = clone("postgres")
    assert empty.run_script().returncode == STOPPED


def test_it_does_not_call_hidden_rows_absent(release: Release) -> None:
    release.execute_as_superuser("create role onlooker login in role pg_read_all_data")
    try:
        checks = release.paste_script(role="onlooker")
    finally:
        release.execute_as_superuser("drop role onlooker")
    failed = {check.check: check.observed for check in checks if check.result == "✗"}
    hidden = "cannot be asked: row security hides rows from this role"
    assert failed["rows workflow runs without organization"] == hidden
    assert failed["rows known types among the seven that ship"] == hidden


def test_it_has_no_commands_of_psql() -> None:
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.lstrip().startswith("\\")]
