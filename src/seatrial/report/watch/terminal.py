"""A watch in a terminal: a line for each minute, and the whole of it on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from seatrial.model.figures import amount, progress, span
from seatrial.model.masking import redacted
from seatrial.model.watch import Standing, WatchVerdict
from seatrial.report.harmless import clipped, printable
from seatrial.report.watch.signs import NOTED, STANDINGS, clock, verdict_sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from seatrial.model.watch_page import WatchChart, WatchPage
    from seatrial.report.readiness.verdict import Sign

__all__ = ["line", "live"]

_STYLES = {"passed": "green", "failed": "red", "undecided": "yellow", "idle": "dim", "now": "cyan"}
_BARS = "▁▂▃▄▅▆▇█"
#: Of a curve, in letters; a gap is a dot in the middle.
CURVE, GAP = 40, "·"
MOST_TROUBLES, MOST_TENANTS, MOST_LETTERS = 5, 5, 100
#: What a line says of it, by the name of its chart.
_SAID = {"errors": "errors", "latency": "slowest", "waiting": "waiting locks"}


def line(found: WatchPage) -> Text:
    """`~ watching .... 4 of 15 min  errors 0 · slowest 0.6× its limit · waiting locks 0 · organizations ok`."""  # noqa: RUF002
    sign = verdict_sign(found)
    if found.verdict is not WatchVerdict.WATCHING:
        return Text.assemble(
            (f"{sign.symbol} {sign.word}", f"bold {_STYLES[sign.state]}"), f" .... {_one(found.sentence)}"
        )
    passed = progress(found.passed, found.window).replace("minutes", "min").replace("hours", "h")
    said = Text.assemble((f"~ watching .... {passed}  ", ""), _joined(list(_parts(found))))
    first = next((one for one in found.troubles if one.over is None and not one.is_noted), None)
    if first:
        state = STANDINGS[first.standing]
        what = clipped(_one(f"{first.subject or 'the server'}: {first.figures}"), MOST_LETTERS)
        said.append_text(Text.assemble("  ", (f"{state.symbol} {state.word} ", _STYLES[state.state]), what))
    return said


def _parts(found: WatchPage) -> Iterator[Text]:
    for chart in found.charts:
        if chart.name in _SAID:
            yield _figure(chart)
    if found.tenants:
        yield _tenants(found)


def _figure(chart: WatchChart) -> Text:
    """`errors 0`; what is not seen is never a zero."""
    words = _SAID[chart.name]
    latest = chart.points[-1][1] if chart.points else None
    if latest is None:
        return Text(f"{words} not seen", style="yellow")
    unit = {"latency": "times"}.get(chart.name, "")
    style = _STYLES[STANDINGS[chart.standing].state] if chart.standing in {Standing.FAILED, Standing.BREACHED} else ""
    return Text(f"{words} {amount(latest, unit)}{' its limit' if chart.name == 'latency' else ''}", style=style)


def _tenants(found: WatchPage) -> Text:
    over = sum(one.standing in {Standing.FAILED, Standing.BREACHED} for one in found.tenants)
    if over:
        return Text(f"organizations {over:,} of {len(found.tenants):,} over", style="yellow")
    unseen = any(one.standing in {Standing.GAP, Standing.NOT_RUN} for one in found.tenants)
    return Text("organizations not seen", style="yellow") if unseen else Text("organizations ok")


def live(found: WatchPage) -> RenderableType:
    """The answer, the curves, what is wrong and the worst organizations; as wide as the terminal."""
    sign = verdict_sign(found)
    head = Text.assemble(
        (f"{sign.symbol} {sign.word}", f"bold {_STYLES[sign.state]}"), "  ", (_one(found.sentence), "bold")
    )
    where = Text(_one(f"{found.release} on {found.target}, as of {clock(found.now)} UTC"), style="dim")
    parts: list[RenderableType] = [head, where, Text(), _curves(found.charts)]
    parts += [Text(), *_troubles(found)] if found.troubles else []
    parts += [Text(), _worst(found)] if found.tenants else []
    if found.way_out and found.verdict in {WatchVerdict.FAILED, WatchVerdict.PAUSED}:
        parts += [Text(), Text.assemble("Roll back: ", (_one(found.way_out.command), "bold"))]
    return Group(*parts)


def _curves(charts: Sequence[WatchChart]) -> Table:
    table = Table.grid(padding=(0, 2))
    for one in charts:
        values = [value for _, value in one.points]
        latest = values[-1] if values else None
        unit = "" if one.unit == "in the interval" else one.unit
        now = Text("not seen", style="yellow") if latest is None else Text(amount(latest, unit))
        limit = f"limit {amount(one.limit, unit)}" if one.limit is not None else ""
        told = one.title + (f" ({one.of})" if one.of else "")
        table.add_row(
            _sign(STANDINGS[one.standing]), Text(clipped(_one(told), 48)), now, Text(_curve(values, one.limit)),
            Text(" ".join(filter(None, (limit, one.breaches))), style="dim"),
        )  # fmt: skip
    return table


def _curve(values: Sequence[float | None], limit: float | None) -> str:
    """The highest of each stretch, or a dot where it was not seen."""
    width = min(CURVE, len(values))
    stretches = [values[len(values) * at // width : len(values) * (at + 1) // width] for at in range(width)]
    tops = [max((one for one in stretch if one is not None), default=None) for stretch in stretches]
    scale = max([one for one in tops if one is not None], default=0.0)
    scale = max(scale, limit or 0.0) or 1.0
    return "".join(GAP if one is None else _BARS[min(7, int(one / scale * 7.999))] for one in tops)


def _troubles(found: WatchPage) -> Iterator[Text]:
    for one in found.troubles[:MOST_TROUBLES]:
        sign = NOTED if one.is_noted else STANDINGS[one.standing]
        last = "over" if one.over is not None else f"for {span(found.now - one.since)}"
        what = _one(f"{one.subject or 'the server'}: {one.title}, {one.figures}, {last}")
        yield Text.assemble((f"{sign.symbol} {sign.word} ", _STYLES[sign.state]), what)
        yield from (Text(f"    tied to {_one(tie)}", style="dim") for tie in one.ties[:1])
    if (more := len(found.troubles) - MOST_TROUBLES) > 0:
        yield Text(f"    and {more:,} more", style="dim")


def _worst(found: WatchPage) -> Table:
    table = Table.grid(padding=(0, 2))
    for one in found.tenants[:MOST_TENANTS]:
        table.add_row(
            _sign(STANDINGS[one.standing]), Text(clipped(_one(one.who), 40)), Text(_one(one.query)),
            Text(_one(one.figures)), Text(one.breaches, style="dim"),
        )  # fmt: skip
    if len(found.tenants) > MOST_TENANTS:
        table.add_row("", Text(f"of {len(found.tenants):,}", style="dim"))
    return table


def _sign(of: Sign) -> Text:
    return Text(f"{of.symbol} {of.word}", style=_STYLES[of.state])


def _bold(of: Sign) -> Text:
    return Text(f"{of.symbol} {of.word}", style=f"bold {_STYLES[of.state]}")


def _joined(parts: Sequence[Text]) -> Text:
    return Text(" · ", style="dim").join(parts)


def _one(words: str) -> str:
    """One line that a terminal does not obey."""
    return " ".join(redacted(printable(words)).split())
