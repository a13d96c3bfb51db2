"""A statement of somebody else's for a person to read, without the values that it holds."""

from __future__ import annotations

import postgast

from seatrial.sql.shown import shown

__all__ = ["without_values"]

_LONGEST = 80


def without_values(query: str) -> str:
    """On one line, constants as `$1`, cut off; of what cannot be read the first word, as nobody knows the rest."""
    if query.startswith("autovacuum:"):
        return query
    try:
        line = shown(postgast.normalize(query))
    except postgast.PgQueryError:
        line = f"{query.split(maxsplit=1)[0]} …" if query.strip() else ""
    return line if len(line) <= _LONGEST else line[: _LONGEST - 2].rstrip() + " …"
