"""`seatrial notify`: a test message to everybody who is told of deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Exit
from seatrial.flows.folder import again
from seatrial.model.notification import Event
from seatrial.model.outcome import Done, Outcome
from seatrial.model.words import count
from seatrial.notify.notifier import told_at_once
from seatrial.notify.sample import sample
from seatrial.project.release import read_release
from seatrial.project.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["notify"]


def notify(root: Path, event: Event = Event.TEST) -> Outcome:
    """Tell every channel of `[[notify]]`, and say what came of each; the answer is no when one was not told.

    Args:
        root: the release folder.
        event: what the message is like; all channels that want that one get it.

    Raises:
        CannotRun: nobody is to be told.
    """
    settings, where = read_settings(root / "seatrial.toml"), str(root / "seatrial.toml")
    if not settings.notify:
        raise CannotRun(
            "notify.nobody", "nobody is told of deployments", where=where,
            why="it has no [[notify]]", fix='add [[notify]] with kind = "slack" and url = "env(SLACK_URL)"',
        )  # fmt: skip
    told = told_at_once(settings, sample(event, release=read_release(root).name))
    if not told:
        raise CannotRun(
            "notify.unwanted", f"no channel is told of {event}", where=where,
            why="every [[notify]] has events, and it is in none of them", fix=f'add "{event}" to the events of one',
        )  # fmt: skip
    failed = [name for name, failure in told if failure]
    summary = f"Told: a test message went to {count(len(told), 'channel')}."
    if failed:
        summary = f"Not told: {len(failed)} of {count(len(told), 'channel')}; a deployment would go on all the same."
    notes = [f"{'✗' if failure else '✓'} {name}: {failure or 'told'}" for name, failure in told]
    others = len(settings.notify) - len(told)
    return Outcome(
        command="notify",
        exit_code=Exit.NO if failed else Exit.YES,
        summary=summary,
        next=(again(f"notify --as {event}" if event is not Event.TEST else "notify", root),) if failed else (),
        body=Done(notes=(*notes, *([f"– {count(others, 'channel')} not told of {event}"] if others else []))),
    )
