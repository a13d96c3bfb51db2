"""The command line: every module beside this one that has `register` is a command."""

from __future__ import annotations

import codecs
import gc
import io
import os
import signal
import sys
import traceback
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, TextIO, cast

import typer

import seatrial.cli
from seatrial import __version__
from seatrial.errors import Exit
from seatrial.model.masking import redacted

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["app", "main", "with_additions"]

app = typer.Typer(
    help="Proves a database release on a real PostgreSQL before it runs, then deploys and verifies it.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


#: Name of how a stream treats what it cannot take.
READABLE = "seatrial.readable"
PLAIN = str.maketrans({
    "✓": "ok", "✗": "no", "·": "-", "–": "-", "→": "->", "…": "...", "“": '"', "”": '"',
    "\N{MULTIPLICATION SIGN}": "x", "\N{REPLACEMENT CHARACTER}": "?",
})  # fmt: skip

#: Where a shell asks what can come next.
COMPLETION = "_SEATRIAL_COMPLETE"
#: What the commands have in common.
SHARED = frozenset({"app", "completing", "considerate", "printing", "session"})


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"seatrial {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Take the options that stand before a command."""


def _commands() -> list[str]:
    order = (
        "demo", "check", "rehearse", "prove", "docs", "deploy", "verify", "watch", "health", "rollback", "archive",
        "status", "history", "new", "link", "tenancy", "baseline", "repair", "standin", "report", "notify", "explain",
        "scratch", "support_bundle",
    )  # fmt: skip
    found = [module.name for module in iter_modules(seatrial.cli.__path__) if module.name not in SHARED]
    return sorted(found, key=lambda name: order.index(name) if name in order else len(order))


for _name in _commands():
    import_module(f"seatrial.cli.{_name}").register(app)


def with_additions() -> typer.Typer:
    """The commands, and those that packages beside this one add; to look for them takes some milliseconds."""
    from importlib.metadata import entry_points

    for each in entry_points(group="seatrial.commands"):
        each.load()(app)
    return app


def _own_names() -> set[str]:
    """As they are typed; to ask the parser itself would build every command."""
    commands = {
        each.name or each.callback.__name__.replace("_", "-") for each in app.registered_commands if each.callback
    }
    return commands | {str(each.name) for each in app.registered_groups}


def _without_parameters(shown: typer.Typer) -> None:
    """Take from each command what it takes: the list of commands does not show it, and it is a fifth of the work."""
    for each in shown.registered_commands:
        each.callback = _bare(each.callback)
    for group in shown.registered_groups:
        if group.typer_instance:
            _without_parameters(group.typer_instance)


def _bare(command: Callable[..., Any] | None) -> Callable[..., Any]:
    def bare() -> None:
        """Stand for a command that nobody runs."""

    bare.__name__, bare.__doc__ = getattr(command, "__name__", ""), getattr(command, "__doc__", "")
    return bare


class _Guarded:
    """Standard error without passwords, also in what the command line's own parser quotes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Pass it on, masked."""
        return self._stream.write(redacted(text))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        """Everything else is the stream's own."""
        return getattr(self._stream, name)


def _readable(error: UnicodeError) -> tuple[str, int]:
    """What a stream gets in place of letters that it cannot take: our signs as words, all others as escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    left = error.object[error.start : error.end].translate(PLAIN)
    return left.encode("ascii", "backslashreplace").decode("ascii"), error.end


codecs.register_error(READABLE, _readable)


def main() -> None:
    """Where `seatrial` begins."""
    for stream in (sys.stdout, sys.stderr):
        # An answer must not fail for its check mark.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=READABLE)
    sys.stderr = cast("TextIO", _Guarded(sys.stderr))
    for number in (signal.SIGTERM, signal.SIGHUP):
        # A cancelled job ends like Ctrl-C: rolled back, unlocked, and with a word about what remains.
        signal.signal(number, signal.default_int_handler)
    # A command makes hundreds of thousands of records that all live to its end: looking through them again and again
    # for garbage takes a tenth of its time.
    gc.set_threshold(200_000, 50, 100)
    try:
        # Nobody who types a command of ours waits for others.
        commands = app if sys.argv[1:2] and sys.argv[1] in _own_names() else with_additions()
        if sys.argv[1:] in ([], ["-h"], ["--help"], ["--version"]) and COMPLETION not in os.environ:
            _without_parameters(commands)
        commands()
    except Exception as error:  # noqa: BLE001 - a fault of ours must not be taken for the answer no, exit code 1
        traceback.print_exception(error)
        sys.stderr.write("✗ internal: this is a fault in Seatrial; please report it with the lines above.\n")
        sys.exit(Exit.COULD_NOT_RUN)
