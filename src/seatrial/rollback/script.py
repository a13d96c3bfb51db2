"""Puts statements together to a script that a person can read, with the steps that are meant. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Part", "script"]

HEAD = "-- The way back of {}: written by Seatrial from the schema before and after it, seen in a rehearsal."
BATCH = "-- seatrial: batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Statements under one heading, without their semicolons."""

    heading: str
    statements: Sequence[str]
    #: Whether a transaction ends with it.
    ends: bool = False


def script(version: str, parts: Iterable[Part]) -> str:
    """The text; parts follow each other in one transaction until one ends it.

    Args:
        version: of the migration.
        parts: those without a statement are left out.
    """
    lines = [HEAD.format(version)]
    begun = False
    for part in parts:
        if part.statements:
            lines += ["", f"-- {part.heading}"]
            lines += [f"{statement};" for statement in part.statements]
            begun = not all(map(_is_alone, part.statements))
        if part.ends and begun:
            lines.append("COMMIT;")
            begun = False
    if lines[-1] == "COMMIT;":
        lines.pop()
    return "\n".join(lines) + "\n"


def _is_alone(statement: str) -> bool:
    return statement.startswith((BATCH, "CREATE INDEX CONCURRENTLY", "CREATE UNIQUE INDEX CONCURRENTLY"))
