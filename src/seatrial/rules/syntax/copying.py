"""COPY … FROM STDIN in a script, and the INSERT that says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.model.lexis import blanked

if TYPE_CHECKING:
    from seatrial.model.source import Script
    from seatrial.rules.syntax.refusal import Refusal

__all__ = ["CopyIn", "copies", "copy_before"]

_COPY_IN = re.compile(
    r"\s*(?P<word>copy\b)(?P<target>.*?)\bfrom\s+stdin\b(?P<options>[^;]*)", re.IGNORECASE | re.DOTALL
)
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyIn:
    """One COPY from standard input."""

    offset: int
    #: The table, with its columns where the statement names them: `public.notes (id, body)`.
    target: str
    #: Whether the data is in COPY's plain text form: tabs between the columns.
    plain: bool
    #: The data lines that follow, as far as they are plain.
    rows: tuple[str, ...] = ()

    def as_insert(self) -> str:
        """The INSERT for the first rows; a sentence where the rows are in another form."""
        if not self.rows or any("\\" in row.replace("\\N", "") for row in self.rows[:_SHOWN]):
            return f"Write the rows as INSERT INTO {self.target}"
        values = ",\n".join(f"    ({', '.join(map(_literal, row.split(chr(9))))})" for row in self.rows[:_SHOWN])
        more = len(self.rows) - _SHOWN
        rest = f"\n-- and {more} more row{'s' if more > 1 else ''} in the same way" if more > 0 else ""
        return f"insert into {self.target} values\n{values};{rest}"


def copies(script: Script) -> list[CopyIn]:
    """Those that the grammar takes, because no data follows them."""
    found = [
        _copy_in(script.source.text, statement.start, statement.start + len(statement.text))
        for statement in script.statements
        if statement.node == "copy_stmt"
    ]
    return [copy for copy in found if copy]


def copy_before(refusal: Refusal) -> CopyIn | None:
    """The COPY whose first data line the grammar stumbles over; None where the fault is another one."""
    end = refusal.blank.rfind(";", 0, refusal.start)
    if end < 0 or refusal.before.strip():
        return None
    copy = _copy_in(refusal.text, refusal.blank.rfind(";", 0, end) + 1, end)
    return replace(copy, rows=_rows(refusal.text, end)) if copy and copy.plain else copy


def _copy_in(text: str, start: int, end: int) -> CopyIn | None:
    match = _COPY_IN.match(blanked(text), start, end)
    if not match:
        return None
    target = " ".join(text[match.start("target") : match.end("target")].split())
    return CopyIn(offset=match.start("word"), target=target, plain=not match["options"].strip())


def _rows(text: str, end: int) -> tuple[str, ...]:
    """The lines after the statement, up to the line that ends the data."""
    lines = [line.removesuffix("\r") for line in text[end:].split("\n")[1:]]
    stop = lines.index("\\.") if "\\." in lines else 0
    return tuple(lines[:stop])


def _literal(value: str) -> str:
    return "null" if value == "\\N" else "'{}'".format(value.replace("'", "''"))
