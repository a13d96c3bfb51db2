"""`seatrial check --watch`: an answer for each save, until Ctrl-C."""

from __future__ import annotations

import os
import queue
import signal
import threading
from typing import IO, TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.acceptance.console import Console, Program, Running
    from tests.acceptance.release import Release

NOTES = "20250301000000_notes.sql"
GOOD, BAD = "CREATE TABLE public.notes (id integer PRIMARY KEY);\n", "CREATE TABEL public.notes ();\n"


class Watching:
    """The program, and what it says, line by line."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.lines: queue.Queue[str] = queue.Queue()
        assert running.process.stdout
        threading.Thread(target=self._read, args=(running.process.stdout,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self.lines.put(line)

    def next(self) -> str:
        """The last line of the next answer."""
        while True:
            line = self.lines.get(timeout=30)
            if line.startswith(("✓", "✗ 1 file", "✗ 2 files")):
                return line


@pytest.fixture
def watching(release: Release, program: Program) -> Iterator[Watching]:
    release.add({NOTES: GOOD})
    with program.begin("check", "--watch") as running:
        yield Watching(running)


def rewritten(release: Release) -> None:
    (release.migrations / NOTES).write_text(BAD, encoding="utf-8")


def renamed(release: Release) -> None:
    """As many editors save: a new file takes the place of the old one."""
    beside = release.migrations / f".{NOTES}.swp"
    beside.write_text(BAD, encoding="utf-8")
    old = (release.migrations / NOTES).stat()
    os.utime(beside, ns=(old.st_atime_ns, old.st_mtime_ns))
    beside.replace(release.migrations / NOTES)


def added(release: Release) -> None:
    release.add({"20250301000001_more.sql": BAD})


def settings(release: Release) -> None:
    (release.root / "other").mkdir()
    (release.root / "other" / NOTES).write_text(BAD, encoding="utf-8")
    release.write("seatrial.toml", '[project]\nmigrations = "other"\n')


@pytest.mark.parametrize("save", [rewritten, renamed, added, settings])
def test_each_save_is_answered(watching: Watching, release: Release, save: Callable[[Release], None]) -> None:
    assert watching.next().startswith("✓ 1 file")
    save(release)
    assert watching.next().startswith("✗ ")


def test_an_answer_that_could_not_be_had_is_not_the_end(watching: Watching, release: Release) -> None:
    assert watching.next().startswith("✓ 1 file")
    release.write("seatrial.toml", "[proj")
    assert watching.running.process.stderr
    while "settings." not in (line := watching.running.process.stderr.readline()):
        assert line, "it goes on"
    release.write("seatrial.toml", "")
    assert watching.next().startswith("✓ 1 file")


def test_ctrl_c_ends_it_quietly(watching: Watching) -> None:
    watching.next()
    assert watching.running.process.stderr
    assert watching.running.process.stderr.readline() == "watching; Ctrl-C ends it\n"
    watching.running.send(signal.SIGINT)
    assert watching.running.process.wait(30) == 130
    assert watching.running.process.stderr.read() == ""


def test_nothing_moves_where_nobody_watches(watching: Watching) -> None:
    watching.next()
    assert "\x1b" not in "".join(watching.lines.queue)


def test_what_would_check_its_own_writing_for_ever_is_refused(release: Release, seatrial: Console) -> None:
    release.add({NOTES: GOOD})
    seatrial("check", "--watch", "--write-baseline", code=2)
