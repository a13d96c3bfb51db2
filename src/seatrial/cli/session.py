"""What every command shares: output and its format, progress, questions, errors, exit codes."""

from __future__ import annotations

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

from seatrial.errors import CannotRun, Interrupted, Refused, SeatrialError
from seatrial.report import json, text
from seatrial.report.redact import redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seatrial.model.outcome import Outcome

__all__ = [
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


Folder = Annotated[Path, typer.Argument(help="The release folder.", show_default="this folder")]
FormatOption = Annotated[Format, typer.Option("--format", help="What is printed on standard output.")]


def not_empty(value: str | None) -> str | None:
    """An option that is given must say something: `--target "$UNSET"` must not mean the default."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it is empty; is a variable not set?")
    return value


TargetOption = Annotated[
    str | None,
    typer.Option("--target", callback=not_empty, help="Name of a target, or a DSN.", show_default="the only one named"),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]


def run(command: str, form: Format, flow: Callable[[], Outcome]) -> NoReturn:
    """Run a flow, print what came of it, and end with its exit code."""
    try:
        found = flow()
    except KeyboardInterrupt:
        _fail(Interrupted("interrupted", "stopped by Ctrl-C", fix="run the command again"), command, form)
    except SeatrialError as problem:
        _fail(problem, command, form)
    show(found, form)
    raise typer.Exit(found.exit_code)


def _fail(problem: SeatrialError, command: str, form: Format) -> NoReturn:
    with _reader_may_leave():
        if form is Format.JSON:
            sys.stdout.write(redacted(json.error(problem, command)) + "\n")
        else:
            _print(text.error(problem), error=True)
    raise typer.Exit(problem.exit_code) from None


def show(found: Outcome, form: Format) -> None:
    """Print an outcome on standard output."""
    found = replace(found, next=tuple(_as_typed(command) for command in found.next))
    with _reader_may_leave():
        if form is Format.JSON:
            sys.stdout.write(json.outcome(found) + "\n")
        else:
            _print(text.outcome(found))


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
        self._write(f"{line}\n")

    def begin(self, what: str) -> None:
        """The first half of a line."""
        self._write(f"  {what} ... ")

    def end(self, result: str) -> None:
        """The other half."""
        self._write(f"{result}\n")

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
        # A server's message or a file's name must not drive the terminal.
        line.plain = "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line.plain)
        console.print(line)
