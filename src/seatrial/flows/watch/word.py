"""A person's word to a watch that somebody else runs: it goes on, or keeps silent about a signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.flows.folder import again
from seatrial.model.figures import span
from seatrial.model.journal import EntryKind
from seatrial.model.jsonable import as_json
from seatrial.model.outcome import Done, Outcome
from seatrial.model.watch import Answered, Silence
from seatrial.monitoring.signals import SIGNALS
from seatrial.project.origin import origin

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.flows.watch.reach import Reach
    from seatrial.model.release import Target
    from seatrial.model.undertaking import Watching

__all__ = ["give_word"]


def give_word(at: Reach, root: Path, target: Target, how: Watching) -> Outcome:
    """Write it down where the watch finds it, at its next sample.

    Raises:
        CannotRun: there is no watch under way, or no such signal.
    """
    kept = at.journal.latest(())
    if kept is None or kept.watch is None or kept.verdict is not None:
        raise CannotRun(
            "watch.none", f"nobody watches {target.name}", where=at.journal.place, why="there is no watch under way",
            fix="begin one: " + again("watch", root, target.argument),
        )  # fmt: skip
    now = at.now()
    return _silence(at, target, how, now) if how.silence else _go_on(at, target, how, now)


def _go_on(at: Reach, target: Target, how: Watching, now: float) -> Outcome:
    # What is open then, the watch knows when it hears of it.
    at.journal.add(now, EntryKind.ANSWER, as_json(Answered(at=now, who=origin().user, because=how.go_on, keys=())))
    return Outcome(
        command="watch",
        summary=f"Written down: the watch of {target.name} goes on, and does not ask again about what is open now.",
    )


def _silence(at: Reach, target: Target, how: Watching, now: float) -> Outcome:
    name = how.silence.partition(" ")[0]
    if name not in {one.name for one in SIGNALS}:
        raise CannotRun(
            "watch.no-signal", f"there is no signal {name}", where="--silence",
            fix="give one of " + ", ".join(one.name for one in SIGNALS),
        )  # fmt: skip
    silence = Silence(
        signal=how.silence, until=now + how.silence_seconds, because=how.because, who=origin().user,
    )  # fmt: skip
    at.journal.add(now, EntryKind.SILENCE, as_json(silence))
    return Outcome(
        command="watch",
        summary=f"Silenced: nobody is told of {how.silence} on {target.name} for {span(how.silence_seconds)}; "
        "the verdict is the same.",
        body=Done(),
    )
