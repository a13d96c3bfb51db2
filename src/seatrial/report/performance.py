"""How fast queries are as each kind of user, for a person: what failed first, then what costs and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from seatrial.model.proof import Verdict
from seatrial.model.speed import (
    against,
    asker,
    costs_too_much,
    listed,
    milliseconds,
    other_generic,
    plan_of,
    remedies,
    standing,
    unknown,
    worth_mending,
)
from seatrial.model.words import count, figure
from seatrial.model.workload import Unmeasured
from seatrial.report.pieces import labelled
from seatrial.sql.shown import shown as on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.model.performance import (
        Performance,
        PlannedCall,
        PolicyCost,
        PolicyFault,
        WriteRate,
    )
    from seatrial.model.workload import Observed, WorkloadTiming

__all__ = ["WIDTH", "change", "lines", "times"]

#: Columns of a terminal that nobody has measured.
WIDTH = 100
#: How many queries are shown, how many findings in full, and how many lines of anything else; JSON has all.
MOST, FEW, MOST_LINES = 20, 5, 10
#: Symbol and word, never colour alone; the worst first.
_STATES = {
    Verdict.FAILED: ("✗", "failed", "red"),
    Verdict.INCONCLUSIVE: ("?", "undecided", "yellow"),
    Verdict.PASSED: ("✓", "passed", "green"),
    Verdict.NOT_APPLICABLE: ("·", "measured", "dim"),
}
_HEAD = ("as", "p50", "", "p99", "", "limit", "removed", "pages", "cold")


def lines(found: Performance, width: int = WIDTH) -> Iterator[Text]:
    """Queries, then what row security costs, what is wrong with policies and indexes, writes, and what is not known."""
    if found.timings:
        yield Text("queries as each kind of user: milliseconds of server time, before → after", style="bold")
        yield from _queries(found.timings, width)
        yield from _measured_on(found.timings)
    yield from _costs(found.policies)
    yield from _faults(found.faults)
    yield from _indexes(found)
    yield from _writes(found.writes)
    yield from _planned(found.planned)
    smaller = [f"{table}: {there:,} rows were generated, and the target has {rows:,}"
               for table, (rows, there) in found.smaller.items()]  # fmt: skip
    yield from _cut([Text(f"? {line}", style="yellow") for line in (*smaller, *found.undrawn)], "thing", "? ")
    yield from _cut([Text(f"· {line}", style="dim") for line in found.notes], "thing", "· ")


# Queries -----------------------------------------------------------------------------------------------


def _queries(timings: Sequence[WorkloadTiming], width: int) -> Iterator[Text]:
    """A query with its plan, and a line for each kind of user below it."""
    groups: dict[str, list[WorkloadTiming]] = {}
    for one in timings:
        groups.setdefault(one.query.name, []).append(one)
    order = list(_STATES)
    ordered = sorted(groups.values(), key=lambda group: min(order.index(standing(one)) for one in group))
    shown = ordered[:MOST]
    rows = _aligned([_HEAD, *(_figures(one) for group in shown for one in group)])
    is_wide = any(cell_len(row) + 4 > width for row in rows)
    if not is_wide:
        yield Text(f"    {rows[0]}", style="dim")
    following = iter(rows[1:])
    for group in shown:
        yield from _query(
            group, [_in_words(one) if is_wide else row for one, row in zip(group, following, strict=False)]
        )
    if len(ordered) > MOST:
        hidden = {_STATES[standing(one)][1] for group in ordered[MOST:] for one in group}
        left = count(len(ordered) - MOST, "more query")
        yield Text(f"  … {left} ({', '.join(sorted(hidden))}); JSON has them all")


def _query(group: Sequence[WorkloadTiming], rows: Sequence[str]) -> Iterator[Text]:
    worst = min((standing(one) for one in group), key=list(_STATES).index)
    symbol, word, style = _STATES[worst]
    plans = {_plan(one.after) for one in group}
    shared = f": {next(iter(plans))}" if len(plans) == 1 else ""
    yield Text.assemble((f"{symbol} {word}", f"bold {style}"), f" {group[0].query.name}{shared}")
    if worst in {Verdict.FAILED, Verdict.INCONCLUSIVE}:
        yield Text(f"  {on_one_line(group[0].query.sql)}", style="dim")
    for one, row in zip(group, rows, strict=True):
        mark, _, tone = _STATES[standing(one)]
        yield Text.assemble("  ", (mark, tone), f" {row}")
        if not shared:
            yield Text(f"      {_plan(one.after)}")
        yield from (Text(f"      ✗ {line}", style="red") for line in against(one))
        # What could not be measured says so in place of its plan.
        if not isinstance(one.after, Unmeasured):
            yield from (Text(f"      ? {line}", style="yellow") for line in unknown(one))
            yield from _more(one, one.after)


def _more(one: WorkloadTiming, after: Observed) -> Iterator[Text]:
    if standing(one) is Verdict.FAILED and not isinstance(one.before, Unmeasured):
        yield Text(f"      before the release: {plan_of(one.before)}")
    if after.generic and other_generic(after):
        used = listed(after.generic.indexes, after.generic.scanned) or "no index"
        took = f"{milliseconds(after.generic.milliseconds)} ms, p99 {milliseconds(after.generic.p99)}"
        yield Text(f"      ! prepared, with one plan for all values: {used}; {took}", style="yellow")


def _plan(seen: Observed | Unmeasured) -> str:
    return f"not measured: {seen.why}" if isinstance(seen, Unmeasured) else plan_of(seen)


def _figures(one: WorkloadTiming) -> tuple[str, ...]:
    before, after = _times(one.before), _times(one.after)
    limit = "" if one.query.limit_ms is None else f"{one.query.limit_ms:g}"
    if isinstance(one.after, Unmeasured):
        return asker(one), before[0], after[0], before[1], after[1], limit, "", "", ""
    cold = "" if one.after.cold is None else milliseconds(one.after.cold)
    return (
        asker(one), before[0], after[0], before[1], after[1], limit, f"{one.after.removed:,}",
        f"{one.after.buffers:,}", cold,
    )  # fmt: skip


def _times(seen: Observed | Unmeasured) -> tuple[str, str]:
    if isinstance(seen, Unmeasured):
        return "–", "–"
    return milliseconds(seen.milliseconds), milliseconds(seen.p99)


def _in_words(one: WorkloadTiming) -> str:
    """The same where a table would be wider than the terminal."""
    who, before, after, before99, after99, limit, removed, pages, cold = _figures(one)
    said = [f"{before} → {after}", f"p99 {before99} → {after99}"]
    said += [f"{label} {value}" for label, value in (("limit", limit), ("removed", removed)) if value]
    said += [f"{pages} pages"] if pages else []
    said += [f"cold {cold}"] if cold else []
    return f"{who}: {', '.join(said)}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns: the first to the left, figures to the right; an arrow before what has no heading; none that is empty."""
    head = rows[0]
    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(head))]
    used = [at for at in range(len(head)) if any(row[at] for row in rows[1:])]
    made = []
    for row in rows:
        line = ""
        for at in used:
            pad = " " * (widths[at] - cell_len(row[at]))
            lead = "" if at == used[0] else "  " if head[at] else "   " if row is head else " → "
            line += lead + (row[at] + pad if at == 0 else pad + row[at])
        made.append(line.rstrip())
    return made


def _measured_on(timings: Sequence[WorkloadTiming]) -> Iterator[Text]:
    servers = ", ".join(dict.fromkeys(one.server for one in timings))
    sizes = {table: rows for one in timings for table, rows in one.tables}
    said = [f"{rows:,} in {table}" for table, rows in sorted(sizes.items(), key=lambda each: -each[1])]
    more = [f"{count(len(said) - FEW, 'more table')}; JSON has them all"] if len(said) > FEW else []
    rows = f"; rows: {', '.join([*said[:FEW], *more])}" if said else ""
    yield Text(f"  measured on {servers}, planning and execution{rows}", style="dim")


# Row security ------------------------------------------------------------------------------------------


def _costs(costs: Sequence[PolicyCost]) -> Iterator[Text]:
    if not costs:
        return
    yield Text("what row security costs: milliseconds with it and without it", style="bold")
    ordered = sorted(costs, key=lambda one: (not costs_too_much(one), one.bare - one.secured))
    shown = ordered[:MOST_LINES]
    rows = _aligned([("", "with", "without", "times", "more", "rows read"), *map(_cost, shown)])
    yield Text(f"    {rows[0]}", style="dim")
    for one, row in zip(shown, rows[1:], strict=True):
        mark, tone = ("!", "yellow") if costs_too_much(one) else ("✓", "green")
        yield Text.assemble("  ", (mark, tone), f" {row}")
        if costs_too_much(one):
            yield from (Text(f"      {line}") for line in _why(one))
    yield from _left(len(ordered) - MOST_LINES, "more query")


def _cost(one: PolicyCost) -> tuple[str, ...]:
    return (
        f"{one.query} as {one.caller}" if one.caller else one.query, milliseconds(one.secured), milliseconds(one.bare),
        times(one.secured, one.bare), milliseconds(max(0.0, one.secured - one.bare)), f"{one.read:,}",
    )  # fmt: skip


def _why(one: PolicyCost) -> Iterator[str]:
    if one.policies:
        yield f"under {', '.join(one.policies)}"
    if one.rows != one.bare_rows:
        yield f"it returns {count(one.rows, 'row')} with it, and {one.bare_rows:,} without"


def times(after: float, before: float) -> str:
    """`1.04`, `161`: how many times as much; empty where nobody can say."""
    return milliseconds(after / before) if before else ""


def _faults(faults: Sequence[PolicyFault]) -> Iterator[Text]:
    """Those first that fail the proof."""
    if not faults:
        return
    yield Text("policies that keep queries slow", style="bold")
    ordered = sorted(faults, key=lambda one: (not worth_mending(one), -one.milliseconds))
    for one in ordered[:MOST_LINES]:
        symbol, style = ("✗", "red") if worth_mending(one) else ("!", "yellow")
        code = f" {one.code}" if one.code else ""
        yield Text.assemble((f"{symbol} {one.kind}{code}", f"bold {style}"), f" {one.policy} on {one.table}")
        effect = f"{milliseconds(one.milliseconds)} ms; the rewrite was not tried"
        if one.rewritten is not None:
            effect = f"{milliseconds(one.milliseconds)} → {milliseconds(one.rewritten)} ms"
        yield from labelled((("seen", one.what), ("rewrite", one.rewrite), ("effect", effect), ("note", one.note)))
    yield from _left(len(faults) - MOST_LINES, "more policy")


# Indexes and writes ------------------------------------------------------------------------------------


def _indexes(found: Performance) -> Iterator[Text]:
    unused, proposed = found.unused, found.proposed
    if unused or proposed:
        mended = ", with the policies rewritten as above" if proposed and remedies(found.faults) else ""
        yield Text(f"indexes{mended}", style="bold")
    for one in proposed[:FEW]:
        yield Text.assemble(("! missing", "bold yellow"), f" on {one.table}, {figure(one.bytes, 'bytes')}")
        gains = [f"{gain.query}{f' as {gain.caller}' if gain.caller else ''}: {milliseconds(gain.before)} → "
                 f"{milliseconds(gain.after)} ms" for gain in one.gains]  # fmt: skip
        gains = [*gains[:FEW], *([f"… {len(gains) - FEW} more; JSON has them all"] if len(gains) > FEW else [])]
        cost = f"{_rate(one.inserts_before)} → {_rate(one.inserts_after)} rows inserted a second"
        cost += f" ({change(one.inserts_before, one.inserts_after)})"
        yield from labelled((("fix", one.sql), ("gain", "\n".join(gains)), ("cost", cost)))
    yield from _left(len(proposed) - FEW, "more missing index")
    nobody = [
        Text.assemble(("! unused", "bold yellow"), f" {one.index} on {one.table}, {figure(one.bytes, 'bytes')}: "
                      "no query of the workload uses it") for one in unused
    ]  # fmt: skip
    yield from _cut(nobody, "more unused index", "  … ")


def _writes(writes: Sequence[WriteRate]) -> Iterator[Text]:
    if not writes:
        return
    yield Text("rows that one session writes a second, before → after", style="bold")
    ordered = sorted(writes, key=lambda one: _ratio(one.before, one.after))
    cells = [(f"{one.action} {one.table}", _rate(one.before), _rate(one.after), change(one.before, one.after))
             for one in ordered[:MOST_LINES]]  # fmt: skip
    for row in _aligned([("", "before", "", "change"), *cells])[1:]:
        yield Text(f"    {row}")
    yield from _left(len(ordered) - MOST_LINES, "more line")


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _ratio(before: float | None, after: float | None) -> float:
    return after / before if before and after is not None else 1.0


def change(before: float | None, after: float | None) -> str:
    """How much more or less in percent, with a sign; empty where one of the two is not known."""
    if not before or after is None:
        return ""
    percent = round((after / before - 1) * 100)
    return f"{'+' if percent > 0 else '−' if percent else '±'}{abs(percent)} %"  # noqa: RUF001 - a minus


# Plans at the target's size ----------------------------------------------------------------------------


def _planned(planned: Sequence[PlannedCall]) -> Iterator[Text]:
    if not planned:
        return
    others = [one for one in planned if not one.agrees]
    same = f"{len(planned) - len(others):,} of {count(len(planned), 'plan')} are those on generated rows"
    yield Text(f"at the target's size {same}", style="bold")
    told = [line for one in others[:MOST_LINES] for line in _other_plan(one)]
    yield from told
    yield from _left(len(others) - MOST_LINES, "more plan")


def _other_plan(one: PlannedCall) -> Iterator[Text]:
    name = f"{one.query} as {one.caller}" if one.caller else one.query
    if one.why:
        yield Text(f"  ? {name}: not planned: {one.why}", style="yellow")
        return
    yield Text(f"  ! {name} is planned another way", style="yellow")
    yield from labelled((("target", "\n".join(one.target)), ("here", "\n".join(one.generated))))


def _left(number: int, what: str) -> Iterator[Text]:
    if number > 0:
        yield Text(f"  … {count(number, what)}; JSON has them all")


def _cut(said: Iterable[Text], what: str, lead: str) -> Iterator[Text]:
    said = list(said)
    yield from said[:MOST_LINES]
    if len(said) > MOST_LINES:
        word = what if what.startswith("more ") else f"more {what}"
        yield Text(f"{lead}{count(len(said) - MOST_LINES, word)}; JSON has them all")
