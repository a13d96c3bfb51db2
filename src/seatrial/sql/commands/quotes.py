"""Where the text of a string constant lies, so that places in it are places in the script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.commands.places import Places, places_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["inside", "string_after"]

_DOLLARS = re.compile(rb"\$[^$]*\$")
_STRINGS = frozenset({pb.SCONST, pb.USCONST})


def string_after(places: Places, location: int, value: str) -> Places:
    r"""Of the text of the first string constant that stands behind a byte.

    Where the constant spells its text in another way (`''`, `\n`), every place in it is its beginning.
    """
    start, written = _string(places.encoded, max(location - places.skipped, 0))
    start += places.skipped
    if not written:
        return _pinned(places.at(location))
    opening = _DOLLARS.match(written)
    first = opening.end() if opening else written.find(b"'") + 1
    if written[first:].startswith(value.encode()):
        return inside(places, start + first, value)
    return _pinned(places.at(start + first))


def inside(places: Places, start: int, text: str) -> Places:
    """Of a piece of a text; all places in it are its beginning, where those of the whole are."""
    if not places.encoded:
        return _pinned(places.base)
    return places_of(text, places.at(start))


def _pinned(base: int) -> Places:
    return Places(encoded=b"", is_ascii=False, base=base)


def _string(encoded: bytes, location: int) -> tuple[int, bytes]:
    """The first string constant behind a byte, and its place; empty for none."""
    return next(_strings(encoded, location), (location, b""))


def _strings(encoded: bytes, location: int) -> Iterator[tuple[int, bytes]]:
    try:
        tokens = postgast.scan(encoded[location:].decode(errors="replace")).tokens
    except postgast.PgQueryError:
        return
    for token in tokens:
        if token.token in _STRINGS:
            yield location + token.start, encoded[location + token.start : location + token.end]
