"""What an attack on the separation of tenants saw, for a person: what got through first, and the request for it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.text import Text

from seatrial.model.difference import difference
from seatrial.model.matrix import disagreements, mutants, survivor
from seatrial.model.words import count
from seatrial.report import access
from seatrial.report.request import psql_script, rest_call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.model.isolation import Cell, Kind, Matrix, Mutation
    from seatrial.model.matrix import Disagreement

__all__ = ["WIDTH", "disagreement_lines", "lines"]

#: Columns of a terminal that nobody has measured.
WIDTH = 100
#: How many disagreements are shown with their requests, and how many lines of anything else; JSON has all.
MOST, MOST_LINES = 20, 10


def lines(matrix: Matrix, before: Matrix | None = None, width: int = WIDTH) -> Iterator[Text]:
    """What is not as declared, what the release changes for whom, who can do what, and how good the attack was."""
    yield from disagreement_lines(matrix.cells, matrix.world.kinds)
    if before is not None:
        yield from _difference(before, matrix)
    yield from access.lines(matrix, width)
    yield from _mutants(matrix.mutations)
    yield from _cut([f"left out: {line}" for line in matrix.left_out], "· ")


def disagreement_lines(cells: Iterable[Cell], kinds: Iterable[Kind]) -> Iterator[Text]:
    """Leaks first; of each sort one exact request, as SQL and as a REST call, where the kind is known.

    Rows that can be read can also be counted, and so on: where the same users get at the same subject in several ways,
    the first stands for all, and the others are named.
    """
    known = {kind.name: kind for kind in kinds}
    ways: dict[object, list[Disagreement]] = {}
    for one in disagreements(cells):
        alike = (one.first.subject, one.first.is_leak, one.is_decided, tuple(cell.kind for cell in one.cells))
        ways.setdefault(alike, []).append(one)
    for found in list(ways.values())[:MOST]:
        yield from _disagreement(found[0], known.get(found[0].first.kind), found[1:])
    if len(ways) > MOST:
        yield Text(f"  … {len(ways) - MOST} more; JSON has them all")


def _disagreement(found: Disagreement, kind: Kind | None, others: Sequence[Disagreement]) -> Iterator[Text]:
    symbol, word, style = ("?", "undecided", "yellow")
    if found.is_decided:
        symbol, word, style = ("✗", "leak" if found.first.is_leak else "kept out", "red")
    yield Text.assemble((f"{symbol} {word}", f"bold {style}"), f" {found.sentence}")
    if others:
        yield Text(f"    and {'; '.join(one.first.action for one in others)}")
    if kind and (request := found.first.request):
        yield from _block(f"as {kind.name}, in psql", psql_script(kind, request))
        yield from _block("through the REST layer", rest_call(kind, request))
    yield Text()


def _block(title: str, script: str) -> Iterator[Text]:
    if script:
        yield Text(f"    {title}:", style="dim")
        yield from (Text(f"      {line}") for line in script.splitlines())


def _difference(before: Matrix, after: Matrix) -> Iterator[Text]:
    yield Text("what the release changes, for whom", style="bold")
    changes = difference(before, after)
    yield from (Text(f"  {change.sentence}") for change in changes)
    if not changes:
        yield Text("  Nothing, for nobody.")


def _mutants(mutations: Sequence[Mutation] | None) -> Iterator[Text]:
    if mutations is None:
        yield Text("? the attack itself was not tested: no weaker release was attacked", style="yellow")
        return
    missed = [one for one in mutations if one.survived]
    symbol, style = ("?", "yellow") if missed else ("✓", "green")
    yield Text(f"{symbol} {_rate(mutations)}{mutants(mutations)}", style=style)
    yield from _cut([survivor(one) for one in missed], "  ? ")
    # What stands behind a colon is about one mutant alone.
    alike = Counter(one.equivalent.partition(":")[0] for one in mutations if one.equivalent)
    yield from _cut([f"{number:,} equivalent: {why}" for why, number in alike.most_common()], "  · ")


def _rate(mutations: Sequence[Mutation]) -> str:
    """Rounded down, so that 100 % are all of them."""
    meaning = [one for one in mutations if not one.equivalent]
    caught = sum(one.caught is not None for one in meaning)
    return f"{caught * 1000 // len(meaning) / 10:g} %: " if meaning else ""


def _cut(said: Sequence[str], lead: str) -> Iterator[Text]:
    yield from (Text(f"{lead}{line}") for line in said[:MOST_LINES])
    if len(said) > MOST_LINES:
        yield Text(f"{lead}{count(len(said) - MOST_LINES, 'more line')}; JSON has them all")
