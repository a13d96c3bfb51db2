"""`seatrial demo --watch`: Phase 3 is deployed under live traffic and watched, and something is broken on purpose."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seatrial.errors import Exit, Interrupted
from seatrial.flows.demo import prepare
from seatrial.flows.demo_applications import applications
from seatrial.flows.demo_traffic import Traffic, break_on_purpose
from seatrial.flows.deploy import deploy
from seatrial.flows.folder import read_folder
from seatrial.flows.shipped import DEMO, demo_production, reset_demo, shipped_release
from seatrial.flows.watch.run import watch
from seatrial.model.breakage import Breakage
from seatrial.model.outcome import Done, Outcome
from seatrial.model.undertaking import Undertaking, Watching
from seatrial.model.watch import Standing, WatchVerdict
from seatrial.model.words import count, duration
from seatrial.pg.connection import connect, execute
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_script
from seatrial.scratch.places import demo_folder
from seatrial.scratch.server import DATABASE, LOGIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.flows.question import Question
    from seatrial.model.narrator import Narrator
    from seatrial.model.watch_page import TroubleRow, WatchPage

__all__ = ["WINDOW_SECONDS", "demo_watch"]

PACKAGE = "seatrial.flows"
#: A sample each so often, before the deployment and after it; a release that is not a demo has a minute.
BASELINE_SECONDS, BASELINE_EVERY, EVERY = 25.0, 1.0, 2.0
#: All is well for so long.
QUIET_SECONDS = 15.0
#: Within this the watch must have seen it.
SEEN_SECONDS = 30.0
#: The page stays for so long, or until somebody takes the release back or ends the command.
WINDOW_SECONDS = 900.0
#: A laptop that has other things to do takes its time, and nobody waits for the demo's production.
HOLD_SECONDS = 60.0
LOOK_FURTHER = ("seatrial demo psql", "seatrial demo --reset")
SAID = {
    Breakage.INDEX: "a hotfix drops an index of crm_events, and keeps the one of the release for calls only",
    Breakage.POLICY: "a hotfix replaces two policies of integrations: admins cannot save any more",
    Breakage.INTEGRATION: "the provider of one organization refuses its messages",
}


class _Director:
    """Breaks it when all has been well for a while, and notes when the watch has seen it."""

    def __init__(self, dsn: str, breakage: Breakage, traffic: Traffic, narrator: Narrator) -> None:
        self._dsn, self._breakage, self._traffic, self._narrator = dsn, breakage, traffic, narrator
        self._began, self._sentence = time.monotonic(), ""
        #: Troubles that have nothing to do with it.
        self._before: frozenset[tuple[str, str]] = frozenset()
        #: The release was failed before anything was broken.
        self.is_early = False
        self.broken: float | None = None
        self.seen: float | None = None
        self.failed: float | None = None
        self.troubles: tuple[TroubleRow, ...] = ()

    def __call__(self, page: WatchPage) -> None:
        """After each sample."""
        now = time.monotonic()
        # Figures of what has failed go up and down, and nobody wants to read each.
        if self.failed is None and page.sentence != self._sentence:
            self._sentence = page.sentence
            self._narrator.say(f"  {page.verdict}: {page.sentence}")
        if self.broken is None:
            self.is_early = self.is_early or page.verdict is WatchVerdict.FAILED
            if now - self._began >= QUIET_SECONDS:
                self.broken, self._before = now, frozenset(_who(one) for one in page.troubles)
                self._narrator.say(f"broken on purpose: {SAID[self._breakage]}")
                break_on_purpose(self._dsn, self._breakage, self._traffic)
            return
        troubles = tuple(
            one for one in page.troubles if one.over is None and not one.is_noted and _who(one) not in self._before
        )
        if troubles and self.seen is None:
            self.seen = now
        if any(one.standing is Standing.FAILED for one in troubles):
            self.troubles = troubles
        if page.verdict is WatchVerdict.FAILED and self.failed is None:
            self.failed = now
            self._narrator.say(f"failed {duration(now - self.broken)} after it was broken; the page has the way back")

    def begins(self) -> None:
        """The watch does, from now on."""
        self._began = time.monotonic()


def demo_watch(
    *,
    breakage: Breakage,
    narrator: Narrator,
    show: Callable[[Outcome], None],
    port: int,
    window: float = WINDOW_SECONDS,
) -> Outcome:
    """Begin with a new production, and end when the window has passed, the release was taken back, or on Ctrl-C.

    Args:
        breakage: what goes wrong.
        narrator: told the address of the page, and how it comes along.
        show: takes the outcome of each stage as it ends.
        port: of the page, on this machine; 0 for a free one.
        window: seconds that it is watched.
    """
    root = shipped_release()
    reset_demo()
    narrator.say("production")
    prepare(narrator)
    with demo_production() as server:
        with server.superuser(DATABASE) as connection:
            execute(connection, load(PACKAGE, "demo_read_log"))
        with connect(server.own_dsn()) as connection:
            execute_script(connection, load(PACKAGE, "demo_large_organization"))
        asked = applications(read_folder(root).release.workload)
        with Traffic(server.own_dsn(user=LOGIN), asked) as traffic:
            narrator.say("baseline")
            before = Watching(baseline=True, seconds=BASELINE_SECONDS, every=BASELINE_EVERY)
            show(watch(root, DEMO, before, narrator=narrator))
            narrator.say("deploy")
            done = deploy(
                root, DEMO, Undertaking(hold_seconds=HOLD_SECONDS), confirm=_agree, narrator=narrator
            )  # fmt: skip
            show(done)
            if done.exit_code is not Exit.YES:
                return Outcome(command="demo", exit_code=done.exit_code, summary="The demo stopped at deploy.")
            traffic.release_is_there()
            director = _Director(server.own_dsn(), breakage, traffic, narrator)
            _watched(director, narrator, show, port, window)
            return _outcome(director, traffic)


def _watched(
    director: _Director, narrator: Narrator, show: Callable[[Outcome], None], port: int, window: float
) -> None:  # fmt: skip
    narrator.say("watch")

    def opened(url: str) -> None:
        narrator.say(f"the page is at {url}")
        director.begins()

    how = Watching(seconds=window, every=EVERY, serve=f"127.0.0.1:{port}", out=demo_folder() / "watch")
    try:
        show(watch(shipped_release(), DEMO, how, narrator=narrator, show=director, opened=opened))
    except Interrupted:
        if director.seen is None:
            raise


def _outcome(director: _Director, traffic: Traffic) -> Outcome:
    if director.broken is None or director.seen is None:
        return Outcome(command="demo", exit_code=Exit.NO, summary="The watch has not seen what was broken.")
    if director.is_early:
        return Outcome(command="demo", exit_code=Exit.NO, summary="The watch failed the release before it was broken.")
    took = director.seen - director.broken
    counts = traffic.counts()
    failed = sum(number for (_, sqlstate), number in counts.items() if sqlstate)
    notes = [
        f"{count(sum(counts.values()), 'request')} of applications, {failed:,} refused",
        *(f"{one.title}: {one.subject}: {one.figures}" for one in director.troubles),
        *(f"tied to {tie}" for tie in dict.fromkeys(tie for one in director.troubles for tie in one.ties)),
    ]
    summary, in_time = f"The watch has seen it {duration(took)} after it was broken", took <= SEEN_SECONDS
    if director.failed is not None:
        summary += f", and failed the release after {duration(director.failed - director.broken)}"
    return Outcome(
        command="demo", exit_code=Exit.YES if in_time and director.failed is not None else Exit.NO,
        body=Done(notes=tuple(notes)), summary=f"{summary}.", next=LOOK_FURTHER,
    )  # fmt: skip


def _who(trouble: TroubleRow) -> tuple[str, str]:
    return trouble.title, trouble.subject


def _agree(_: Question) -> None:
    """It is nobody's production."""
