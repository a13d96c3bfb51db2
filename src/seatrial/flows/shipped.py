"""The release that travels with Seatrial, and the demo's production that it is deployed to."""

from __future__ import annotations

import fcntl
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import seatrial
from seatrial.errors import CannotRun
from seatrial.scratch.places import demo_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.server import Server

__all__ = ["DEMO", "alone", "demo_log", "demo_production", "reset_demo", "shipped_release"]

#: The name of the demo's production among the targets.
DEMO = "demo"


def shipped_release() -> Path:
    """Its folder: inside the installed package, or the checkout that an editable install points to."""
    package = Path(seatrial.__file__).parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parents[1]


_running: list[Server] = []


@contextmanager
def demo_production() -> Iterator[Server]:
    """The demo's durable server, running; within one command it is the same one.

    Raises:
        CannotRun: another command is using it.
    """
    if _running:
        yield _running[-1]
        return
    # Loading the driver takes longer than `check` does on a small release, and `check` asks only where things are.
    from seatrial.scratch.server import durable

    with alone(demo_folder(), "the demo's production") as folder, durable(folder / "data") as server:
        _running.append(server)
        try:
            yield server
        finally:
            _running.remove(server)


def demo_log() -> Path:
    """Where the demo's production writes its log."""
    return demo_folder() / "data" / "log"


def reset_demo() -> None:
    """Remove the demo's production and everything in it."""
    with alone(demo_folder(), "the demo's production") as folder:
        shutil.rmtree(folder / "data", ignore_errors=True)
        (folder / "report.md").unlink(missing_ok=True)


@contextmanager
def alone(folder: Path, what: str) -> Iterator[Path]:
    """The folder, made where it is missing, for one command at a time.

    Args:
        folder: that nobody else may use.
        what: is in it, for whoever comes second.

    Raises:
        CannotRun: another command is using it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotRun(
                "demo.in-use", f"another command is using {what}", where=str(folder),
                fix="wait for it to end, then run the command again",
            ) from None  # fmt: skip
        yield folder
