"""What every command shares: output and its format, progress, questions, errors, exit codes."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, ClassVar, NoReturn

import typer

from seatrial.cli import completing
from seatrial.errors import CannotRun, Interrupted, Refused, SeatrialError
from seatrial.model.interrupts import undisturbed
from seatrial.model.masking import redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seatrial.model.outcome import Outcome

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
    "printable",
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
    # Whatever prints is loaded when there is something to print: `seatrial --help` takes half the time without it.
    from seatrial.cli.printing import print_error

    Progress().leave()
    print_error(problem, command, form)
    raise typer.Exit(problem.exit_code) from None


def show(found: Outcome, form: Format | FindingsFormat, *, folder: Path = Path()) -> None:
    """Print an outcome on standard output."""
    # Late, as above.
    from seatrial.cli.printing import print_outcome

    print_outcome(found, form, folder)


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
            self._write(f"{_NEW_LINE if self._open and not self._broken else ''}{printable(line)}\n")
            self._broken = True

    def begin(self, what: str) -> None:
        """The first half of a line."""
        with self._lock:
            self._open, self._broken = printable(what), False
            self._write(f"  {self._open} ... ")

    def end(self, result: str) -> None:
        """The other half."""
        with self._lock:
            again = f"  {self._open} ... " if self._open and self._broken else ""
            self._write(f"{again}{printable(result)}\n")
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
    # Late, as above.
    from seatrial.cli.printing import print_plain

    # Also where nobody is there: whoever adds --yes has read what it says yes to.
    print_plain(what)
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


def printable(line: str) -> str:
    """A server's message or a file's name must not drive the terminal, or begin a line of its own."""
    return "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line)
