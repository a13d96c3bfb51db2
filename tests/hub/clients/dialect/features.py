"""The lines of the dialect's table, as pages/*.toml have them: a feature, a request, and what it is answered."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Line", "Page", "pages"]

FOLDER = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One feature that PostgREST documents."""

    feature: str
    #: Method and path, as a person writes them: nothing in it is percent-encoded that need not be.
    request: str
    #: Where it is documented, when that is another page than that of the lines around it.
    address: str = ""
    anchor: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    #: Who asks: user, visitor, service, or nobody, who brings headers of their own.
    by: str = "user"
    status: int = 200
    #: The body of the answer, in JSON; of an error, the parts of it that are looked at.
    answer: str | None = None
    #: A part of the body, at any depth.
    holds: str | None = None
    #: Words that the body must not have.
    lacks: tuple[str, ...] = ()
    text: str | None = None
    #: Headers of the answer.
    has: dict[str, str] = field(default_factory=dict)
    #: It is answered 501, and these words say why.
    missing: str = ""
    #: It is answered otherwise than PostgREST does, and these words say how.
    but: str = ""

    @property
    def method(self) -> str:
        """Of the request."""
        return self.request.split(" ", maxsplit=1)[0]

    @property
    def path(self) -> str:
        """Of the request, with its query."""
        return self.request.split(" ", maxsplit=1)[1]

    @property
    def expected_status(self) -> int:
        """What the answer begins with."""
        return 501 if self.missing else self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of PostgREST's documentation."""

    title: str
    address: str
    lines: tuple[Line, ...]


@cache
def pages() -> tuple[Page, ...]:
    """All of them, in order."""
    return tuple(_page(path) for path in sorted(FOLDER.glob("*.toml")))


def _page(path: Path) -> Page:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    lines = tuple(_line(table) for table in document["line"])
    return Page(title=document["title"], address=document["address"], lines=lines)


def _line(table: dict[str, Any]) -> Line:
    for name in ("answer", "holds"):
        # What cannot be read is said before anything is asked.
        json.loads(table.get(name, "null"))
    return Line(**table | {"lacks": tuple(table.get("lacks", ()))})
