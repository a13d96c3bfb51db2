"""A way to make one value of a column out of the number of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ENOUGH", "HEX", "NOTHING", "NUMBER", "Choice", "code", "fixed"]

#: Stands in a choice for the row's number; no text of the server can hold it.
NUMBER = "\0"
#: More rows than anybody asks for.
ENOUGH = 2**32
HEX = "0123456789abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An expression over a row's number (a bigint from 0), and what speaks for it."""

    text: str
    #: How many numbers give different values.
    room: int = 1
    #: The lowest that satisfies the constraints is taken: how little it looks made up.
    rank: int = 0
    #: Wants every number, and not only as many as there are distinct values.
    whole: bool = False

    def at(self, number: str) -> str:
        """The expression for a number given as one."""
        return self.text.replace(NUMBER, number)


NOTHING = Choice(text="NULL")


def fixed(value: str, rank: int) -> Choice:
    """The same value in every row."""
    return Choice(text=literal(value), rank=rank)


def code(places: Sequence[str], rank: int = 0) -> Choice:
    """A text with one character from each place's alphabet, different for different numbers as long as there are any.

    The places at the end change fastest, and no more of them than are needed.
    """
    room = 1
    pieces: list[str] = []
    for alphabet in reversed(places):
        if len(alphabet) > 1 and room < ENOUGH:
            digit = (
                f"({NUMBER} / {room} % {len(alphabet)})::int + 1"
                if room > 1
                else f"({NUMBER} % {len(alphabet)})::int + 1"
            )
            pieces.append(f"substr({literal(alphabet)}, {digit}, 1)")
            room *= len(alphabet)
        else:
            pieces.append(literal(alphabet[:1]))
    return Choice(text=" || ".join(_joined(pieces[::-1])) or "''", room=room, rank=rank)


def _joined(pieces: Sequence[str]) -> list[str]:
    """Neighbouring constants as one."""
    joined: list[str] = []
    for piece in pieces:
        if joined and piece.startswith("'") and joined[-1].startswith("'"):
            joined[-1] = f"{joined[-1][:-1]}{piece[1:]}"
        else:
            joined.append(piece)
    return joined
