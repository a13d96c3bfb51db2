"""Where a DSN is kept: a file of one's own, a service, or a command that somebody has approved."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.project import secret
from seatrial.project.command import APPROVED, approval
from seatrial.project.files import is_regular
from seatrial.project.settings import Settings, SupabaseConfig
from seatrial.project.targets import named_targets, resolve

if TYPE_CHECKING:
    from pathlib import Path

DSN = "postgresql://boats:s3cr3t@db.example:5432/boats"


def dsn_of(root: Path, **target: object) -> str:
    settings = Settings.model_validate({"targets": {"production": target}})
    return resolve("production", named_targets(settings, SupabaseConfig(), root)).dsn


def refused(root: Path, **target: object) -> CannotRun:
    with pytest.raises(CannotRun) as caught:
        dsn_of(root, **target)
    error = caught.value
    assert "s3cr3t" not in f"{error.as_record()} {error} {error.__cause__}"
    assert error.where
    assert error.fix
    return error


def keep(path: Path, text: str = f"{DSN}\n", mode: int = 0o600) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def approve(monkeypatch: pytest.MonkeyPatch, *commands: list[str]) -> None:
    monkeypatch.setenv(APPROVED, ", ".join(map(approval, commands)))


# A file -------------------------------------------------------------------------------------------------


def test_a_file_is_named_from_the_release_folder_or_by_its_whole_path_or_from_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    inside = keep(tmp_path / "dsn", f"{DSN}  \r\nwhat follows is nobody's business\n")
    for name in ("dsn", str(inside), "~/dsn"):
        assert dsn_of(tmp_path, dsn_file=name) == DSN


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_get_at_is_refused_with_the_command_that_helps(tmp_path: Path, mode: int) -> None:
    path = keep(tmp_path / "the dsn", mode=mode)
    error = refused(tmp_path, dsn_file="the dsn")
    assert (error.code, error.fix) == ("secret.readable-by-others", f"chmod 600 '{path}'")
    assert f"{mode:04o}" in error.why
    path.chmod(0o400)
    assert dsn_of(tmp_path, dsn_file="the dsn") == DSN


def test_the_file_behind_a_link_is_what_counts(tmp_path: Path) -> None:
    real = keep(tmp_path / "real", mode=0o644)
    (tmp_path / "dsn").symlink_to(real)
    assert refused(tmp_path, dsn_file="dsn").code == "secret.readable-by-others"
    real.chmod(0o600)
    assert dsn_of(tmp_path, dsn_file="dsn") == DSN


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder", "nothing"):
        error = refused(tmp_path, dsn_file=name)
        assert error.code == "secret.no-file"
        assert "[targets.production]" in error.where


@pytest.mark.parametrize("text", ["", "\n", "   \n", "s3cr3t\n", "\n" + DSN, "a=\0"])
def test_a_file_without_a_dsn_on_its_first_line_is_said_and_not_shown(tmp_path: Path, text: str) -> None:
    keep(tmp_path / "dsn", text)
    assert refused(tmp_path, dsn_file="dsn").code == "secret.no-dsn"


# A command ----------------------------------------------------------------------------------------------


def test_a_command_prints_the_dsn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = python(f"print({DSN!r}); print('more')")
    approve(monkeypatch, ["another"], command)
    assert dsn_of(tmp_path, dsn_command=command) == DSN


def test_a_command_that_nobody_has_approved_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "it ran"
    command = ["touch", str(there)]
    error = refused(tmp_path, dsn_command=command)
    assert error.code == "command.unapproved"
    assert f"touch '{there}'" in error.what, "somebody has to read it first"
    assert approval(command) in error.fix
    for others in (["touch"], ["touch", f"{there}2"], ["touch", str(there), ""], [f"touch {there}"]):
        approve(monkeypatch, others)
        assert refused(tmp_path, dsn_command=command).code == "command.unapproved"
    assert not there.exists()


def test_a_file_of_the_release_is_never_what_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    keep(tmp_path / "print.sh", f"#!/bin/sh\necho {DSN}\n", 0o700)
    for command in (["./print.sh"], ["scripts/print.sh"], ["../print.sh"]):
        approve(monkeypatch, command)
        assert refused(tmp_path, dsn_command=command).code == "command.relative"
    # Nor is it found by a program that looks where it is.
    approve(monkeypatch, ["sh", "print.sh"])
    assert refused(tmp_path, dsn_command=["sh", "print.sh"]).code == "secret.command-failed"


def test_no_shell_reads_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED", "expanded")
    command = ["echo", "host=$PLANTED", ";", "`id`", ">", "x"]
    approve(monkeypatch, command)
    assert dsn_of(tmp_path, dsn_command=command) == "host=$PLANTED ; `id` > x"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; print('s3cr3t'); sys.stderr.write('s3cr3t'); sys.exit(7)", "exit status 7"),
        ("import os; os.kill(os.getpid(), 9)", "exit status -9"),
    ],
)
def test_a_command_that_fails_shows_its_exit_status_and_nothing_that_it_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, why: str
) -> None:
    # Written so that the word is in no argument.
    keep(tmp_path / "code.py", code)
    command = [sys.executable, str(tmp_path / "code.py")]
    approve(monkeypatch, command)
    error = refused(tmp_path, dsn_command=command)
    assert error.code == "secret.command-failed"
    assert why in error.why


def test_a_command_that_is_not_there_or_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    approve(monkeypatch, ["no-such-program-here"], ["true"])
    assert "No such file" in refused(tmp_path, dsn_command=["no-such-program-here"]).why
    assert refused(tmp_path, dsn_command=["true"]).code == "secret.no-dsn"


def test_a_command_that_waits_for_ever_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "PATIENCE", 0.2)
    approve(monkeypatch, ["sleep", "600"])
    error = refused(tmp_path, dsn_command=["sleep", "600"])
    assert error.code == "secret.command-failed"
    assert "was stopped" in error.why


def test_a_command_is_not_asked_by_standing_in_the_settings(tmp_path: Path) -> None:
    """Only the target that is wanted is looked at."""
    there = tmp_path / "it ran"
    settings = Settings.model_validate({
        "targets": {"one": {"dsn": DSN}, "two": {"dsn_command": ["touch", str(there)]}}
    })  # fmt: skip
    assert resolve("one", named_targets(settings, SupabaseConfig(), tmp_path)).dsn == DSN
    assert not there.exists()


# A service, and the settings ----------------------------------------------------------------------------


def test_a_service_is_left_to_libpq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE", r"it's \ this")
    assert dsn_of(tmp_path, service="boats") == "service='boats'"
    assert dsn_of(tmp_path, service="env(SERVICE)") == r"service='it\'s \\ this'"


@pytest.mark.parametrize(
    "target",
    [
        {},
        {"dsn": DSN, "dsn_file": "dsn"},
        {"service": "a", "project_ref": "abcdefghijklmnopqrst"},
        {"dsn_command": ["a"], "dsn_file": "b"},
        {"dsn_command": []},
        {"dsn_command": [""]},
        {"dsn_command": "op read x"},
    ],
)
def test_there_is_exactly_one_way_in(target: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"exactly one of|at least 1|valid tuple"):
        Settings.model_validate({"targets": {"production": target}})


def test_a_mode_of_the_file_is_what_is_looked_at_after_it_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever puts another file in its place in between gains nothing."""
    path = keep(tmp_path / "dsn")
    other = keep(tmp_path / "other", mode=0o644)

    def swapped(path: Path) -> bool:
        found = is_regular(path)
        other.replace(path)
        return found

    monkeypatch.setattr("seatrial.project.secret.is_regular", swapped)
    assert refused(tmp_path, dsn_file="dsn").code == "secret.readable-by-others"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
