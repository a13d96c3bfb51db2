"""JSON from outside, of which nothing is taken for granted."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["at", "items", "parsed", "text"]


def parsed(body: bytes) -> dict[str, Any] | None:
    """The object in a body; none where it is anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def at(document: object, *path: str | int) -> Any:  # noqa: ANN401 - whatever is there
    """What lies at the end of a path of names and positions; none where the path leads nowhere."""
    for step in path:
        if isinstance(step, str) and isinstance(document, dict):
            document = document.get(step)
        elif isinstance(step, int) and isinstance(document, list) and step < len(document):
            document = document[step]
        else:
            return None
    return document


def items(document: object, *path: str | int) -> list[Any]:
    """The list at the end of a path; empty where there is none."""
    found = at(document, *path)
    return found if isinstance(found, list) else []


def text(document: object, *path: str | int, longest: int = 4096) -> str:
    """The text at the end of a path, cut, and without what no table of PostgreSQL takes; empty where there is none."""
    found = at(document, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str):
        return ""
    return found[:longest].replace("\0", "").encode("utf-8", "replace").decode("utf-8")
