"""`seatrial watch`: a release is watched after its deployment, against what was usual before it."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from seatrial.errors import Exit, Interrupted, SeatrialError
from seatrial.flows.folder import again, read_folder, target_of
from seatrial.flows.shipped import DEMO, demo_log
from seatrial.flows.watch.begin import Beginning, begun, noting
from seatrial.flows.watch.desk import served
from seatrial.flows.watch.duty import Duty
from seatrial.flows.watch.reach import reach
from seatrial.flows.watch.record import folder_of, write_record
from seatrial.flows.watch.stay import Button, stay
from seatrial.flows.watch.word import give_word
from seatrial.model.figures import span
from seatrial.model.outcome import Outcome, Watched
from seatrial.model.watch import WatchVerdict
from seatrial.model.words import count
from seatrial.monitoring.judgement.ending import FINAL
from seatrial.project.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seatrial.flows.watch.lookout import Noting
    from seatrial.model.narrator import Narrator
    from seatrial.model.sample import Sample
    from seatrial.model.undertaking import Watching
    from seatrial.model.watch_page import WatchPage
    from seatrial.project.settings import Settings

__all__ = ["watch"]

#: Of the time before a deployment, where nobody says how long.
BASELINE_SECONDS = 600.0
EXITS = {
    WatchVerdict.WATCHING: Exit.YES, WatchVerdict.SUCCESSFUL: Exit.YES, WatchVerdict.FAILED: Exit.NO,
    WatchVerdict.PAUSED: Exit.REMAINS, WatchVerdict.INCONCLUSIVE: Exit.REMAINS,
}  # fmt: skip


def watch(
    root: Path,
    wanted: str,
    how: Watching,
    *,
    narrator: Narrator,
    show: Callable[[WatchPage], None] | None = None,
    opened: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Note what is usual, or watch what was deployed last, until there is a verdict.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        how: what exactly.
        narrator: told a line a minute, and what is new.
        show: takes the page after each sample, in place of the line a minute.
        opened: told the address of the page, where there is one.

    Raises:
        CannotRun: no connection, nothing that could be watched, or somebody else watches.
        Interrupted: it was stopped, and goes on where it was when it is run again.
    """
    folder, settings = read_folder(root, wanted), _settings(root, wanted)
    with ExitStack() as stack:
        target = stack.enter_context(target_of(root, wanted))
        out = folder_of(root, target, how.out)
        at = reach(target, out, stack, alone=not (how.go_on or how.silence))
        if how.go_on or how.silence:
            return give_word(at, root, target, how)
        begin = Beginning(
            at=at, folder=folder, target=target, wanted=wanted, how=how, settings=settings, narrator=narrator
        )
        if how.baseline:
            return _note(noting(begin), begin)
        lookout, is_over = begun(begin)
        duty = Duty(lookout, begin)
        if not is_over:
            button = Button(duty)
            if how.serve:
                opened(stack.enter_context(served(duty, button, how.serve)).url)
            _watch(duty, how, button, narrator, show)
        return _outcome(duty, out, how)


def _settings(root: Path, wanted: str) -> Settings:
    """The demo's production is a server of ours, whose log lies in its folder."""
    found = read_settings(root / "seatrial.toml")
    if wanted != DEMO:
        return found
    return found.model_copy(update={"watch": found.watch.model_copy(update={"log": str(demo_log())})})


def _watch(
    duty: Duty, how: Watching, button: Button, narrator: Narrator, show: Callable[[WatchPage], None] | None
) -> None:  # fmt: skip
    try:
        stay(duty, how, button, narrator, show)
    except KeyboardInterrupt:
        with suppress(SeatrialError):
            duty.lookout.stand()
        raise Interrupted(
            "watch.interrupted", f"stopped after {span(duty.lookout.judged.passed)} of "
            f"{span(duty.lookout.watch.window)}", fix="run the command again: it goes on where it was",
        ) from None  # fmt: skip
    if duty.verdict in FINAL:
        duty.lookout.end()
    else:
        duty.lookout.stand()


def _outcome(duty: Duty, out: Path, how: Watching) -> Outcome:
    shown = duty.page(frozen=duty.verdict in FINAL)
    watch, verdict = duty.lookout.watch, duty.verdict
    path = write_record(out, shown) if verdict in FINAL else None
    following = [again("watch", duty.root, duty.target.argument)] if how.once and verdict not in FINAL else []
    if verdict is WatchVerdict.FAILED and duty.lookout.rolled_back is None:
        following.append(duty.way_out.command)
    if verdict is WatchVerdict.PAUSED:
        following.append(again('watch --go-on "why it may"', duty.root, duty.target.argument))
    return Outcome(
        command="watch", exit_code=EXITS[verdict], summary=_capitalized(shown.sentence),
        next=tuple(following), body=Watched(target=watch.target, page=shown, record=str(path or "")),
    )  # fmt: skip


def _say_unread(sample: Sample, known: set[str], begin: Beginning) -> set[str]:
    """What cannot be noted is said once: later it is too late."""
    for source in sorted(sample.unread.keys() - known):
        begin.narrator.say(f"not noted: {source}: {sample.unread[source]}")
    return set(sample.unread)


def _capitalized(sentence: str) -> str:
    """A summary is a sentence; names in it stay as they are."""
    return sentence[:1].upper() + sentence[1:].rstrip(".") + "."


def _note(noted: Noting, begin: Beginning) -> Outcome:
    """Before a deployment, until the time is over or somebody stops it: what was noted counts."""
    every = begin.how.every or begin.settings.watch.every_seconds
    until = time.monotonic() + (begin.how.seconds or BASELINE_SECONDS)
    unread: set[str] = set()
    begin.narrator.begin(f"noting what is usual on {begin.target.name}")
    try:
        while True:
            unread |= _say_unread(noted.look(begin.at.connected()), unread, begin)
            if begin.how.once or time.monotonic() + every > until:
                break
            time.sleep(every)
    except KeyboardInterrupt:
        pass
    noted.stand()
    intervals, argument = count(noted.intervals, "interval"), begin.target.argument
    begin.narrator.end(f"ok {intervals}")
    return Outcome(
        command="watch", summary=f"Noted: what is usual on {begin.target.name}, in {intervals}.",
        next=(again("deploy", begin.root, argument), again("watch --for 48h", begin.root, argument)),
    )  # fmt: skip
