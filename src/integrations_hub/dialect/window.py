"""Which rows: `limit`, `offset` and the header Range; and what the answer says of them in Content-Range."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from integrations_hub.dialect.records import Window
from integrations_hub.dialect.refusals import malformed, unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["content_range", "read_window", "status_of"]

NUMBER = re.compile(r"-?[0-9]{1,18}")
RANGE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})?")


def read_window(parameters: Mapping[str, str], header: str | None) -> Window:
    """What both ask for together.

    Args:
        parameters: of which limit and offset count.
        header: Range, such as 0-24.

    Raises:
        Refusal: no number, or a range that no row can be in.
    """
    limit, offset = _number(parameters, "limit"), _number(parameters, "offset") or 0
    if limit is not None and limit < 0:
        raise unsatisfiable("Limit should be greater than or equal to zero.")
    if offset < 0:
        raise unsatisfiable("Offset should be greater than or equal to zero.")
    found = RANGE.fullmatch(header.strip()) if header else None
    if not found:
        return Window(offset=offset, limit=limit)
    first, last = int(found[1]), int(found[2]) if found[2] else None
    if last is not None and first > last:
        raise unsatisfiable("The lower boundary must be lower than or equal to the upper boundary in the Range header.")
    return _both(Window(offset=offset, limit=limit), first, last)


def content_range(window: Window, rows: int, total: int | None) -> str:
    """Such as 0-24/573; a star where there are no rows or nobody counted."""
    between = f"{window.offset}-{window.offset + rows - 1}" if rows and total != 0 else "*"
    return f"{between}/{'*' if total is None else total}"


def status_of(window: Window, rows: int, total: int | None) -> int:
    """Whether these are all rows.

    Raises:
        Refusal: the window begins after the last.
    """
    if total is None:
        return 200
    if window.offset > total:
        details = f"An offset of {window.offset} was requested, but there are only {total} rows."
        raise unsatisfiable(details, **{"Content-Range": f"*/{total}"})
    return 206 if rows < total else 200


def _number(parameters: Mapping[str, str], name: str) -> int | None:
    if (text := parameters.get(name)) is None:
        return None
    if not NUMBER.fullmatch(text):
        raise malformed(f'"failed to parse {name} ({text[:80]})" (line 1, column 1)', "expecting a number of rows")
    return int(text)


def _both(window: Window, first: int, last: int | None) -> Window:
    """The rows that are in the window and from the first to the last."""
    ends = [end for end in (window.limit and window.offset + window.limit - 1, last) if end is not None]
    offset = max(window.offset, first)
    if window.limit == 0 or not ends:
        return Window(offset=offset, limit=window.limit)
    if min(ends) < offset:
        raise unsatisfiable("No row is in the range of the header and in limit and offset.")
    return Window(offset=offset, limit=min(ends) - offset + 1)
