"""The pages that a newcomer reads: where they are, and what is in them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PAGES", "ROOT", "WRITTEN", "Block", "anchors", "blocks", "links", "prose", "shown"]

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])
#: Those that no program writes.
WRITTEN = [page for page in PAGES if not page.read_text(encoding="utf-8").startswith("<!-- ")]

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]+\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<words>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block."""

    #: `console`, `sql`, `toml` …
    kind: str
    #: What stands behind the kind: `{"file": "seatrial.toml"}`.
    options: dict[str, str]
    body: str
    #: Where the body starts in the page.
    start: int
    #: Counted from one.
    line: int


def shown(page: Path) -> str:
    """The page as a person names it."""
    return page.relative_to(ROOT).as_posix()


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [
        Block(
            kind=(words := shlex.split(found["info"]) or [""])[0],
            options=dict(word.partition("=")[::2] for word in words[1:]),
            body=found["body"],
            start=found.start("body"),
            line=text.count("\n", 0, found.start()) + 1,
        )
        for found in _FENCE.finditer(text)
    ]


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text)


def links(text: str) -> list[str]:
    """Where the links of a page lead; what stands in code is none."""
    return [found["target"] for found in _LINK.finditer(re.sub(r"`[^`\n]*`", "", prose(text)))]


def anchors(text: str) -> set[str]:
    """The names that headings of a page go by, as forges make them."""
    words = (re.sub(r"[`*]|\[|\]\([^)]*\)", "", found["words"]) for found in _HEADING.finditer(prose(text)))
    return {re.sub(r"[^\w -]", "", each.strip().lower()).replace(" ", "-") for each in words}
