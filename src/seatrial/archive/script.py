"""Statements of the archive, as they lie in `queries/`, filled in for one thing that is put away or comes back."""

from __future__ import annotations

import re

from seatrial.errors import CannotRun
from seatrial.pg.queries import load
from seatrial.sql.text import literal

__all__ = ["filled"]

PACKAGE = "seatrial.archive"
#: What bodies of functions and blocks stand between.
QUOTE = "$seatrial$"
#: `:'place'` is a constant, `{place}` a piece of SQL.
_HOLE = re.compile(r":'(?P<constant>\w+)'|\{(?P<piece>[a-z]+)\}")


def filled(name: str, /, **values: str) -> tuple[str, ...]:
    """The statements of `queries/NAME.sql`, which empty lines part.

    Args:
        name: of the file.
        values: for each `:'word'` as a constant, for each `{word}` as it is.

    Raises:
        CannotRun: a name is one that would end the block that it stands in.
    """
    if any(QUOTE in value for value in values.values()):
        raise CannotRun(
            "archive.bad-name", f"a name has {QUOTE} in it", why="it would end a piece of SQL that is put together",
            fix="rename it",
        )  # fmt: skip

    def put(hole: re.Match[str]) -> str:
        return literal(values[hole["constant"]]) if hole["constant"] else values[hole["piece"]]

    text = _HOLE.sub(put, load(PACKAGE, name))
    return tuple(part.strip().removesuffix(";") for part in text.split("\n\n"))
