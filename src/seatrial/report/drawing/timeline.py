"""Draws what a deployment will do: locks and forecast on one time axis, and who waits behind them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.forecast import between
from seatrial.model.timeline import Waiting
from seatrial.model.words import count, duration
from seatrial.report.drawing.axis import segments
from seatrial.report.drawing.lanes import ROW_HEADINGS, Lane, lanes, said, timeline_rows
from seatrial.report.drawing.svg import box, cut, drawing, element, plain, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.timeline import Hold, Timeline, TimelineStatement, TimelineTransaction
    from seatrial.report.drawing.axis import Segment

__all__ = ["ROW_HEADINGS", "timeline", "timeline_rows"]

WIDTH, LEFT = 1120.0, 244.0
#: From top to bottom: the legend, the strip that is to scale, the heads of the segments, the rows.
STRIP, HEADS, ROWS = 44.0, 92.0, 156.0
ROW, BAR, STRIP_HEIGHT, KEY = 46.0, 12.0, 8.0, 18.0
#: Pixels of a small letter, and of the smallest bar that is seen.
LETTER, SMALLEST = 6.1, 3.0
_CLASSES = {Waiting.EVERYBODY: "all", Waiting.WRITES: "writes", Waiting.ROWS: "rows", Waiting.NOBODY: "nobody"}
#: Beside a row, where there is less room than in the legend.
_SHORT = {Waiting.ROWS: "some writes wait"}
_STYLE = """
.timeline .band{fill:var(--d-ink);opacity:.035}.timeline .rule{stroke:var(--d-ink);opacity:.12}
.timeline .part{fill:var(--d-muted);opacity:.55}.timeline .part.odd{opacity:.9}
.timeline .lens{fill:var(--d-ink);opacity:.05}
.timeline .number{fill:none;stroke:var(--d-muted)}
.timeline .maybe{opacity:.38}
.timeline .all{fill:url(#timeline-all);stroke:var(--d-bad)}.timeline .writes{fill:var(--d-warn);stroke:var(--d-warn)}
.timeline .rows{fill:url(#timeline-rows);stroke:var(--d-warn)}.timeline .nobody{fill:none;stroke:var(--d-muted)}
.timeline .unknown{stroke-dasharray:4 3;fill-opacity:.38}
.timeline text.all{fill:var(--d-bad);stroke:none}
.timeline text.writes,.timeline text.rows{fill:var(--d-warn);stroke:none}
.timeline text.nobody{fill:var(--d-muted);stroke:none}
.timeline pattern .ground{fill:var(--d-bad)}.timeline pattern .line{stroke:var(--d-paper);stroke-width:1.6;opacity:.6}
.timeline pattern .spot{fill:var(--d-warn)}
"""
_PATTERNS = (
    '<defs><pattern id="timeline-all" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground" width="6" height="6"/><path class="line" d="M0 0V6"/></pattern>'
    '<pattern id="timeline-rows" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<circle class="spot" cx="2.5" cy="2.5" r="1.6"/></pattern></defs>'
)


def timeline(line: Timeline) -> str:
    """An SVG element; `timeline_rows` has the same as text."""
    drawn, left_out = lanes(line)
    axis = segments(line.transactions, LEFT, WIDTH - LEFT)
    foot = ROWS + ROW * len(drawn) + 2
    key = foot + (KEY if _is_known(axis) else 0) + (KEY if left_out or not drawn else 0) + 26
    content = [*_heads(axis, foot), *_left_out(drawn, left_out, key - 26)]
    if _is_known(axis):
        content += [*_strip(axis), *_clock(axis, foot + 16)]
    for number, lane in enumerate(drawn):
        content += _lane(lane, axis, ROWS + ROW * number)
    sentences = [*_key(line, key)]
    # Without a strip there is nothing between the legend and the heads, and without transactions no heads.
    up = 0.0 if _is_known(axis) else HEADS - STRIP if axis else ROWS - STRIP
    below = key + KEY * (len(_named(line)) + len(tuple(_remarks(line)))) + 8
    body = element("g", *content, *sentences, transform=f"translate(0 {-up:.1f})" if up else "")
    told = ("What will happen, and who waits", _told(line))
    return drawing((WIDTH, below - up), "timeline", told, _STYLE, [_PATTERNS, *_legend(drawn), body])


#: Transactions that are named below the drawing.
MOST_KEYS = 24


def _legend(drawn: Sequence[Lane]) -> Iterator[str]:
    used = {hold.waiting for lane in drawn for _, hold in lane.holds}
    left = LEFT
    for waiting in Waiting:
        if waiting in used:
            yield box(left, 6, 22, BAR, _CLASSES[waiting])
            yield text(left + 28, 16, waiting.value)
            left += 52 + LETTER * len(waiting.value)


def _strip(axis: Sequence[Segment]) -> Iterator[str]:
    """The same time to scale, with lenses to the segments."""
    whole = sum(segment.length.high for segment in axis if segment.length) or 1.0
    low = sum(segment.length.low for segment in axis if segment.length)
    yield text(0, STRIP + STRIP_HEIGHT, "to scale", "muted")
    yield text(LEFT - 14, STRIP + STRIP_HEIGHT, between(low, whole), "strong end")
    left = LEFT
    for number, segment in enumerate(axis):
        width = (segment.length.high if segment.length else 0.0) / whole * (WIDTH - LEFT)
        yield box(left, STRIP, max(width, 1.0), STRIP_HEIGHT, f"part{' odd' if number % 2 else ''}")
        top, bottom = STRIP + STRIP_HEIGHT, HEADS - 6
        yield element(
            "path", class_="lens",
            d=f"M{left:.1f} {top}L{segment.left:.1f} {bottom}H{segment.right:.1f}L{left + width:.1f} {top}Z",
        )  # fmt: skip
        left += width


def _is_known(axis: Sequence[Segment]) -> bool:
    return bool(axis) and all(segment.length and segment.length.high for segment in axis)


def _heads(axis: Sequence[Segment], foot: float) -> Iterator[str]:
    if axis:
        yield text(0, HEADS + 16, "each transaction enlarged" if _is_known(axis) else "transactions", "muted")
        yield text(0, HEADS + 44, "its statements", "muted")
    for segment in axis:
        middle = segment.left + segment.width / 2
        yield box(segment.left, HEADS - 6, segment.width, foot - HEADS + 4, "band")
        words = said(segment.length, short=True)
        wide = segment.width > LETTER * (len(words) + len(segment.name)) + 34
        size = 16 + 6 * (len(segment.name) - 1)
        left = segment.left + 6 if wide else middle - size / 2
        yield box(left, HEADS, size, 16, "number", rx=8)
        yield text(left + size / 2, HEADS + 12, segment.name, "small strong middle")
        if wide:
            yield text(segment.right - 6, HEADS + 12, words, "small end", title=said(segment.length))
        yield from _statements(segment, HEADS + 34)


def _clock(axis: Sequence[Segment], bottom: float) -> Iterator[str]:
    """When each begins, where there is room to say it."""
    yield text(0, bottom, "begins at the latest after", "small muted")
    begun = 0.0
    for segment in axis:
        words = duration(begun) if begun else "0"
        if LETTER * len(words) < segment.width:
            yield text(segment.left, bottom, words, "small muted")
        begun += segment.length.high if segment.length else 0.0


def _statements(segment: Segment, top: float) -> Iterator[str]:
    """One block each; moments in a row share one."""
    every = [one for transaction in segment.transactions for one in transaction.statements]
    if segment.length is None or not segment.length.high:
        yield box(segment.left, top, segment.width, 10, "nobody unknown")
        return
    left, odd = segment.left, False
    for visible, group in groupby(every, key=lambda one: _seconds(one) and segment.across(_seconds(one)) >= SMALLEST):
        for members in [(one,) for one in group] if visible else [tuple(group)]:
            width = segment.across(sum(map(_seconds, members)))
            first = members[0]
            title = (
                f"{first.place}: {first.label}: {said(first.length)}" if visible else count(len(members), "statement")
            )
            yield box(left, top, max(width - 1, 0.8), 10, f"part{' odd' if odd else ''}").replace(
                "/>", f">{_title(title)}</rect>"
            )
            left, odd = left + width, not odd


def _seconds(one: TimelineStatement) -> float:
    return one.length.high if one.length else 0.0


def _lane(lane: Lane, axis: Sequence[Segment], top: float) -> Iterator[str]:
    longest = lane.longest
    words = f"{_SHORT.get(longest.waiting, longest.waiting.value)}, {_at_most(longest)}"
    yield element("path", class_="rule", d=f"M0 {top - 6}H{WIDTH}")
    yield text(0, top + 12, cut(lane.relation, 30), "code strong", title=lane.relation)
    yield text(0, top + 29, words, f"small {_CLASSES[longest.waiting]}")
    for segment in axis:
        here = [(transaction, hold) for transaction, hold in lane.holds if transaction in segment.transactions]
        for transaction, hold in here:
            yield _bar(segment, transaction, hold, top + 19)
        if here:
            yield from _label(segment, here, top + 12)


def _at_most(hold: Hold) -> str:
    if hold.length is None:
        return "nobody knows how long"
    return f"at most {duration(hold.length.high)}{'*' if hold.length.assumed else ''}"


def _bar(segment: Segment, transaction: TimelineTransaction, hold: Hold, top: float) -> str:
    class_, statement = _CLASSES[hold.waiting], transaction.statements[hold.statement]
    place = f"{statement.place}: {statement.label}"
    title = _title(f"{hold.relation}: {hold.mode}, {hold.waiting.value}, {said(hold.length)}; {place}")
    if hold.length is None or segment.length is None:
        left, right, middle = segment.left, segment.right, top + BAR / 2
        return element(
            "g", title,
            element("path", class_=f"{class_} unknown",
                    d=f"M{right - 8:.1f} {top}H{left + 1:.1f}V{top + BAR}H{right - 8:.1f}L{right:.1f} {middle}Z"),
        )  # fmt: skip
    right = segment.end_of(transaction)
    width = max(SMALLEST, segment.across(hold.length.high))
    sure = max(SMALLEST, width * hold.length.low / hold.length.high) if hold.length.high else width
    left = right - width
    return element(
        "g", title,
        box(left, top, width, BAR, f"{class_} maybe"), box(left, top, min(sure, width), BAR, class_),
    )  # fmt: skip


def _label(segment: Segment, here: Sequence[tuple[TimelineTransaction, Hold]], top: float) -> Iterator[str]:
    """Of the longest, where there is room."""
    transaction, hold = max(here, key=lambda one: one[1].length.high if one[1].length else 0.0)
    words = said(hold.length, short=True) + ("*" if hold.length and hold.length.assumed else "")
    width = LETTER * len(words)
    if width > segment.width:
        return
    left = segment.end_of(transaction) - segment.across(hold.length.high) if hold.length else segment.left
    if left + width <= segment.right:
        yield text(left, top, words, "small")
    else:
        yield text(segment.right, top, words, "small end")


def _left_out(drawn: Sequence[Lane], left_out: Sequence[Lane], bottom: float) -> Iterator[str]:
    if not drawn:
        yield text(0, bottom, "The release locks no table that was there before it, so that nobody waits.", "strong")
    elif left_out:
        known = [lane.longest.length.high for lane in left_out if lane.longest.length]
        most = f" for at most {duration(max(known))} each" if len(known) == len(left_out) else ""
        yield text(0, bottom, f"and {count(len(left_out), 'table')}{most}; the table below has them all", "muted")


def _named(line: Timeline) -> tuple[str, ...]:
    """The lines below: which number is which file."""
    more = len(line.transactions) - MOST_KEYS
    names = tuple(one.path for one in line.transactions[:MOST_KEYS])
    return (*names, f"and {count(more, 'transaction')} more") if more > 0 else names


def _key(line: Timeline, top: float) -> Iterator[str]:
    """Which number is which file, and what the drawing is not."""
    named = _named(line)
    for number, (path, one) in enumerate(zip(named, line.transactions, strict=False)):
        y = top + KEY * number
        if number == MOST_KEYS:
            yield text(30, y, path, "small muted")
            break
        step = f", transaction {one.step} of the file" if one.step > 1 else ""
        yield text(18, y, str(number + 1), "small strong end")
        yield text(30, y, cut(path.rpartition("/")[2], 84), "small code", title=path)
        yield text(LEFT + 460, y, count(len(one.statements), "statement") + step, "small muted")
        yield text(WIDTH, y, said(one.length), "small end")
    for number, sentence in enumerate(_remarks(line)):
        yield text(0, top + KEY * (len(named) + number) + 10, sentence, "small muted")


def _remarks(line: Timeline) -> Iterator[str]:
    spans = [one.length for one in line.transactions]
    if any(hold.length is None for one in line.transactions for hold in one.holds):
        yield "? Nobody knows how long this takes on the target's tables, as their sizes are not known."
    if any(one.holds for one in line.transactions):
        yield (
            "A bar is solid for as long as the lock is held at least, and pale for as long as it may be held at most; "
            "every lock of a transaction is held to its end."
        )
    if spans:
        yield (
            "The axis is not to scale as a whole: inside a transaction time runs evenly, and a longer "
            "transaction is wider, but not by as much as it is longer."
        )
    if any(span and span.assumed for span in spans):
        yield "* Nobody has said how many rows a table has; an example was taken."


def _told(line: Timeline) -> str:
    """For those who do not see it."""
    drawn, left_out = lanes(line)
    said_of = [f"{lane.relation}: {lane.longest.waiting.value}, {_at_most(lane.longest)}" for lane in drawn]
    more = [f"and {count(len(left_out), 'table')} more"] if left_out else []
    head = count(len(line.transactions), "transaction")
    return f"{head}. {'; '.join([*said_of, *more]) or 'Nobody waits'}."


def _title(words: str) -> str:
    return element("title", plain(words))
