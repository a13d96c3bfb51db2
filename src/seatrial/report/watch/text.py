"""A watch as text: what is wrong and what it is tied to, what is not watched, the way out, and where the record is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from seatrial.model.watch import Standing
from seatrial.model.words import duration
from seatrial.report import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.outcome import Watched
    from seatrial.model.watch_page import TroubleRow, WatchPage

__all__ = ["lines"]

#: Troubles that are told of in full.
MOST = 20


def lines(body: Watched) -> Iterator[Text]:
    """What is open first."""
    found = sorted(body.page.troubles, key=lambda one: (one.over is not None, one.standing is not Standing.FAILED))
    for one in found[:MOST]:
        yield from _trouble(one)
    if len(found) > MOST:
        yield Text(f"· and {len(found) - MOST:,} more (--format json lists them)", style="dim")
    for why in body.page.not_run:
        yield Text.assemble(("· not watched: ", "dim"), why)
    yield from _way_out(body.page)
    if body.record:
        yield Text.assemble(("record: ", "dim"), body.record)


def _trouble(one: TroubleRow) -> Iterator[Text]:
    failed = one.standing is Standing.FAILED
    symbol, style = ("✗", "red") if failed and one.over is None else ("·", "blue")
    yield Text.assemble((f"{symbol} {one.title}", f"bold {style}"), f": {one.subject}" if one.subject else "")
    seen = f"{duration(one.detected)} after the deployment" if one.detected is not None else ""
    yield from pieces.labelled((
        ("figures", one.figures), ("seen", seen), ("query", one.statement), ("tied to", "\n".join(one.ties)),
        ("silent", one.silenced),
    ))  # fmt: skip


def _way_out(page: WatchPage) -> Iterator[Text]:
    """Only where something is wrong."""
    out = page.way_out
    if out is None or not (out.cannot or out.refused or out.is_proved):
        return
    yield Text("roll back: refused, as " + out.refused if out.refused else "roll back:", style="bold")
    yield from (Text(f"  - {line}") for line in out.undoes)
    yield from (Text(f"  ✗ cannot be undone: {line}") for line in out.cannot)
