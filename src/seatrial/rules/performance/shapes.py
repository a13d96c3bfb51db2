"""What an index is, whatever its name: as far as its statement says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.lexis import blanked
from seatrial.rules.normal import normal
from seatrial.rules.spelling import name, names
from seatrial.rules.usage import written

if TYPE_CHECKING:
    from seatrial.model.schema import Index, Table

__all__ = ["dropped", "is_ascending", "is_plain", "shape"]

_SPECIAL = re.compile(r"\b(?:collate|\w+_ops)\b", re.IGNORECASE)
_ORDER = re.compile(r"\b(?:desc|nulls)\b", re.IGNORECASE)
_TABLE = re.compile(r"\bon\s+(?:only\s+)?[\w\".]+\s*(?:using\s+\w+\s*)?(?P<rest>\(.*)", re.IGNORECASE | re.DOTALL)


def shape(made: Index) -> tuple[str, str]:
    """The same for two indexes that are the same: columns with all that stands behind them, and the method.

    A plain list of columns is written as that of a constraint would be.
    """
    found = made.index
    said = _said(made)
    if is_plain(made) and is_ascending(made) and not found.included and found.where is None:
        said = f"({names(found.columns)})"
    return said, found.method


def is_plain(made: Index) -> bool:
    """Whether it is over columns only, compared as they always are."""
    return all(made.index.columns) and not _SPECIAL.search(_said(made))


def is_ascending(made: Index) -> bool:
    """Whether it is in the order that an index has where nothing is said."""
    return not _ORDER.search(_said(made))


def dropped(table: Table, made: Index) -> str:
    """The statement that takes it away without keeping anybody waiting."""
    return f"drop index concurrently {name(table.schema)}.{name(made.name)};"


def _said(made: Index) -> str:
    text = written(made.life.made)
    found = _TABLE.search(blanked(text))
    return normal(text[found.start("rest") :]) if found else f"{made.name}?"
