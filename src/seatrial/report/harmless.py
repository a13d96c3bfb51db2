"""Text of others, made harmless before it goes where a machine reads it: no control characters, no passwords."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from seatrial.model.masking import redacted
from seatrial.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["clipped", "each_text", "harmless", "masked", "printable"]

Record = TypeVar("Record")

#: Controls without tab and line feed, surrogates, what XML forbids, and what turns the direction of writing around.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """One sort of line end, and a sign in the place of each character that nobody sees and a machine obeys."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def clipped(text: str, most: int) -> str:
    """At most so many characters, and a sign where there were more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def harmless(record: Record) -> Record:
    """A record of the model with every text in it printable and without passwords."""
    found: Record = each_text(record, lambda text: printable(redacted(text)))
    return found


def masked(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Lists and tables as they are, with every text in them without passwords."""
    if isinstance(value, dict):
        return {key: masked(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [masked(each) for each in value]
    return redacted(value) if isinstance(value, str) and not isinstance(value, Enum) else value


def each_text(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - any record
    """A record with every text in it changed; words that are members of an enumeration stay."""
    if isinstance(value, Place):
        return _place(value, change)
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(each_text(each, change) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: each_text(getattr(value, field.name), change) for field in fields(value)}
        return replace(value, **changed)
    return value


def _place(place: Place, change: Callable[[str], str]) -> Place:
    """Columns count characters of the line: a line that gets another length is left out."""
    line = change(place.source_line)
    kept = line if len(line) == len(place.source_line) else ""
    return replace(place, path=change(place.path), source_line=kept)
