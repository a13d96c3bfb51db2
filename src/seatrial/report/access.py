"""A compact matrix: what each kind of user can do with rows, relation by relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.isolation import Cell, Matrix

__all__ = ["lines"]

#: What is done with the rows of one's own tenant, or with one's own where they belong to users; a view is read.
LETTERS = {
    "read": "r",
    "read rows of own tenant": "r",
    "read own rows": "r",
    "read rows of another tenant": "R",
    "add a row to own tenant": "i",
    "add an own row": "i",
    "add a row to another tenant": "I",
    "update rows of own tenant": "u",
    "update own rows": "u",
    "update rows of another tenant": "U",
    "delete rows of own tenant": "d",
    "delete own rows": "d",
    "delete rows of another tenant": "D",
}
ORDER = "riud"
LEGEND = "r read, i add, u change, d delete own rows; capitals: rows of every tenant; ! is not as declared"


def lines(matrix: Matrix, width: int) -> Iterator[Text]:
    """Kinds that can do the same share a column; what does not fit beside it comes below."""
    subjects = sorted({cell.subject for cell in matrix.cells if cell.action in LETTERS or _is_shut_wrong(cell)})
    columns = _columns(matrix, subjects)
    if not columns:
        return
    yield Text(f"what users can do: {LEGEND}", style="bold")
    margin = max(cell_len(subject) for subject in subjects) + 2
    column = len(ORDER) + 3
    at_once = max(1, (width - margin - 2) // column)
    numbered = list(enumerate(columns.items(), start=1))
    for start in range(0, len(numbered), at_once):
        yield from _table(subjects, numbered[start : start + at_once], margin, column)
    for number, (_, kinds) in numbered:
        yield Text.assemble((f"  {number:>2} ", "bold"), ", ".join(kinds))


def _is_shut_wrong(cell: Cell) -> bool:
    """A relation; what else there is has brackets behind it, or a word in front."""
    return not cell.agrees and not {"(", " "} & set(cell.subject)


def _columns(matrix: Matrix, subjects: Sequence[str]) -> dict[tuple[str, ...], list[str]]:
    """What stands in each column, top to bottom, with the kinds that it is of."""
    can: dict[tuple[str, str], set[str]] = {}
    for cell in matrix.cells:
        of = can.setdefault((cell.kind, cell.subject), set())
        if cell.observed is Observed.ALLOWED:
            of.add(LETTERS.get(cell.action, ""))
        if not cell.agrees:
            of.add("!")
    found: dict[tuple[str, ...], list[str]] = {}
    for kind in matrix.world.kinds:
        tried = [can.get((kind.name, subject)) for subject in subjects]
        if any(of is not None for of in tried):
            found.setdefault(tuple(_letters(of or set()) for of in tried), []).append(kind.name)
    return found


def _letters(can: set[str]) -> str:
    shown = (next((one for one in (letter.upper(), letter) if one in can), "·") for letter in ORDER)
    return "".join(shown) + ("!" if "!" in can else " ")


def _table(
    subjects: Sequence[str], numbered: Sequence[tuple[int, tuple[tuple[str, ...], list[str]]]], margin: int, column: int
) -> Iterator[Text]:
    head = "".join(f"{number:<{column}}" for number, _ in numbered).rstrip()
    yield Text(" " * (margin + 2) + head, style="bold")
    for row, subject in enumerate(subjects):
        line = Text(f"  {subject}{' ' * (margin - cell_len(subject))}")
        for _, (letters, _) in numbered:
            line.append(f"{letters[row]:<{column}}", style="red" if "!" in letters[row] else "")
        line.rstrip()
        yield line
