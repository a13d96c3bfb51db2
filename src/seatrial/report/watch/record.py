"""The tracking document of a watch: what was watched, what was wrong and when that was seen, and what was done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.figures import amount, progress, span
from seatrial.model.masking import redacted
from seatrial.model.words import figure
from seatrial.report.harmless import printable
from seatrial.report.watch.signs import NOTED, STAGES, STANDINGS, clock, day, verdict_sign
from seatrial.report.watch.view import MOST_TENANTS, counted_standings, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.model.watch import Standing
    from seatrial.model.watch_page import StatementRow, TroubleRow, WatchPage, WatchStage

__all__ = ["record"]

#: Statements in the document; the page has more.
MOST_STATEMENTS = 40
#: Letters of a statement in trouble.
MOST_LETTERS = 600
#: A document is sent on: whoever an address belongs to has not agreed to that.
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
#: What Markdown, and the HTML that may be in it, would take for something else than text.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def record(found: WatchPage) -> str:
    """Markdown, without e-mail addresses and passwords."""
    sections = (
        _head(found), _way(found.stages), _troubles(found), _signals(found), _tenants(found), _statements(found),
        _bullets("Not watched, and why", found.not_run, "Every source was seen all the time."), _done(found),
    )  # fmt: skip
    return "\n".join(line for section in sections for line in section).rstrip() + "\n"


def _plain(words: str) -> str:
    """One line of text that is nothing but text."""
    hidden = _ADDRESS.sub("(an e-mail address)", redacted(printable(words)))
    return _SPECIAL.sub(r"\\\1", " ".join(hidden.split()))


def _code(words: str) -> str:
    """A piece of code in a line; a backtick in it would end it."""
    hidden = _ADDRESS.sub("(an e-mail address)", redacted(printable(words)))
    return f"`{' '.join(hidden.split()).replace('`', chr(0x2018)).replace('|', chr(0x2223))}`"


def _at(moment: float) -> str:
    return f"{day(moment)} {clock(moment)} UTC"


def _head(found: WatchPage) -> Iterator[str]:
    sign = verdict_sign(found)
    yield from (f"# Release watch: {_plain(found.release)} on {_plain(found.target)}", "")
    yield from (f"**{sign.symbol} {sign.word}.** {_plain(found.sentence)}.", "")
    facts = {
        "Watched": f"{progress(found.passed, found.window)}, from {_at(found.began)} until {_at(found.now)}",
        "Who": _plain(found.who), "Server": _plain(found.server), "Plan": _code(found.plan) if found.plan else "",
        "Migrations": ", ".join(map(_code, found.migrations)),
    }  # fmt: skip
    yield from (f"- {name}: {value}" for name, value in facts.items() if value)
    yield ""


def _way(stages: Sequence[WatchStage]) -> Iterator[str]:
    yield from ("## Stages", "")
    for one in stages:
        sign = STAGES[one.state]
        said = [_at(one.at)] if one.at is not None else []
        said += [_plain(one.who)] if one.who else []
        yield f"- {sign.symbol} **{_plain(one.name)}** {sign.word}" + (f": {', '.join(said)}" if said else "")
        yield from (f"  - {_plain(line)}" for line in one.lines)
    yield ""


def _troubles(found: WatchPage) -> Iterator[str]:
    yield from ("## Troubles", "")
    if not found.troubles:
        yield from ("None.", "")
    for one in found.troubles:
        yield from _trouble(one, found.now)


def _trouble(one: TroubleRow, now: float) -> Iterator[str]:
    sign = NOTED if one.is_noted else STANDINGS[one.standing]
    yield from (f"### {sign.symbol} {sign.word}: {_plain(one.subject or 'the server')}, {_plain(one.title)}", "")
    yield f"- {_plain(one.figures)}"
    last = f"until {_at(one.over)}" if one.over is not None else f"for {span(now - one.since)}, and not over"
    yield f"- since {_at(one.since)}, {last}"
    if one.detected is not None:
        yield f"- its failure limit was reached {span(one.detected)} after the deployment"
    yield "- tied to " + ("; ".join(map(_plain, one.ties)) or "nothing that the release changed")
    if one.silenced:
        yield f"- nobody was told: {_plain(one.silenced)}"
    if one.statement:
        yield f"- {_code(one.statement[:MOST_LETTERS])}"
    yield ""


def _signals(found: WatchPage) -> Iterator[str]:
    yield from ("## Signals", "", f"{counted_standings(one.standing for one in found.signals)}.", "")
    rows = (
        (one.family, one.title, _state(one.standing), one.worst, one.figures or one.why, one.breaches)
        for one in found.signals
    )
    yield from _table(("family", "signal", "state", "worst of", "figures", "breaches"), rows)


def _tenants(found: WatchPage) -> Iterator[str]:
    if not found.tenants:
        return
    yield from ("## Organizations, worst first", "")
    rows = (
        (one.who, one.query, _state(one.standing), one.figures, one.breaches) for one in found.tenants[:MOST_TENANTS]
    )
    yield from _table(("who", "what", "state", "figures", "breaches"), rows)
    if rest := found.tenants[MOST_TENANTS:]:
        yield from (f"{len(rest):,} more: {counted_standings(one.standing for one in rest)}.", "")


def _statements(found: WatchPage) -> Iterator[str]:
    if not found.statements:
        return
    yield from ("## Statements on what the release changed", "")
    heads = ("statement", "role", "state", "calls", "a call", "usually", "rows a call", "errors")
    yield from ("| " + " | ".join(heads) + " |", "| --- | --- | --- | ---: | ---: | ---: | ---: | --- |")
    yield from map(_statement, found.statements[:MOST_STATEMENTS])
    yield ""
    if rest := found.statements[MOST_STATEMENTS:]:
        yield from (f"{len(rest):,} more: {counted_standings(one.standing for one in rest)}.", "")


def _statement(one: StatementRow) -> str:
    told = (
        _code(shape(one.shape)), _plain(one.role) + (", new" if one.is_new else ""), _state(one.standing),
        figure(one.calls), _or_dash(one.milliseconds, "ms"), _or_dash(one.usual_milliseconds, "ms"),
        _or_dash(one.rows, ""), ", ".join(f"{code} {many:,}" for code, many in sorted(one.errors.items())) or "–",
    )  # fmt: skip
    return f"| {' | '.join(told)} |"


def _done(found: WatchPage) -> Iterator[str]:
    yield from _bullets("What was said and done", [f"{_at(one.at)}: {one.line}" for one in found.said], "Nothing.")
    if found.way_out is None:
        return
    out = found.way_out
    proved = "proved, loses nothing" if out.is_proved else "not proved"
    yield from ("## The way back", "", f"{_code(out.command)} ({_plain(out.refused) or proved})", "")
    yield from (f"- undoes {_plain(line)}" for line in out.undoes)
    yield from (f"- cannot undo {_plain(line)}" for line in out.cannot)


def _bullets(title: str, lines: Sequence[str], nothing: str) -> Iterator[str]:
    yield from (f"## {title}", "")
    yield from (f"- {_plain(line)}" for line in lines)
    yield from ((nothing, "") if not lines else ("",))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + " --- |" * len(heads)
    for row in rows:
        yield "| " + " | ".join(_plain(cell) or "–" for cell in row) + " |"
    yield ""


def _state(standing: Standing) -> str:
    return f"{STANDINGS[standing].symbol} {STANDINGS[standing].word}"


def _or_dash(value: float | None, unit: str) -> str:
    return "–" if value is None else amount(value, unit)
