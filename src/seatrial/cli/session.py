"""What every command shares: output and its format, progress, questions, errors, exit codes."""

from __future__ import annotations

import io
import logging
import os
import shutil
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, ClassVar, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from seatrial.cli import completing
from seatrial.errors import CannotRun, Interrupted, Refused, SeatrialError
from seatrial.model.interrupts import undisturbed
from seatrial.model.masking import redacted
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
    "refuse_other_name",
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


_NEW_LINE = "\n"
IN_THE_OPEN = (
    "! everybody on this machine can read that password in the list of processes; "
    "put the DSN into a variable, a file or a service and name the target: docs/how-to/keep-secrets-out.md"
)
#: Commands that only look: when one of them is interrupted, nothing can have been done.
LOOKS = frozenset({"check", "explain", "history", "status", "verify"})
_warned: set[str] = set()

Folder = Annotated[Path, typer.Argument(help="The release folder.", show_default="this folder")]
FormatOption = Annotated[Format, typer.Option("--format", help="What is printed on standard output.")]
FindingsFormatOption = Annotated[FindingsFormat, typer.Option("--format", help="What is printed on standard output.")]


def not_empty(value: str | None) -> str | None:
    """An option that is given must say something: `--target "$UNSET"` must not mean the default."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it is empty; is a variable not set?")
    if value is not None and redacted(value) != value and value not in _warned:
        # Said once, as a parser may look twice.
        _warned.add(value)
        Progress().say(IN_THE_OPEN)
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
YesOption = Annotated[
    str | None,
    typer.Option(
        "--yes", metavar="NAME", callback=not_empty, show_default=False,
        help="Do not ask: the target's name, as it would be typed; for scripts.",
    ),
]  # fmt: skip


def run(command: str, form: Format | FindingsFormat, flow: Callable[[], Outcome], *, folder: Path = Path()) -> NoReturn:
    """Run a flow, print what came of it, and end with its exit code.

    Args:
        command: as a person types it.
        form: what is printed.
        flow: does the work.
        folder: the release folder; other programs find files by their path from where they begin.
    """
    # The driver has words of its own for a second Ctrl-C; what it comes to is said by us.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    try:
        found = flow()
    except KeyboardInterrupt:
        nothing = "; nothing was done" if command in LOOKS else ""
        _fail(Interrupted("interrupted", f"interrupted{nothing}", fix="run the command again"), command, form)
    except SeatrialError as problem:
        _fail(problem, command, form)
    with undisturbed():
        show(found, form, folder=folder)
    raise typer.Exit(found.exit_code)


def _fail(problem: SeatrialError, command: str, form: Format | FindingsFormat) -> NoReturn:
    Progress().leave()
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

    #: Whether standard error is in the middle of a line.
    _in_line: ClassVar[bool] = False

    def __init__(self) -> None:
        self._open, self._broken = "", False
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        """A line that is complete; one that is open goes on below it."""
        with self._lock:
            self._write(f"{_NEW_LINE if self._open and not self._broken else ''}{_printable(line)}\n")
            self._broken = True

    def begin(self, what: str) -> None:
        """The first half of a line."""
        with self._lock:
            self._open, self._broken = _printable(what), False
            self._write(f"  {self._open} ... ")

    def end(self, result: str) -> None:
        """The other half."""
        with self._lock:
            again = f"  {self._open} ... " if self._open and self._broken else ""
            self._write(f"{again}{_printable(result)}\n")
            self._open = ""

    def ask(self, question: str) -> str:
        """What is typed behind it."""
        self._write(question)
        answer = sys.stdin.readline()
        Progress._in_line = not answer
        return answer.strip()

    def leave(self) -> None:
        """What follows begins a line, wherever somebody was interrupted."""
        if Progress._in_line:
            self._write(_NEW_LINE)

    def _write(self, words: str) -> None:
        Progress._in_line = not words.endswith(_NEW_LINE)
        # Nobody may be listening any more, and a deployment goes on all the same.
        with suppress(BrokenPipeError):
            sys.stderr.write(words)
            sys.stderr.flush()


def ask(target: str, what: Iterable[str], *, yes: str | None) -> None:
    """Have a person type the target's name before something happens to it.

    Args:
        target: its name.
        what: will happen to it.
        yes: the name, where it was given beforehand.

    Raises:
        CannotRun: nobody is there to be asked.
        Refused: something else was typed, or given.
    """
    refuse_other_name(target, yes)
    if yes is not None:
        return
    # Also where nobody is there: whoever adds --yes has read what it says yes to.
    _print((Text(line) for line in what), error=True)
    if not sys.stdin.isatty():
        raise CannotRun(
            "ask.no-terminal", "nobody is there to be asked",
            fix=f"run it in a terminal, or put --yes {quote(target)} at the end of the same command",
        )  # fmt: skip
    try:
        answer = Progress().ask(f"Type {target!r} to go on: ")
    except KeyboardInterrupt:
        raise Interrupted(
            "ask.interrupted", "interrupted; nothing was done", fix="run the command again"
        ) from None  # fmt: skip
    if answer != target:
        raise Refused("ask.refused", "not confirmed; nothing was done")


def refuse_other_name(target: str, yes: str | None) -> None:
    """Another name beforehand is another target, whether anybody would have been asked or not.

    Raises:
        Refused: it is.
    """
    if yes is not None and yes != target:
        raise Refused(
            "ask.other-name", f"--yes says {yes}, and this is {target}; nothing was done", where="--yes",
            fix=f"look whether it is the right target; if it is, put --yes {quote(target)} at the end of the same "
            "command",
        )  # fmt: skip


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
