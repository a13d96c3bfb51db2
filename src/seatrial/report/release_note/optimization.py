"""The optimization summary: what each index is expected to do, beside what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.speed import asker, milliseconds
from seatrial.model.words import count
from seatrial.model.workload import Unmeasured
from seatrial.report.release_note.phrases import UNKNOWN
from seatrial.report.schema_page.cells import code, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.documentation import Made
    from seatrial.model.release_note import ReleaseNote
    from seatrial.model.workload import Observed, WorkloadQuery, WorkloadTiming

__all__ = ["optimization"]


def optimization(found: ReleaseNote, _: str) -> Iterator[str]:
    """The lines of the document."""
    indexes = [one for one in found.made if one.kind == "index"]
    yield from (f"# Optimization summary: {words(found.release)}", "")
    for query in found.unserved:
        yield f"- {code(query.name)} asks for {code(query.index)}: no index of that name."
    if found.unserved:
        yield ""
    if not indexes:
        yield "The release makes no index of its own." if found.applies else f"Which indexes it makes is {UNKNOWN}."
        return
    yield _sentence(found, len(indexes))
    yield ""
    yield from table(
        ("index", "query", "as", "expected", "before", "after", "p99 after", "change", "in the plan"),
        (line for index in indexes for line in _lines(found, index)),
    )
    for server in dict.fromkeys(one.server for one in found.measured or ()):
        yield (
            f"Measured on {server}, on generated rows, under row-level security as the user: the median of several "
            "runs in server time, planning and execution."
        )
        sizes = {name: number for one in found.measured or () for name, number in one.tables}
        yield from ("", *table(("table", "rows"), ((code(name), f"{sizes[name]:,}") for name in sorted(sizes))))


def _sentence(found: ReleaseNote, number: int) -> str:
    measured = found.measured
    said = "nothing was measured" if measured is None else f"{_asked(measured)} measured before and after"
    return f"{count(number, 'index').replace('indexs', 'indexes')} made by the release; {said}."


def _asked(measured: Sequence[WorkloadTiming]) -> str:
    queries = count(len({one.query.name for one in measured}), "query")
    callers = {asker(one) for one in measured}
    return f"{queries} as {count(len(callers), 'kind')} of users" if len(callers) > 1 else queries


def _lines(found: ReleaseNote, index: Made) -> Iterator[tuple[str, ...]]:
    schema = index.name.removesuffix(f".{index.own_name}")
    served = [query for query in found.queries if query.asks_for(index.own_name, schema)]
    if not served:
        yield code(index.name), "none of the workload", "", words(index.comment), *["not measured"] * 2, "", "", ""
    for query in served:
        measured = [one for one in found.measured or () if one.query.name == query.name]
        expected = words(index.comment) + _limit(query)
        begins = (code(index.name), code(query.name))
        if not measured:
            yield *begins, ", ".join(query.callers) or query.role, expected, *_figures(index, None)
        # Of each kind of user a line.
        yield from ((*begins, words(asker(one)), expected, *_figures(index, one)) for one in measured)


def _limit(query: WorkloadQuery) -> str:
    return "" if query.limit_ms is None else f" At most {query.limit_ms:g} ms."


def _figures(index: Made, timing: WorkloadTiming | None) -> tuple[str, ...]:
    if timing is None:
        return "not measured", "not measured", "", "", ""
    p99 = "" if isinstance(timing.after, Unmeasured) else f"{milliseconds(timing.after.p99)} ms"
    return _ms(timing.before), _ms(timing.after), p99, _change(timing), _used(index, timing.after)


def _used(index: Made, after: Observed | Unmeasured) -> str:
    if isinstance(after, Unmeasured):
        return ""
    if index.own_name in {name.rpartition(".")[2] for name in after.indexes}:
        return "yes"
    return "not to be seen inside a function" if after.unseen else "**no**"


def _ms(found: Observed | Unmeasured) -> str:
    return (
        f"not measured: {words(found.why)}"
        if isinstance(found, Unmeasured)
        else f"{milliseconds(found.milliseconds)} ms"
    )


def _change(timing: WorkloadTiming) -> str:
    if isinstance(timing.before, Unmeasured) or isinstance(timing.after, Unmeasured) or not timing.before.milliseconds:
        return ""
    change = 1 - timing.after.milliseconds / timing.before.milliseconds
    return f"{change:.0%} faster" if change >= 0 else f"{-change:.0%} slower"
