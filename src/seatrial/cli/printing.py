"""How an answer or an error is printed: as text, or in a format that other programs read.

It stands apart from the session as it brings every renderer along, and is loaded when there is something to print.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from seatrial.cli.session import FindingsFormat, Format, printable
from seatrial.report import json, text
from seatrial.report.results import of_error, of_outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.errors import SeatrialError
    from seatrial.model.outcome import Outcome
    from seatrial.report.results import Results

__all__ = ["print_error", "print_outcome", "print_plain"]


def print_error(problem: SeatrialError, command: str, form: Format | FindingsFormat) -> None:
    """For a person on standard error, for a program on standard output."""
    with _reader_may_leave():
        if form == Format.TEXT:
            _print(text.error(problem), error=True)
        elif form == Format.JSON:
            _write_document(json.error(problem, command))
        else:
            _write(of_error(problem, command), form)


def print_outcome(found: Outcome, form: Format | FindingsFormat, folder: Path) -> None:
    """On standard output."""
    found = replace(found, next=tuple(_as_typed(command) for command in found.next))
    with _reader_may_leave():
        if form == Format.TEXT:
            _print(text.outcome(found))
        elif form == Format.JSON:
            _write_document(json.outcome(found))
        else:
            _write(of_outcome(found, _base(folder)), form)


def print_plain(lines: Iterable[str]) -> None:
    """On standard error, as they are."""
    _print((Text(line) for line in lines), error=True)


def _write(results: Results, form: str) -> None:
    """In a format that other programs read; its renderers are loaded only where one is asked for."""
    from seatrial.flows.described import described
    from seatrial.report.formats import DESCRIBED, FORMATS

    _write_document(FORMATS[form](results, described() if form in DESCRIBED else ()))
    if form == FindingsFormat.GITHUB:
        _summarize(results)


def _write_document(words: str) -> None:
    """For a program, which gets UTF-8 whatever the terminal's letters are; a file name may be no text at all."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.stdout.write(f"{words}\n")


def _base(folder: Path) -> str:
    """The folder as seen from the checkout, which CI names and which is this folder elsewhere; empty when outside."""
    here = Path(os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR") or ".").resolve()
    at = folder.resolve()
    return at.relative_to(here).as_posix() if at != here and at.is_relative_to(here) else ""


def _summarize(results: Results) -> None:
    """Add to the job's summary; a step whose summary is too long loses all of it."""
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        return
    from seatrial.report import comment

    try:
        with Path(place).open("a", encoding="utf-8") as file:
            room = comment.SUMMARY_BYTES - file.tell() - 1
            words = comment.render(results, room)
            if len(words.encode()) < room:
                file.write(f"{words}\n")
    except OSError as problem:
        sys.stderr.write(f"the job summary could not be written: {problem}\n")


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """`seatrial deploy | head -1`: the exit code speaks of the database, not of the pipe."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still in the buffer would raise again when Python ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _as_typed(command: str) -> str:
    """A command as it can be pasted here: a program that is not on the PATH is called by its place."""
    program = Path(sys.argv[0])
    if program.name == "seatrial" and command.startswith("seatrial ") and shutil.which("seatrial") is None:
        return os.path.relpath(program) + command.removeprefix("seatrial")
    return command


class _Console(Console):
    """Leaves the end to us: rich itself would make a broken pipe the exit code of a refusal."""

    def on_broken_pipe(self) -> None:
        """Called while the error is handled."""
        raise  # noqa: PLE0704 - the one that is being handled


def _print(lines: Iterable[Text], *, error: bool = False) -> None:
    console = _Console(stderr=error, highlight=False, soft_wrap=True)
    for line in lines:
        line.plain = printable(line.plain)
        console.print(line)
