"""What a release says of itself: comments on what it makes, and the pages that are written of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.place import Place

__all__ = ["Documentation", "Made", "Page", "PageState", "words_of"]


class PageState(StrEnum):
    """How a generated page is found."""

    MISSING = "missing"
    OUTDATED = "out of date"
    CURRENT = "current"
    #: Nobody could say what it should be.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that a command writes."""

    #: `schema page`, `release note`
    what: str
    #: Relative to the release folder.
    path: str
    state: PageState
    #: Where it is not current: a line each.
    why: tuple[str, ...] = ()
    #: The command that writes it.
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An object that the release makes or changes."""

    #: `table`, `column`, `policy`, `function`, `index` …
    kind: str
    #: With its schema and, for a part of a table, the table: `public.contacts.email`.
    name: str
    #: `public.contacts`; empty for what is in no table.
    parent: str = ""
    comment: str = ""
    #: It was there before.
    changed: bool = False
    #: It is a partition, or a part of one, and its table speaks for it.
    of_partition: bool = False
    #: Where it is made; None where nobody knows.
    place: Place | None = None

    @property
    def own_name(self) -> str:
        """Without its schema and its table: `email`."""
        within = f"{self.parent}."
        return self.name.removeprefix(within) if self.name.startswith(within) else self.name.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation:
    """Everything that the proof of it judges."""

    made: tuple[Made, ...] = ()
    pages: tuple[Page, ...] = ()


def words_of(one: Made) -> str:
    """Its comment, where that says more than its name does; otherwise nothing."""
    said, name = _letters(one.comment), _letters(one.own_name.partition("(")[0])
    return "" if said in {name, _letters(one.own_name), _letters(one.name)} else one.comment.strip()


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
