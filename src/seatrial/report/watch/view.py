"""What the templates need beside the page itself: signs, drawn charts, groups, and how much of a list is shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.watch import Standing
from seatrial.report.harmless import clipped
from seatrial.report.readiness.stories import anchor
from seatrial.report.watch.axis import axis_of
from seatrial.report.watch.chart import drawn
from seatrial.report.watch.signs import STANDINGS, lasting, missing, verdict_sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.watch_page import SignalRow, TenantRow, TroubleRow, WatchPage
    from seatrial.report.readiness.verdict import Sign
    from seatrial.report.watch.axis import Axis
    from seatrial.report.watch.chart import Drawn

__all__ = [
    "MOST_SAID",
    "MOST_STATEMENTS",
    "MOST_TENANTS",
    "MOST_TROUBLES",
    "OPEN_SAID",
    "OPEN_STATEMENTS",
    "OPEN_TROUBLES",
    "Link",
    "View",
    "counted_standings",
    "shape",
    "trouble_anchor",
    "view",
]

MOST_TENANTS, MOST_TROUBLES, MOST_STATEMENTS, MOST_SAID = 50, 30, 300, 100
#: And so many of them are not folded away.
OPEN_TROUBLES, OPEN_STATEMENTS, OPEN_SAID = 6, 15, 15
#: Letters of a statement that are shown in a list.
SHAPE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A part of the page, and what there is of it."""

    anchor: str
    words: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page, prepared."""

    sign: Sign
    charts: tuple[Drawn, ...]
    axis: Axis
    links: tuple[Link, ...]
    #: Family and its signals.
    families: tuple[tuple[str, tuple[SignalRow, ...]], ...]
    #: Organizations that are not shown, `1,950 more: 1,949 within, 1 quiet`; empty for none.
    other_tenants: str
    #: Part of the window that has passed, in percent.
    passed: float


def view(found: WatchPage) -> View:
    """Prepared for the templates."""
    axis = axis_of(found)
    return View(
        sign=verdict_sign(found), charts=tuple(drawn(one, axis) for one in found.charts), axis=axis,
        links=tuple(_links(found)), families=_families(found.signals), other_tenants=_others(found.tenants),
        passed=min(100.0, found.passed / found.window * 100) if found.window else 100.0,
    )  # fmt: skip


def trouble_anchor(one: TroubleRow) -> str:
    """The same as long as the trouble is the same."""
    return anchor("trouble", one.title, one.subject, str(int(one.since)))


def counted_standings(rows: Iterable[Standing]) -> str:
    """`3 failed, 40 within`, the worst first."""
    many = Counter(rows)
    return ", ".join(f"{many[one]:,} {sign.word}" for one, sign in _WORST_FIRST if many[one])


def shape(text: str) -> str:
    """A statement in a list."""
    return clipped(" ".join(text.split()), SHAPE)


_WORST_FIRST = [
    (one, STANDINGS[one])
    for one in (Standing.FAILED, Standing.BREACHED, Standing.GAP, Standing.NOT_RUN, Standing.WITHIN, Standing.QUIET)
]


def _links(found: WatchPage) -> Iterable[Link]:
    unseen, over = missing(found), sum(one.over is not None for one in found.troubles)
    noted = sum(one.over is None and one.is_noted for one in found.troubles)
    more = "".join(f", {many} {word}" for many, word in ((noted, "noted"), (over, "over")) if many)
    yield Link(anchor="troubles", words="Troubles", number=f"{lasting(found)}{more}")
    yield Link(anchor="charts", words="Over time")
    yield Link(anchor="tenants", words="Organizations", number=f"{len(found.tenants):,}")
    yield Link(anchor="signals", words="Signals", number=f"{len(found.signals)}")
    yield Link(anchor="statements", words="Statements", number=f"{len(found.statements):,}")
    yield Link(anchor="not-watched", words="Not watched", number=f"{unseen}" if unseen else "")
    yield Link(anchor="said", words="What was said", number=f"{len(found.said):,}")


def _families(rows: Sequence[SignalRow]) -> tuple[tuple[str, tuple[SignalRow, ...]], ...]:
    found: dict[str, list[SignalRow]] = {}
    for one in rows:
        found.setdefault(one.family, []).append(one)
    return tuple((family, tuple(each)) for family, each in found.items())


def _others(rows: Sequence[TenantRow]) -> str:
    rest = rows[MOST_TENANTS:]
    return f"{len(rest):,} more: {counted_standings(one.standing for one in rest)}" if rest else ""
