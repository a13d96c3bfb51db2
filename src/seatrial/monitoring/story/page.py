"""A watch as its page: live and frozen it is made in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.watch_page import WatchPage
from seatrial.monitoring.story.charts import charts
from seatrial.monitoring.story.frame import Frame, stands_of
from seatrial.monitoring.story.history import History, Limits
from seatrial.monitoring.story.rows import not_run, signals, statements, tenants, troubles
from seatrial.monitoring.story.sentence import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.sample import Measured
    from seatrial.model.watch import Baseline, Declared, Judged, Silence, Watch
    from seatrial.model.watch_page import SaidLine, WatchMark, WatchStage, WayOut

__all__ = ["page_of"]


def page_of(  # noqa: PLR0913 - each is written down by somebody else
    watch: Watch,
    baseline: Baseline | None,
    judged: Judged,
    measured: Sequence[Measured] | History,
    *,
    stages: Sequence[WatchStage],
    marks: Sequence[WatchMark],
    said: Sequence[SaidLine],
    way_out: WayOut | None,
    now: float,
    silences: Sequence[Silence] = (),
    declared: Sequence[Declared] = (),
    is_frozen: bool = False,
) -> WatchPage:
    """Everything that the page shows.

    Args:
        watch: what is watched.
        baseline: what was usual; None where nobody has looked before the deployment.
        judged: where it stands.
        measured: the intervals so far, oldest first; whoever makes a page again and again keeps a History of them.
        stages: of the spine, as the ledger and the watch know them.
        marks: what happened, for the time axis.
        said: by the watch, oldest first.
        way_out: the rollback as it is prepared.
        now: seconds since 1970.
        silences: of which nobody is told.
        declared: queries of the release.
        is_frozen: it is over, and this is the record.
    """
    history = measured
    if not isinstance(history, History):
        keys = {*judged.tracks, *(one.key for one in judged.troubles)}
        history = History.of(Limits(baseline, declared), history, keys)
    frame = Frame(
        watch=watch, baseline=baseline, judged=judged, history=history, declared=declared, now=now,
        stands=stands_of(judged, baseline, history, declared),
    )  # fmt: skip
    return WatchPage(
        target=watch.target, release=watch.release, migrations=watch.migrations, plan=watch.plan, who=watch.who,
        server=watch.server, verdict=judged.verdict, sentence=sentence(frame), began=watch.began, now=now,
        window=watch.window, passed=judged.passed, stages=tuple(stages), marks=tuple(marks), charts=charts(frame),
        troubles=troubles(frame, silences), signals=signals(frame), tenants=tenants(frame),
        statements=statements(frame), not_run=not_run(frame), said=tuple(said), way_out=way_out, is_frozen=is_frozen,
    )  # fmt: skip
