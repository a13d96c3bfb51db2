"""The optimization summary: what each index is expected to do, beside what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.words import count
from seatrial.report.schema_page.cells import code, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.documentation import Made
    from seatrial.model.reference import ReferenceQuery
    from seatrial.model.release_note import Measured, ReleaseNote

__all__ = ["optimization"]


def optimization(found: ReleaseNote, _: str) -> Iterator[str]:
    """The lines of the document."""
    indexes = [one for one in found.made if one.kind == "index"]
    yield from (f"# Optimization summary: {words(found.release)}", "")
    if not indexes:
        yield "The release makes no index of its own."
        return
    yield _sentence(found, len(indexes))
    yield ""
    yield from table(
        ("index", "query", "expected", "before", "after", "change", "in the plan"),
        (line for index in indexes for line in _lines(found, index)),
    )
    if sizes := dict.fromkeys(one.on for one in found.measured or () if one.on):
        yield from (f"Measured at {'; '.join(sizes)}.", "")


def _sentence(found: ReleaseNote, number: int) -> str:
    measured = found.measured
    said = "nothing was measured" if measured is None else f"{count(len(measured), 'query')} measured before and after"
    return f"{count(number, 'index').replace('indexs', 'indexes')} made by the release; {said}."


def _lines(found: ReleaseNote, index: Made) -> Iterator[tuple[str, ...]]:
    served = [query for query in found.queries if query.index.rpartition(".")[2] == index.own_name]
    if not served:
        yield code(index.name), "none of the workload", words(index.comment), *["not measured"] * 2, "", ""
    for query in served:
        measured = next((one for one in found.measured or () if one.query == query.name), None)
        expected = words(index.comment) + _limit(found, query)
        name = f"{code(query.name)} as {code(query.role)}" if query.role else code(query.name)
        yield code(index.name), name, expected, *_figures(index, measured)


def _limit(found: ReleaseNote, query: ReferenceQuery) -> str:
    limit = dict(found.limits).get(query.name)
    return "" if limit is None else f" At most {limit:g} ms."


def _figures(index: Made, measured: Measured | None) -> tuple[str, ...]:
    if measured is None:
        return "not measured", "not measured", "", ""
    used = "yes" if index.own_name in {name.rpartition(".")[2] for name in measured.uses} else "**no**"
    return _ms(measured.before_ms), _ms(measured.after_ms), _change(measured), used


def _ms(value: float | None) -> str:
    return "could not be asked" if value is None else f"{value:,.2f} ms"


def _change(measured: Measured) -> str:
    if not measured.before_ms or measured.after_ms is None:
        return ""
    change = 1 - measured.after_ms / measured.before_ms
    return f"{change:.0%} faster" if change >= 0 else f"{-change:.0%} slower"
