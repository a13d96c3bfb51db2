"""Why the server refused a question, in words that hold no value of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.errors import StatementFailed

__all__ = ["why_refused"]

#: Classes of SQLSTATE whose messages name objects and settings; those of others may quote what stands in a row.
NAMES_OBJECTS = ("0A", "42", "53", "54", "55", "57")


def why_refused(error: StatementFailed) -> str:
    """`42P01 relation "public.integrations" does not exist`, or the SQLSTATE alone."""
    return (
        f"{error.sqlstate} {error.what}" if error.sqlstate.startswith(NAMES_OBJECTS) else f"SQLSTATE {error.sqlstate}"
    )
