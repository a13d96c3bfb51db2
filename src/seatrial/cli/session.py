"""What every command shares: output and its format, progress, questions, errors, exit codes."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from seatrial.cli import completing
from seatrial.errors import CannotRun, Interrupted, Refused, SeatrialError
from seatrial.report import json, text
from seatrial.report.results import of_error, of_outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seatrial.model.outcome import Outcome
    from seatrial.report.results import Results

__all__ = [
    "FindingsFormat",
    "FindingsFormatOption",
    "Folder",
    "Format",
    "FormatOption",
    "Progress",
    "TargetOption",
    "YesOption",
    "ask",
    "not_empty",
    "run",
    "show",
]


class Format(StrEnum):
    """What a command prints."""

    TEXT = "text"
    JSON = "json"


class FindingsFormat(StrEnum):
    """What a command prints that has findings; those of Format are the same words."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    MARKDOWN = "markdown"
    HTML = "html"


Folder = Annotated[Path, typer.Argument(help="The release folder.", show_default="this folder")]
FormatOption = Annotated[Format, typer.Option("--format", help="What is printed on standard output.")]
FindingsFormatOption = Annotated[FindingsFormat, typer.Option("--format", help="What is printed on standard output.")]


def not_empty(value: str | None) -> str | None:
    """An option that is given must say something: `--target "$UNSET"` must not mean the default."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it is empty; is a variable not set?")
    return value


TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target",
        callback=not_empty,
        help="Name of a target, or a DSN.",
        show_default="the only one named",
        autocompletion=completing.target,
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]


def run(command: str, form: Format | FindingsFormat, flow: Callable[[], Outcome], *, folder: Path = Path()) -> NoReturn:
    """Run a flow, print what came of it, and end with its exit code.

    Args:
        command: as a person types it.
        form: what is printed.
        flow: does the work.
        folder: the release folder; other programs find files by their path from where they begin.
    """
    try:
        found = flow()
    except KeyboardInterrupt:
        _fail(Interrupted("interrupted", "stopped by Ctrl-C", fix="run the command again"), command, form)
    except SeatrialError as problem:
        _fail(problem, command, form)
    show(found, form, folder=folder)
    raise typer.Exit(found.exit_code)


def _fail(problem: SeatrialError, command: str, form: Format | FindingsFormat) -> NoReturn:
    with _reader_may_leave():
        if form == Format.TEXT:
            _print(text.error(problem), error=True)
        elif form == Format.JSON:
            _write_document(json.error(problem, command))
        else:
            _write(of_error(problem, command), form)
    raise typer.Exit(problem.exit_code) from None


def show(found: Outcome, form: Format | FindingsFormat, *, folder: Path = Path()) -> None:
    """Print an outcome on standard output."""
    found = replace(found, next=tuple(_as_typed(command) for command in found.next))
    with _reader_may_leave():
        if form == Format.TEXT:
            _print(text.outcome(found))
        elif form == Format.JSON:
            _write_document(json.outcome(found))
        else:
            _write(of_outcome(found, _base(folder)), form)


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


class Progress:
    """Tells on standard error how a command comes along; a line is begun at once and completed when it is over."""

    def say(self, line: str) -> None:
        """A line that is complete."""
        self._write(f"{_printable(line)}\n")

    def begin(self, what: str) -> None:
        """The first half of a line."""
        self._write(f"  {_printable(what)} ... ")

    def end(self, result: str) -> None:
        """The other half."""
        self._write(f"{_printable(result)}\n")

    def _write(self, words: str) -> None:
        # Nobody may be listening any more, and a deployment goes on all the same.
        with suppress(BrokenPipeError):
            sys.stderr.write(words)
            sys.stderr.flush()


def ask(target: str, what: Iterable[str], *, yes: bool) -> None:
    """Have a person type the target's name before something happens to it.

    Raises:
        CannotRun: nobody is there to be asked.
        Refused: something else was typed.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise CannotRun("ask.no-terminal", "nobody is there to be asked", fix="run it in a terminal, or give --yes")
    _print((Text(line) for line in what), error=True)
    sys.stderr.write(f"Type {target!r} to go on: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != target:
        raise Refused("ask.refused", "not confirmed; nothing was done")


class _Console(Console):
    """Leaves the end to us: rich itself would make a broken pipe the exit code of a refusal."""

    def on_broken_pipe(self) -> None:
        """Called while the error is handled."""
        raise  # noqa: PLE0704 - the one that is being handled


def _print(lines: Iterable[Text], *, error: bool = False) -> None:
    console = _Console(stderr=error, highlight=False, soft_wrap=True)
    for line in lines:
        line.plain = _printable(line.plain)
        console.print(line)


def _printable(line: str) -> str:
    """A server's message or a file's name must not drive the terminal, or begin a line of its own."""
    return "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line)
