"""`seatrial history`: each try to deploy, newest first."""

from __future__ import annotations

import getpass
import platform
import re
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.deployed import PLAN, deployed, tried
from tests.acceptance.release import BOATS, CREW

from seatrial.deployment.lock import DEPLOYER, WORKER
from seatrial.model.attempt import AttemptEnd, Result
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

V1, V2 = "20250301000000", "20250301000100"
HERE = f"{getpass.getuser()}@{platform.node()}"


@pytest.fixture(autouse=True)
def _no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_RUN_ID", "CI_JOB_URL", "CI_PIPELINE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_target_that_knows_nothing(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    with target.untouched():
        answer = seatrial("history", "--target", target.dsn, code=0)
    assert answer.lines == ["✓ Nothing was deployed by Seatrial to the given DSN."]


def test_a_try_says_who_from_where_what_and_how_it_ended(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    deployed(target, tries=3)
    with target.untouched():
        first, who, *what, last = seatrial("history", "--target", target.dsn, code=0).lines
    assert re.fullmatch(r"✓ complete  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00  deploy", first)
    assert who == f"    by postgres, from {HERE}"
    assert " ".join(line.strip() for line in what) == (
        f"2 of 2 migrations in 1.4 s, {V1} … {V2}, longest wait 120 ms, 3 tries, plan {PLAN[:12]}"
    )
    assert last.startswith("✓ 1 try on the given DSN; the last one: complete, ")


def test_the_newest_is_first(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    tried(target)
    release.add(CREW)
    release.add({"20250301000200_broken.sql": "SELECT * FROM public.nobody_knows_it;\n"})
    tried(target, AttemptEnd(result=Result.REFUSED, seconds=0, error="deploy.plan-changed files: a.sql"))
    deployed(target)
    answer = seatrial("history", "--target", target.dsn, code=0)
    results = [line.split("  ")[0] for line in answer.lines if not line.startswith(" ")]
    assert results[:-1] == ["✗ failed", "· refused", "✗ did not end (killed)"]
    assert results[-1].startswith("✓ 3 tries on the given DSN; the last one: failed, ")
    assert '    42P01 relation "public.nobody_knows_it" does not exist' in answer.lines
    assert "    deploy.plan-changed files: a.sql" in answer.lines
    assert any(line.startswith("    2 of 3 migrations in 1.4 s") for line in answer.lines)
    newest = seatrial("history", "--target", target.dsn, "--last", "1", code=0)
    assert newest.lines[:-1] == answer.lines[: len(newest.lines) - 1]
    assert newest.lines[-1].startswith("✓ The last try on the given DSN: failed, ")


@pytest.mark.parametrize("key", [DEPLOYER, WORKER])
def test_the_last_one_runs_as_long_as_its_deployer_holds_a_lock(
    release: Release, seatrial: Console, target: Target, key: int
) -> None:
    release.add(BOATS)
    tried(target)
    with connect(target.dsn) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [key])
        answer = seatrial("history", "--target", target.dsn, code=0)
        # A lock that goes with its session goes a moment later.
        holder.execute("SELECT pg_advisory_unlock_all()")
    assert answer.lines[0].startswith("! running  ")
    assert answer.lines[2] == (f"    1 migration planned; seatrial status shows how many are there, {V1}, unrehearsed")
    answer = seatrial("history", "--target", target.dsn, code=0)
    assert answer.lines[0].startswith("✗ did not end (killed)  ")
    assert 'next: seatrial status --target "$DSN"' in answer.lines


def test_what_is_not_known_of_a_try_is_left_out(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    deployed(target)
    target.execute("UPDATE seatrial.attempts SET os_user = '', host = '', client_address = NULL")
    assert "    by postgres" in seatrial("history", "--target", target.dsn, code=0).lines


def test_json_has_all_of_it(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    deployed(target)
    answer = seatrial("history", "--target", target.dsn, "--format", "json", code=0).json
    assert answer["ok"] is True
    assert answer["command"] == "history"
    [one] = answer["result"]["attempts"]
    assert one["result"] == "complete"
    assert one["attempt"]["plan"] == PLAN
    assert one["attempt"]["planned"] == one["end"]["applied"] == [V1, V2]
    assert one["end"]["longest_wait"] == 0.12
    assert len(one["attempt"]["release"]) == 64


def test_nothing_is_wider_than_a_page(
    release: Release, seatrial: Console, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_JOB_URL", "https://git.example/club/" + "very-long-name/" * 3 + "-/jobs/123456")
    release.add({f"202503010001{at:02}_m{at}.sql": "SELECT 1;\n" for at in range(40)})
    deployed(target, tries=12)
    tried(target, AttemptEnd(result=Result.REFUSED, seconds=0, error="deploy.locked " + "somebody else is here " * 20))
    lines = seatrial("history", "--target", target.dsn, code=0).lines
    assert max(map(len, lines[:-1])) <= 100
    assert any("40 of 40 migrations" in line for line in lines)
    assert any(line.endswith("-/jobs/123456") for line in lines)


def test_an_older_ledger_says_that_it_kept_none(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    deployed(target)
    target.execute("DROP TABLE seatrial.attempts")
    [last] = seatrial("history", "--target", target.dsn, code=0).lines
    assert last == ("✓ No try is on record at the given DSN; a Seatrial that kept no history applied 1 migration.")


@pytest.mark.parametrize("last", ["0", "-1", "many"])
def test_last_is_a_number_of_tries(last: str, release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    assert "--last" in seatrial("history", "--target", target.dsn, "--last", last, code=2).err


def test_a_target_that_does_not_answer(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    answer = seatrial("history", "--target", "postgresql://a:hunter22@localhost:1/x", code=2)
    assert answer.error["code"] == "target.unreachable"
    assert "hunter22" not in answer.said
