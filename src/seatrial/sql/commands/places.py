"""Where in a script the parser's places are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

__all__ = ["Places", "places_of"]

#: Bytes of UTF-8 that do not begin a character.
_CONTINUING = bytes(range(0x80, 0xC0))
#: So many bytes lie between two marks.
_STEP = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Turns the parser's places, bytes of the text that it was given, into characters of the script."""

    #: The text that was parsed, from its byte `skipped` on.
    encoded: bytes
    is_ascii: bool
    #: Where it begins in the script, in characters.
    base: int = 0
    #: Bytes in front of it that the script does not have: `SELECT `.
    prefix: int = 0
    skipped: int = 0
    #: Characters before each 1024th byte; none of a short text, and of one that is ASCII.
    marks: tuple[int, ...] = ()

    def at(self, location: int) -> int:
        """The character of a byte; of a place that is not known, the beginning."""
        location -= self.skipped
        if location < self.prefix:
            return self.base
        if self.is_ascii:
            return self.base + location - self.prefix
        if not self.marks:
            return self.base + _characters(self.encoded[self.prefix : location])
        return self.base + self._before(location) - self._before(self.prefix)

    def _before(self, location: int) -> int:
        step = min(location // _STEP, len(self.marks) - 1)
        return self.marks[step] + _characters(self.encoded[step * _STEP : location])


def places_of(text: str, base: int = 0, prefix: str = "", skipped: int = 0) -> Places:
    """Of a text that begins at a character of the script; the prefix is put in front of it.

    Args:
        text: what was parsed, or a part of that.
        base: the character.
        prefix: what stands in front of it and not in the script.
        skipped: bytes of what was parsed that are in front of this part.
    """
    encoded, is_ascii = (prefix + text).encode(), text.isascii()
    steps = range(0, len(encoded), _STEP) if not is_ascii and len(encoded) > _STEP else ()
    counts = (_characters(encoded[start : start + _STEP]) for start in steps)
    return Places(
        encoded=encoded, is_ascii=is_ascii, base=base, prefix=len(prefix.encode()), skipped=skipped,
        marks=tuple(accumulate(counts, initial=0)) if steps else (),
    )  # fmt: skip


def _characters(encoded: bytes) -> int:
    return len(encoded.translate(None, _CONTINUING))
