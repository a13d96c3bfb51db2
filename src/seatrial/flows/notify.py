"""`seatrial notify`: a test message to everybody who is told of deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Exit
from seatrial.flows.folder import again
from seatrial.model.notification import Event, Notification
from seatrial.model.outcome import Done, Outcome
from seatrial.model.words import count
from seatrial.notify.notifier import told_at_once
from seatrial.project.release import read_release
from seatrial.project.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["notify"]

SENTENCE = "This is a test: nothing was deployed, and nothing is asked of you."


def notify(root: Path) -> Outcome:
    """Tell every channel of `[[notify]]`, and say what came of each; the answer is no when one was not told.

    Args:
        root: the release folder.

    Raises:
        CannotRun: nobody is to be told.
    """
    settings = read_settings(root / "seatrial.toml")
    if not settings.notify:
        raise CannotRun(
            "notify.nobody", "nobody is told of deployments", where=str(root / "seatrial.toml"),
            why="it has no [[notify]]", fix='add [[notify]] with kind = "slack" and url = "env(SLACK_URL)"',
        )  # fmt: skip
    told = told_at_once(
        settings,
        Notification(
            event=Event.TEST, target="no target", release=read_release(root).name, sentence=SENTENCE,
        ),
    )  # fmt: skip
    failed = [name for name, failure in told if failure]
    summary = f"Told: a test message went to {count(len(told), 'channel')}."
    if failed:
        summary = f"Not told: {len(failed)} of {count(len(told), 'channel')}; a deployment would go on all the same."
    return Outcome(
        command="notify",
        exit_code=Exit.NO if failed else Exit.YES,
        summary=summary,
        next=(again("notify", root),) if failed else (),
        body=Done(notes=tuple(f"{'✗' if failure else '✓'} {name}: {failure or 'told'}" for name, failure in told)),
    )
