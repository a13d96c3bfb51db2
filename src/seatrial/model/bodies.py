"""What is wrong in the bodies of functions, and which bodies could not be judged."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BodyFault", "BodyUnread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyFault:
    """An error that the server would raise when this place of the body is first reached."""

    #: With its argument types: `public.total(uuid)`.
    function: str
    #: For a trigger function: the table that it was compiled for; else empty.
    table: str
    #: Line of the body, from 1, as PL/pgSQL counts it.
    line: int
    sqlstate: str
    message: str
    hint: str
    #: The embedded SQL; empty where the fault is in a declaration.
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyUnread:
    """A function of which at least a part could not be decided."""

    function: str
    why: str
