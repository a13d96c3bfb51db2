"""The pieces that text for a person is put together from: a place with its caret, a finding, a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from seatrial.model.finding import Decided, Level
from seatrial.model.words import count, verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.model.failure import Failure
    from seatrial.model.finding import Finding, Waived, Withdrawn
    from seatrial.model.place import Place

__all__ = ["LEVELS", "failure", "finding", "findings", "labelled", "place", "set_aside"]

#: Symbol and colour go with a word, never alone.
LEVELS = {Level.BLOCKS: ("✗", "red"), Level.WARNS: ("!", "yellow"), Level.INFORMS: ("·", "blue")}
#: What is read needs no word.
KNOWN = {Decided.READ: "", Decided.RUN: "run on a rehearsal", Decided.ATTACKED: "attacked on a rehearsal"}
#: Characters of a line that are shown around a caret.
WINDOW = 160


def findings(found: Iterable[Finding]) -> Iterator[Text]:
    """What blocks first; of several of a kind in one file the first in full, the others in two lines each."""
    order = list(LEVELS)
    groups: dict[tuple[int, str, str], list[Finding]] = {}
    for one in found:
        groups.setdefault((order.index(one.level), one.place.path, one.code), []).append(one)
    # The first place of a kind says where in the report its file comes; sorting is stable.
    for _, (first, *others) in sorted(groups.items(), key=lambda group: group[0][0]):
        yield from finding(first)
        if others:
            yield Text(f"   and: {len(others):,} more of the kind in this file", style="dim")
        for one in others:
            yield Text.assemble((f"{one.place.line:>7}: ", "dim"), one.what, (f"  {one.key}", "dim"))
            yield Text(f"{'fix':>13}: {_in_a_line(one.fix)}", style="dim")
        yield Text()


def _in_a_line(fix: str) -> str:
    """The first line that is not a comment."""
    lines = fix.splitlines()
    said = next((line for line in lines if not line.startswith("--")), lines[0])
    return said if len(lines) == 1 else f"{said} …"


def finding(found: Finding) -> Iterator[Text]:
    """What, where, effect and fix; how it is known where it was not just read, and the key to waive it with."""
    symbol, style = LEVELS[found.level]
    yield Text.assemble((f"{symbol} {found.level} {found.code}", f"bold {style}"), f" {found.what}")
    yield from place(found.place, style)
    known = KNOWN[found.decided]
    yield from labelled((("effect", found.effect), ("fix", found.fix), ("figures", found.figures), ("decided", known)))
    if found.key:
        yield Text(f"{'key':>7}: {found.key}", style="dim")


def set_aside(waived: Sequence[Waived], withdrawn: Sequence[Withdrawn], command: str) -> Iterator[Text]:
    """A line each for findings that are not shown."""
    # Those of the baseline have no end.
    old = sum(not one.waiver.until for one in waived)
    if old:
        yield Text(f"· {count(old, 'old finding')} {'is' if old == 1 else 'are'} in the baseline", style="dim")
    if len(waived) > old:
        yield Text(f"· {len(waived) - old:,} waived (seatrial {command} --format json lists them)", style="dim")
    if withdrawn:
        yield Text(f"· {len(withdrawn):,} withdrawn by the rehearsal", style="dim")


def place(where: Place, style: str) -> Iterator[Text]:
    """The file, and the line with a caret under the place."""
    yield Text.assemble(("  --> ", "dim"), str(where))
    if not where.line or not where.source_line:
        return
    gutter = " " * len(str(where.line))
    shown, before = _window(where.source_line, where.column - 1)
    # The caret stands under its character whatever the width of a tab, a letter or a picture is.
    lead = "".join("\t" if character == "\t" else " " * cell_len(character) for character in before)
    yield Text(f"{gutter} |", style="dim")
    yield Text.assemble((f"{where.line} | ", "dim"), shown)
    yield Text.assemble((f"{gutter} | ", "dim"), (f"{lead}^", style))


def _window(line: str, at: int) -> tuple[str, str]:
    """What is shown of a line, and the part of that in front of a character: data in one line may be megabytes."""
    start = max(0, min(at - WINDOW // 2, len(line) - WINDOW))
    end = start + WINDOW
    left, right = "…" if start else "", "…" if end < len(line) else ""
    return f"{left}{line[start:end]}{right}", f"{left}{line[start:at]}"


def failure(found: Failure) -> Iterator[Text]:
    """What the server said, in its own words, with the place and the cause."""
    where = "" if found.statement else " (after the last statement, before or at COMMIT)"
    yield Text()
    yield Text.assemble((f"✗ {found.sqlstate}", "bold red"), f" {found.message}{where}")
    yield from place(found.place, "red")
    said = (("DETAIL", found.detail), ("HINT", found.hint), ("CONTEXT", found.context), ("cause", found.cause))
    yield from labelled(said)
    if found.consequences:
        behind = f"{count(found.consequences, 'statement')} {verb(found.consequences, 'fail')} because of this one"
        yield from labelled((("behind", behind),))
    yield Text()


def labelled(pairs: Iterable[tuple[str, str]]) -> Iterator[Text]:
    """One line each, and what has several lines under one another."""
    for label, value in pairs:
        if value:
            first, *rest = value.splitlines()
            yield Text.assemble((f"{label:>7}: ", "dim"), first)
            yield from (Text(f"{'':>9}{line}".rstrip()) for line in rest)
