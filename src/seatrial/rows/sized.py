"""Values of the types that have a length or a precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rows.choice import ENOUGH, NUMBER, Choice, code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["SIZED", "TEXTS", "bytes_of", "text_limit", "text_of"]

TEXTS = frozenset({"text", "varchar", "bpchar", "citext", "name"})
DEFAULT_WIDTH = 16
#: From this length on a text says its number in hexadecimal and fills up with a digest.
LONG_TEXT = 10
#: Bytes of a bigint.
LONG_BYTES = 8
NAME_LIMIT = 63
MOST_WIDTH = 8000
ANY = "0123456789abcdefghijklmnopqrstuvwxyz"
#: Elements of a vector whose type does not say.
DIMENSIONS = 3
N = NUMBER


def text_limit(name: str, typmod: int) -> int:
    """Characters that a text may have; 0 where there is no limit."""
    if name == "name":
        return NAME_LIMIT
    return max(0, typmod - 4) if name in {"varchar", "bpchar"} else 0


def text_of(width: int, rank: int = 0) -> Choice:
    """A text of a length, different for every number as far as there is room."""
    if width < LONG_TEXT:
        return code([ANY] * width, rank)
    repeated = f"repeat(md5({N}::text), {width // 32 + 1})"
    # The digits that change fastest come first, so that neighbours are far apart in an index.
    text = f"'v' || reverse(lpad(to_hex({N}), 8, '0')) || substr({repeated}, 1, {width - 9})"
    return Choice(text=text, room=ENOUGH, rank=rank)


def bytes_of(width: int, rank: int = 0) -> Choice:
    """Bytes of a length, different for every number as far as there is room."""
    if width < LONG_BYTES:
        text = f"substr(int8send({N}), {LONG_BYTES + 1 - width})"
        return Choice(text=text, room=min(256**width, ENOUGH), rank=rank)
    filler = f"decode(repeat(md5({N}::text), {width // 16 + 1}), 'hex')"
    return Choice(text=f"int8send({N}) || substr({filler}, 1, {width - LONG_BYTES})", room=ENOUGH, rank=rank)


def _text(name: str, typmod: int, width: int) -> Choice:
    return text_of(min(width or DEFAULT_WIDTH, text_limit(name, typmod) or MOST_WIDTH, MOST_WIDTH))


def _bytes(_name: str, _typmod: int, width: int) -> Choice:
    return bytes_of(min(width or DEFAULT_WIDTH, MOST_WIDTH))


def _numeric(_name: str, typmod: int, _width: int) -> Choice:
    if typmod < 0:
        return Choice(text=f"({N} + 1)::numeric", room=ENOUGH)
    # As numeric_typmod_precision and numeric_typmod_scale of the server read it.
    precision = ((typmod - 4) >> 16) & 0xFFFF
    scale = (((typmod - 4) & 0x7FF) ^ 1024) - 1024
    room = min(10**precision - 1, ENOUGH)
    return Choice(text=f"({N} % {room} + 1)::numeric * 1e{-scale}", room=room)


def _document(name: str, _typmod: int, width: int) -> Choice:
    filler = f", 'text', repeat('x', {min(width, MOST_WIDTH) - 32})" if width > DEFAULT_WIDTH * 3 else ""
    return Choice(text=f"{name}_build_object('key', {N}{filler})", room=ENOUGH)


def _bits(name: str, typmod: int, _width: int) -> Choice:
    length = typmod if typmod > 0 else {"bit": 1}.get(name, 32)
    return Choice(text=f"({N})::bit({length})", room=min(2**length, ENOUGH))


def _vector(_name: str, typmod: int, _width: int) -> Choice:
    others = (typmod if typmod > 0 else DIMENSIONS) - 1
    return Choice(text=f"(array_fill(1::real, ARRAY[{others}]) || ({N} % 30000)::real)::real[]", room=30000)


def _sparse_vector(_name: str, typmod: int, _width: int) -> Choice:
    size = typmod if typmod > 0 else DIMENSIONS
    return Choice(text=f"'{{1:' || {N} % 30000 + 1 || '}}/{size}'", room=30000)


#: By name of the type; given its name, its modifier, and how many bytes a value takes on average (0: nobody knows).
SIZED: Mapping[str, Callable[[str, int, int], Choice]] = {
    **dict.fromkeys(TEXTS, _text),
    "bytea": _bytes,
    "numeric": _numeric,
    "json": _document,
    "jsonb": _document,
    "bit": _bits,
    "varbit": _bits,
    "vector": _vector,
    "halfvec": _vector,
    "sparsevec": _sparse_vector,
}
