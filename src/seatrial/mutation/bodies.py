"""Functions with another body."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.mutation.release import Routine

__all__ = ["silent", "with_body"]


def with_body(routine: Routine, body: str) -> str:
    """The statement that gives a function another body, and leaves the rest of it as it is."""
    definition = routine.definition.rstrip("\n")
    if routine.atomic:
        return definition[: definition.rindex(routine.source)] + body
    tag = definition[definition.rindex("$", 0, -1) :]
    head = definition[: -len(tag + routine.source + tag)]
    quote = "$seatrial$"
    while quote in body:
        quote = f"{quote[:-1]}_$"
    return f"{head}{quote}{body}{quote}"


def silent(routine: Routine) -> str:
    """The statement that makes a function answer NULL to everybody; empty where there is no such answer."""
    if routine.is_set or routine.is_trigger or routine.language not in {"sql", "plpgsql"}:
        return ""
    if routine.language == "plpgsql":
        return with_body(routine, "BEGIN RETURN NULL; END")
    return with_body(routine, f"{'RETURN' if routine.atomic else 'SELECT'} NULL::{routine.returns}")
