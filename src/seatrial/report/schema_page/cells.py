"""Markdown in pieces: words and code that cannot break out of where they stand, and tables."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["anchor", "anchors", "code", "listed", "paragraph", "table", "title", "words"]

#: What Markdown would read as a heading, a list or a quotation at the beginning of a line.
_MARKED = re.compile(r"^(?=[#+>-]|\d+[.)])")


def words(text: str) -> str:
    """A comment as it stands in a sentence or a cell; backticks are its author's."""
    line = " ".join(text.split()).replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\[\]*|])", r"\\\1", line)


def title(name: str) -> str:
    """A name in a heading or in the words of a link, where nothing of it is markup; `a_b` needs no escape."""
    return re.sub(r"(?<![^\W_])_|_(?![^\W_])|[`~$]", r"\\\g<0>", words(name))


def paragraph(text: str) -> str:
    """A comment that begins a line."""
    line = words(text)
    if numbered := re.match(r"\d+(?=[.)])", line):
        return f"{numbered[0]}\\{line[numbered.end() :]}"
    return _MARKED.sub(r"\\", line)


def code(text: str) -> str:
    """SQL in a line; more backticks around than in it, and no bar that ends a cell."""
    line = " ".join(text.split()).replace("|", "\\|")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    space = " " if "`" in line else ""
    return f"{fence}{space}{line}{space}{fence}"


def listed(texts: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, end = texts
    return f"{', '.join(first)} {last} {end}" if first else end


def table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table and the empty line behind it."""
    head = tuple(head)
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    yield from (f"| {' | '.join(line)} |" for line in lines)
    yield ""


def anchor(heading: str) -> str:
    """The name by which a heading is linked to, as forges and MyST make it."""
    return "#" + re.sub(r"[^\w -]", "", " ".join(heading.split()).lower()).replace(" ", "-")


def anchors(headings: Iterable[str]) -> dict[str, str]:
    """Heading → its name on a page that has them in this order: of several alike the later ones are numbered."""
    alike: Counter[str] = Counter()
    found = {}
    for heading in headings:
        name = anchor(heading)
        found[heading] = f"{name}-{alike[name]}" if alike[name] else name
        alike[name] += 1
    return found
