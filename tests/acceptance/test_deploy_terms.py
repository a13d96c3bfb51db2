"""When, after whom and how considerately it is deployed: `--requires`, `--backup`, `--window`, `--hold`."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Self

import pytest
from tests.acceptance.release import BOATS, CREW
from tests.acceptance.target import Target

from seatrial.project.command import APPROVED, approval

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from tests.acceptance.console import Answer, Console
    from tests.acceptance.release import Release

    from seatrial.scratch.server import Server

[FIRST], [SECOND] = BOATS, CREW
TARGETS = """
[targets.production]
dsn = "env(PRODUCTION_DSN)"
{}
[targets.staging]
dsn = "env(STAGING_DSN)"
"""
NAME = ("--target", "production", "--yes", "production")
_numbers = count(1)


@pytest.fixture
def staging(server: Server) -> Iterator[Target]:
    """Another database."""
    name = f"staging_{next(_numbers)}"
    yield Target(dsn=server.clone(name))
    server.drop(name)


@pytest.fixture
def two(release: Release, target: Target, staging: Target, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A release with two targets."""
    monkeypatch.setenv("PRODUCTION_DSN", target.dsn)
    monkeypatch.setenv("STAGING_DSN", staging.dsn)
    release.add(BOATS)
    release.write("seatrial.toml", TARGETS.format(""))
    return release


def deploy(seatrial: Console, *words: str, code: int) -> Answer:
    """To production, which has been agreed to."""
    return seatrial("deploy", *NAME, *words, code=code)


def test_a_target_waits_for_the_one_before_it(two: Release, seatrial: Console, target: Target, staging: Target) -> None:
    two.write("seatrial.toml", TARGETS.format('requires = "staging"\n'))
    with target.untouched():
        error = deploy(seatrial, code=1).error
    assert error["code"] == "deploy.not-there-first"
    assert error["where"] == "20250301000000 (pending)"
    assert error["fix"] == "seatrial deploy --target staging && seatrial verify --target staging"

    seatrial("deploy", "--target", "staging", "--yes", "staging", code=0)
    staging.execute("ALTER TABLE public.boats ADD COLUMN by_hand text")
    with target.untouched():
        error = deploy(seatrial, code=1).error
    assert (error["code"], error["where"]) == ("deploy.not-verified-first", "staging")

    staging.execute("ALTER TABLE public.boats DROP COLUMN by_hand")
    assert "verifying staging, which comes first" in deploy(seatrial, code=0).err
    assert target.has("public.boats")


@pytest.mark.usefixtures("two")
def test_which_one_has_to_come_first_may_be_said_for_once(seatrial: Console, target: Target) -> None:
    with target.untouched():
        error = deploy(seatrial, "--requires", "staging", code=1).error
    assert error["code"] == "deploy.not-there-first"


@pytest.mark.parametrize("name", ["production", "nowhere"])
def test_a_target_that_cannot_come_first_is_an_error(
    two: Release, seatrial: Console, target: Target, name: str
) -> None:
    assert two.root.is_dir()
    with target.untouched():
        assert deploy(seatrial, "--requires", name, code=2).error["code"]


@pytest.fixture
def backup(two: Release, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A command that writes down how it was called, and fails where it is told to."""
    two.write(
        "backup.py",
        "import json, os, pathlib, sys\n"
        "found = {name: os.environ.get(name) for name in ('SEATRIAL_DSN', 'SEATRIAL_TARGET')}\n"
        "here = pathlib.Path(__file__).parent\n"
        "(here / 'called.json').write_text(json.dumps({'argv': sys.argv, **found}))\n"
        "print('dumping')\n"
        "print('kept as boats-1.dump')\n"
        "sys.exit(3 if (here / 'full').exists() else 0)\n",
    )
    command = [sys.executable, str(two.root / "backup.py"), "--all"]
    two.write("seatrial.toml", TARGETS.format(f"backup_command = {json.dumps(command)}\n"))
    monkeypatch.setenv(APPROVED, approval(command))
    return command


@pytest.mark.usefixtures("backup")
def test_a_backup_is_made_when_asked_for(two: Release, seatrial: Console, target: Target) -> None:
    answer = deploy(seatrial, "--backup", "--format", "json", code=0)
    assert answer.err.index("backup of production ... ok") < answer.err.rindex("20250301000000_boats ... ok")
    called = json.loads((two.root / "called.json").read_text(encoding="utf-8"))
    assert (called["SEATRIAL_TARGET"], called["SEATRIAL_DSN"]) == ("production", target.dsn)
    assert called["argv"][1:] == ["--all"], "a list of processes shows arguments to everybody"
    assert answer.json["result"]["backed_up"] == "kept as boats-1.dump"


@pytest.mark.usefixtures("backup")
def test_no_backup_no_deployment(two: Release, seatrial: Console, target: Target) -> None:
    two.write("full", "")
    with target.untouched():
        answer = deploy(seatrial, "--backup", code=1)
    assert answer.error["code"] == "deploy.backup-failed"
    assert answer.error["why"] == "it ended with exit status 3"
    assert "backup of production ... failed" in answer.err


@pytest.mark.parametrize("command", ["/no/such/program", "backup.py"])
def test_a_backup_that_cannot_be_made_is_no_backup(
    two: Release, seatrial: Console, target: Target, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    two.write("seatrial.toml", TARGETS.format(f'backup_command = ["{command}"]\n'))
    monkeypatch.setenv(APPROVED, approval([command]))
    with target.untouched():
        assert deploy(seatrial, "--backup", code=1).error["code"] == "deploy.backup-failed"


@pytest.mark.usefixtures("two")
def test_a_backup_that_nobody_knows_how_to_make_is_an_error(seatrial: Console, target: Target) -> None:
    with target.untouched():
        error = deploy(seatrial, "--backup", code=2).error
    assert error["code"] == "deploy.no-backup-command"
    assert "[targets.production]" in error["fix"]


@pytest.mark.usefixtures("backup")
def test_a_plan_that_destroys_something_is_backed_up_first(two: Release, seatrial: Console, target: Target) -> None:
    deploy(seatrial, code=0)
    assert not (two.root / "called.json").exists(), "nothing was destroyed"
    two.add({SECOND: "ALTER TABLE public.boats DROP COLUMN name;\n"})
    two.write("full", "")
    with target.untouched():
        deploy(seatrial, code=1)
    (two.root / "full").unlink()
    assert "backup of production ... ok" in deploy(seatrial, code=0).err


def test_a_plan_that_destroys_something_says_so_where_there_is_no_backup(two: Release, seatrial: Console) -> None:
    deploy(seatrial, code=0)
    # Nobody can keep what only running it shows.
    two.add({SECOND: "DO $$ BEGIN EXECUTE 'DROP TABLE public.' || 'boats'; END $$;\n"})
    answer = deploy(seatrial, code=0)
    assert "! table public.boats will be gone, and no backup command is set for production" in answer.err


class Clock(datetime):
    """Stands at five to two in Rome, and goes on by a minute whenever somebody looks."""

    looks = 0

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """A minute later than the last time."""
        cls.looks += 1
        return cls(2026, 7, 1, 23, 55, tzinfo=UTC).astimezone(tz) + timedelta(minutes=cls.looks - 1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    """For whoever looks whether a window is open."""
    Clock.looks = 0
    for module in ("window", "careful"):
        monkeypatch.setattr(f"seatrial.deployment.{module}.datetime", Clock)
    monkeypatch.setattr("seatrial.flows.perform.time.sleep", lambda _: None)
    return Clock


@pytest.mark.usefixtures("two")
def test_a_window_that_is_closed_is_waited_for(seatrial: Console, target: Target, clock: type[Clock]) -> None:
    answer = deploy(seatrial, "--window", "02:00-04:00 Europe/Rome", code=0)
    assert (
        "  waiting for the window 02:00-04:00 Europe/Rome: opens 02:00 on Thursday (Europe/Rome), in "
    ) in answer.err
    assert " min; Ctrl-C ends it, and nothing is done\n" in answer.err
    assert clock.looks > 5
    assert target.has("public.boats")


@pytest.mark.usefixtures("clock")
def test_a_window_that_closes_stops_between_two_files(two: Release, seatrial: Console, target: Target) -> None:
    files = {f"202503010002{number:02}_more.sql": f"CREATE TABLE public.m{number} ();\n" for number in range(9)}
    two.add(files)
    answer = deploy(seatrial, "--window", "01:55-02:01 Europe/Rome", code=3)
    assert "waiting" not in answer.err
    assert "(the window 01:55-02:01 Europe/Rome is closed; it opens 01:55 on " in answer.lines[-1]
    assert answer.lines[-1].endswith("migrations kept on production, consistent; run again.")
    assert answer.lines[-2] == "next: seatrial deploy --window '01:55-02:01 Europe/Rome' --target production"
    assert 0 < len(target.versions()) < 10
    assert target.value("SELECT result FROM seatrial.attempts") == "stopped"


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("window", ["tonight", "02:00", "25:00-26:00", "02:00-04:00 Europe/Atlantis", "02:00-02:00"])
def test_a_window_that_is_none_is_an_error(seatrial: Console, target: Target, window: str) -> None:
    with target.untouched():
        error = deploy(seatrial, "--window", window, code=2).error
    assert error["code"] == "deploy.window"
    assert window in error["where"]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("option", ["--hold", "--patience", "--cancel-blockers"])
def test_a_time_that_is_none_is_an_error(seatrial: Console, target: Target, option: str) -> None:
    with target.untouched():
        for time in ("soon", "-3s", "5 weeks", "", "nan", "inf", "1e3"):
            answer = deploy(seatrial, option, time, code=2)
            assert "a time such as 30s, 5min or 1h" in " ".join(answer.err.replace("│", " ").split()), time


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("lock_wait_ms = 0", "lock_wait_ms"),
        ("hold_seconds = 0", "hold_seconds"),
        ("hold_seconds = -1", "hold_seconds"),
        ("patience_seconds = 'long'", "patience_seconds"),
        ("patience_seconds = nan", "patience_seconds"),
        ("patience = 3", "patience"),
    ],
)
def test_a_setting_that_cannot_be_kept_is_an_error(
    two: Release, seatrial: Console, target: Target, setting: str, named: str
) -> None:
    two.write("seatrial.toml", TARGETS.format("") + f"[deploy]\n{setting}\n")
    with target.untouched():
        answer = deploy(seatrial, code=2)
    assert f"deploy.{named}" in answer.err


def test_what_would_be_given_up_each_time_is_not_tried(two: Release, seatrial: Console, target: Target) -> None:
    """So many rows that are rewritten take longer than others may be kept waiting."""
    deploy(seatrial, code=0)
    target.execute(
        "INSERT INTO public.boats SELECT i, 'a boat of some length ' || i FROM generate_series(1, 20_000) AS g (i);"
        "ANALYZE public.boats"
    )
    two.add({SECOND: "ALTER TABLE public.boats ALTER COLUMN id TYPE bigint;\n"})
    with target.untouched():
        error = deploy(seatrial, "--hold", "1ms", code=1).error
    assert error["code"] == "deploy.held-too-long"
    assert "public.boats" in error["where"]
    assert "may be held for 1 ms on production" in error["why"]
    assert "seatrial deploy --hold " in error["fix"]
