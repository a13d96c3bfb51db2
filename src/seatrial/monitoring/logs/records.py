"""Cuts the bytes of a log into records; what is written of the last one is left for the next look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["csv_records", "json_records"]

#: A record that is longer is given up. Statements are logged in full, and some carry a file.
MOST = 4 * 2**20
_BEGINS = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [^\s,]+,")


def json_records(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Each on a line of its own; all bytes come out again, but for an end without a line break."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line + b"\n"
        if len(rest) > MOST:
            yield rest
            rest = b""


def csv_records(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A record ends at a line break outside of quotes.

    A line that looks like the beginning of a record is none inside of quotes, or whoever sends a statement could write
    errors into the log. Only where it is not known what is inside, the next such line is the beginning.
    """
    held: list[bytes] = []
    size, is_open, is_lost = 0, False, True
    for line in json_records(pieces):
        is_lost = is_lost and not _BEGINS.match(line)
        if is_lost:
            yield line
            continue
        held.append(line)
        size += len(line)
        is_open ^= line.count(b'"') % 2 == 1
        if not is_open or size > MOST:
            yield b"".join(held)
            # What does not begin as a record shows that quotes were counted wrongly.
            is_lost = is_open or not _BEGINS.match(held[0])
            held, size, is_open = [], 0, False
