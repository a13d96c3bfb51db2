"""A log on this machine is followed through its files, and what is missing is said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.postgres.monitoring.logged import error

from seatrial.errors import CannotConnect
from seatrial.monitoring.logs.folder import LocalFolder
from seatrial.monitoring.logs.open import open_log
from seatrial.monitoring.logs.totals import read_back
from seatrial.monitoring.probe import Scope, Unreadable
from seatrial.monitoring.probes.log import PROBE
from seatrial.monitoring.sampler import Sampler
from seatrial.pg.connection import connect
from seatrial.project.watch import WatchSettings

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.monitoring.logs.log import Log
    from seatrial.pg.connection import Connection

#: 2026-03-01 09:00 UTC.
NINE = 1772355600.0
STATES = ("22012", "42601", "40P01", "53300")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A file that the server writes to, with an error from before."""
    path = tmp_path / "postgresql.json"
    _write(path, error("08:59:00", "XX000", dbname=""))
    return path


def _write(path: Path, *lines: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(lines)


def _line(number: int) -> str:
    return error(f"09:00:0{number}", STATES[number], dbname="")


def _open(database: Connection, path: Path, since: float = NINE) -> Log:
    return open_log(database, WatchSettings(log=str(path)), since=since)


def _read(log: Log) -> list[str]:
    return [line.sqlstate for line in log.read()]


def test_only_what_came_since_is_read_and_once(database: Connection, log: Path) -> None:
    found = _open(database, log)
    assert _read(found) == []

    _write(log, _line(0))
    assert _read(found) == ["22012"]
    _write(log, _line(1)[:30])
    assert _read(found) == []
    _write(log, _line(1)[30:])
    assert _read(found) == ["42601"]
    assert not found.lost


def test_a_watch_that_was_not_running_reads_what_it_has_missed(database: Connection, log: Path) -> None:
    _write(log, *(error("08:59:30", dbname="", statement="x" * 500) for _ in range(1000)), _line(0))

    assert _read(_open(database, log)) == ["22012"]


@pytest.mark.parametrize("seconds", [0, 1], ids=["in the same moment", "later"])
@pytest.mark.parametrize("is_folder", [True, False], ids=["folder", "file"])
def test_a_renamed_file_is_read_to_its_end_before_the_new_one(
    database: Connection, log: Path, *, is_folder: bool, seconds: int
) -> None:
    found = _open(database, log.parent if is_folder else log)
    _write(log, _line(0))
    renamed = log.rename(log.with_name("postgresql.json.1" if not is_folder else "renamed.json"))
    _write(log, _line(1))
    os.utime(renamed, (NINE, NINE))
    os.utime(log, (NINE + seconds, NINE + seconds))

    assert _read(found) == ["22012", "42601"]
    assert not found.lost


def test_new_files_of_a_folder_are_read_in_their_order(database: Connection, log: Path) -> None:
    found = _open(database, log.parent)
    for number in range(3):
        path = log.with_name(f"{number}.json")
        _write(path, _line(number))
        os.utime(path, (NINE + number, NINE + number))
    _write(log.with_name("notes.txt"), _line(3))

    assert _read(found) == ["22012", "42601", "40P01"]
    assert not found.lost


def test_a_file_that_is_gone_is_said_and_the_new_one_is_read(database: Connection, log: Path) -> None:
    found = _open(database, log)
    log.unlink()
    with pytest.raises(Unreadable):
        found.read()
    _write(log, _line(0))
    # A file that comes into the place of another on the disk is another one all the same.
    assert _read(found) == ["22012"]
    assert found.lost
    _write(log, _line(1))

    assert _read(found) == ["42601"]
    assert not found.lost


@pytest.mark.parametrize("again", [1, 40], ids=["shorter", "longer than before"])
def test_a_truncated_file_is_read_from_its_beginning_and_said(database: Connection, log: Path, again: int) -> None:
    found = _open(database, log)
    log.write_text(_line(0) * again, encoding="utf-8")

    assert _read(found) == ["22012"] * again
    assert found.lost


def test_what_is_lost_is_a_gap_of_the_sample(database: Connection, log: Path) -> None:
    sampler = Sampler(Scope(log=_open(database, log)), [PROBE])
    log.write_text(_line(0), encoding="utf-8")

    sample = sampler.sample(database)

    assert "a part of it was gone" in sample.unread["log"]
    assert not sample.events


def test_what_was_read_when_the_connection_broke_is_read_again(
    database: Connection, log: Path, supabase_db: str
) -> None:
    with connect(supabase_db) as first:
        found = _open(first, log)
    _write(log, error("09:00:01", "23505", dbname="", message='violates "some_key"'))
    with pytest.raises(CannotConnect):
        found.read()

    assert [line.subject for line in found.read(database)] == ["some_key"]


def test_a_flood_is_read_in_several_looks(database: Connection, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalFolder, "most", len(_line(0)) * 10)
    found = _open(database, log)
    _write(log, *([_line(0)] * 25))

    looks = [len(_read(found)) for _ in range(4)]

    assert max(looks) <= 10
    assert sum(looks) == 25
    assert not found.lost


def test_what_is_too_far_behind_is_left_out_and_said(
    database: Connection, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalFolder, "most", len(_line(0)) * 10)
    found = _open(database, log)
    _write(log, *([_line(0)] * 90), *([_line(1)] * 10))

    assert set(_read(found)) == {"42601"}
    assert found.lost


def test_the_minutes_before_are_read_back_without_moving_on(database: Connection, log: Path) -> None:
    _write(log, error("08:57:30", dbname=""), error("08:58:10", "23505", dbname="", message='violates "some_key"'))
    log.write_text("".join(sorted(log.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")
    found = _open(database, log)

    assert read_back(found, NINE - 3600, NINE) == [
        (NINE - 60, {("log.violations", "some_key"): 1}),
        (NINE, {("log.errors", "XX000"): 1}),
    ]
    assert read_back(found, NINE - 60, NINE) == [(NINE, {("log.errors", "XX000"): 1})]
    assert _read(found) == []


def test_minutes_in_which_nothing_was_written_are_minutes_without_an_error(database: Connection, log: Path) -> None:
    os.utime(log, (NINE - 60, NINE - 60))
    newer = log.with_name("newer.json")
    _write(newer, error("09:04:30", dbname=""))
    found = _open(database, log.parent)

    assert read_back(found, NINE + 120, NINE + 300) == [
        (NINE + 180, {}), (NINE + 240, {}), (NINE + 300, {("log.errors", "22012"): 1}),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["none", "server.log"])
def test_what_is_no_log_is_said(database: Connection, tmp_path: Path, name: str) -> None:
    (tmp_path / "server.log").write_text("2026-03-01 ERROR:  division by zero\n", encoding="utf-8")

    with pytest.raises(Unreadable, match=r"no such file|no csvlog or jsonlog"):
        _open(database, tmp_path / name)


def test_an_empty_folder_is_said(database: Connection, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no csvlog or jsonlog"):
        _open(database, tmp_path)
