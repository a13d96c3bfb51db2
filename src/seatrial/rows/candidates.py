"""Choices for a column: the plain one, and what the constants in its checks suggest."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from seatrial.rows.choice import ENOUGH, NUMBER, Choice, fixed
from seatrial.rows.patterns import like, matching
from seatrial.rows.sized import TEXTS, bytes_of, text_limit, text_of
from seatrial.rows.text import constants, literal, numbers
from seatrial.rows.values import NUMBERS, TIMES, Maker, kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from seatrial.rows.facts import Column

__all__ = ["LAST", "candidates"]

N = NUMBER
#: Ranks: what checks suggest, their constants, what is often asked for, the default.
DERIVED, CONSTANT, OFTEN, LAST = 1, 2, 3, 4
MOST_CONSTANTS = 60
MOST_LENGTH = 10_000
MOST_ELEMENTS = 64
#: A shorter text may lose what makes it different.
NARROW = 32
NUMBER_WIDTH = 10
_SHAPES = (
    f"'user' || {N} || '@example.org'",
    f"'item-' || {N}",
    f"'item_' || {N}",
    f"{N}::text",
    f"'https://example.org/' || {N}",
    f"'+1555' || lpad({N}::text, 7, '0')",
    f"md5({N}::text)::uuid::text",
    f"md5({N}::text)",
    f"'Item ' || {N}",
    f"'ITEM' || {N}",
    f"'host' || {N} || '.example.org'",
    f"host(inet '10.0.0.0' + {N} % 16777216)",
    f"'/item/' || {N}",
    f"(date '2024-01-01' + ({N} % 2000000)::int)::text",
    f"json_build_object('key', {N})::text",
    f"translate({N}::text, '0123456789', 'abcdefghij')",
    f"translate({N}::text, '0123456789', 'ABCDEFGHIJ')",
)
_FIXED_SHAPES = ("", "a", "A", "x y", "en", "en-US", "USD", "US", "UTC", "1.0.0", "{}", "[]", "#a0b0c0", "text/plain")
#: Ways to write a value of a type that is not known.
_SPELLINGS = ("", "{}", "a", "[1]", "(1,1)", "POINT(1 1)", "1.0.0", "a=>1", "1 m")


def candidates(column: Column, plain: Choice | None, texts: Iterable[str], maker: Maker) -> tuple[Choice, ...]:
    """Choices in the order in which they are preferred, none of them tried yet.

    Args:
        column: not generated.
        plain: the choice of its type, if that is known.
        texts: of the checks that mention it.
        maker: of values for the parts of its type.
    """
    everything = " ".join(texts)
    found = [plain] if plain else list(_unknown(column))
    if everything:
        strings, sizes = constants(everything)[:MOST_CONSTANTS], numbers(everything)[:MOST_CONSTANTS]
        found += _beside(column, plain) if plain else ()
        found += sorted(_suggested(column, strings, sizes, maker), key=lambda choice: choice.rank)
    if everything and column.default and not column.numbered:
        found.append(Choice(text=column.default, rank=LAST))
    return tuple(dict.fromkeys(found))


def _unknown(column: Column) -> Iterator[Choice]:
    """A type of an extension that is not known here may still read a number, or what is usual; else it is left out."""
    yield Choice(text=f"({N})::text", room=ENOUGH)
    if 0 < column.typmod <= MOST_LENGTH:
        yield Choice(text=f"'[' || repeat('1,', {column.typmod - 1}) || {N} + 1 || ']'", room=ENOUGH, rank=CONSTANT)
    yield from (fixed(value, CONSTANT) for value in _SPELLINGS)
    if column.default:
        yield Choice(text=column.default, rank=LAST)


def _beside(column: Column, plain: Choice) -> Iterator[Choice]:
    """A little before and after what another column of the same type has in the same row."""
    name = kind(column.type)
    steps: tuple[str, ...] = ()
    if name in NUMBERS and name != "money":
        steps = ("+ 1", "- 1", "/ 2", "* 2")
    elif name in {"timestamp", "timestamptz"}:
        steps = tuple(f"{sign} interval '{step}'" for step in ("30 seconds", "1 hour", "1 year") for sign in "+-")
    elif name == "date":
        steps = ("+ 1", "- 1", "+ 400", "- 400")
    for step in steps:
        yield Choice(text=f"({plain.text}) {step}", room=plain.room, rank=OFTEN)


def _suggested(column: Column, strings: Sequence[str], sizes: Sequence[Decimal], maker: Maker) -> Iterator[Choice]:
    """What the constants suggest for the kind of the column's type; for the others they are values as they are."""
    name = kind(column.type)
    found: Iterable[Choice] = (fixed(value, CONSTANT) for value in (*strings, *map(str, sizes)))
    if name in TEXTS:
        found = _texts(strings, _lengths(sizes), text_limit(name, column.typmod))
    elif name in NUMBERS:
        found = _numbers(sizes, whole=name.startswith("int"))
    elif name in TIMES or name in {"time", "timetz", "interval"}:
        found = _times(name, strings)
    elif name in {"json", "jsonb"}:
        found = _documents(name, strings)
    elif name == "bytea":
        found = (bytes_of(length, DERIVED) for length in _lengths(sizes))
    elif name in {"inet", "cidr"}:
        found = [*found, Choice(text=f"(inet '2001:db8::' + {N})::{name}", room=ENOUGH, rank=OFTEN)]
    elif name == "array":
        found = _arrays(column, strings, _lengths(sizes), maker)
    yield from found


def _lengths(sizes: Iterable[Decimal]) -> list[int]:
    near = {int(size) + step for size in sizes if size == int(size) for step in (0, 1, -1)}
    return sorted(length for length in near if 0 <= length <= MOST_LENGTH)


def _texts(strings: Sequence[str], lengths: Sequence[int], limit: int) -> Iterator[Choice]:
    for value in strings:
        if any(mark in value for mark in "^$[\\(*+"):
            yield from matching(value, limit)
        if "%" in value or "_" in value:
            yield from like(value, limit)
    yield from (fixed(value, CONSTANT) for value in strings)
    yield from (fixed(part, OFTEN) for value in strings for part in (value.lower(), *re.split(r"[,;|\s]+", value)))
    yield from (text_of(length, OFTEN) for length in lengths if length)
    beside = [text.format(literal(value)) for value in strings for text in (f"{{}} || {N}", f"{N} || {{}}")]
    for text in (*_SHAPES, *(text for text in beside if not limit or len(text) + NUMBER_WIDTH <= limit)):
        # A short text may be cut where it differs.
        yield Choice(text=text, room=1 if 0 < limit <= NARROW else ENOUGH, rank=OFTEN)
    yield from (fixed(value, LAST) for value in _FIXED_SHAPES)


def _numbers(sizes: Sequence[Decimal], *, whole: bool) -> Iterator[Choice]:
    for low, high in pairwise(sizes):
        if (room := int(high - low)) > 1:
            for start, length in ((low, room + 1), (low + 1, room), (low, room), (low + 1, room - 1)):
                yield Choice(text=f"{start} + {N} % {length}", room=length, rank=DERIVED)
        elif not whole:
            yield Choice(text=f"{low} + ({N} % 97 + 1) * {high - low} / 100.0", rank=DERIVED)
    for size in (*sizes, *(() if 0 in sizes else (0,))):
        yield Choice(text=f"{size} + {N} + 1", room=ENOUGH, rank=DERIVED)
        yield Choice(text=f"{size} - {N} - 1", room=ENOUGH, rank=DERIVED)
        yield Choice(text=f"{size} * ({N} + 1)", room=ENOUGH if size else 1, rank=OFTEN)
        for step in (0, 1, -1):
            yield Choice(text=f"{size + step}", rank=OFTEN if step else CONSTANT)
    yield from (Choice(text=text, rank=OFTEN) for text in ("0", "1", "0.5", "-1", "100"))


def _times(name: str, strings: Sequence[str]) -> Iterator[Choice]:
    unit = {"date": 1, "timestamp": 2, "timestamptz": 2}.get(name, 0)
    whole = unit == 1
    for value in strings:
        start = f"{literal(value)}::{name}"
        yield Choice(text=start, rank=CONSTANT)
        for step, room in (
            (("1 second", 60), ("1 hour", 24), ("1 day", 7), ("1 day", 28), ("1 day", 360)) if unit else ()
        ):
            if not whole or step == "1 day":
                yield _after(start, f"{N} % {room}", step, room, whole=whole)
        for number in (f"{N} + 1", f"-{N} - 1"):
            if unit:
                yield _after(start, number, "1 minute", ENOUGH, whole=whole)
    if unit:
        yield Choice(text=f"{name} '2200-01-01'", rank=LAST)
    if name == "interval":
        yield from (fixed(value, OFTEN) for value in ("0", "1 day", "1 month", "-1 day"))


def _after(start: str, number: str, step: str, room: int, *, whole: bool) -> Choice:
    if whole:
        return Choice(text=f"{start} + ({number})::int", room=min(room, 2_000_000), rank=DERIVED)
    return Choice(text=f"{start} + ({number}) * interval '{step}'", room=min(room, 2**31), rank=DERIVED)


def _documents(name: str, strings: Sequence[str]) -> Iterator[Choice]:
    names = [literal(value) for value in strings[:12]]
    for one in names:
        for text in (
            f"{one}, {N}",
            f"{one}, {N}::text",
            f"{one}, {name}_build_object()",
            f"{one}, {name}_build_array()",
            f"{one}, true",
        ):
            yield Choice(text=f"{name}_build_object({text})", room=ENOUGH if N in text else 1, rank=DERIVED)
        for other in names:
            if one != other:
                yield Choice(text=f"{name}_build_object({one}, {other})", rank=DERIVED)
    for made in (f"{N}", f"{N}::text"):
        if names:
            pairs = ", ".join(f"{one}, {made}" for one in names)
            yield Choice(text=f"{name}_build_object({pairs})", room=ENOUGH, rank=DERIVED)
    yield Choice(text=f"{name}_build_array({N})", room=ENOUGH, rank=OFTEN)
    yield from (
        fixed(value, OFTEN) for value in ("[]", "{}", '["text"]', '"text"', "1", "true", "null", '[{"key": 1}]')
    )


def _arrays(column: Column, strings: Sequence[str], lengths: Sequence[int], maker: Maker) -> Iterator[Choice]:
    element = maker.make(maker.types[column.type.element], column.typmod)
    if element:
        for length in (1, *(length for length in lengths if length <= MOST_ELEMENTS), 0):
            yield maker.array(column.type, element, length, DERIVED)
    for value in strings:
        yield Choice(text=f"ARRAY[{literal(value)}]", rank=DERIVED)
    yield Choice(text="'{}'", rank=OFTEN)
    yield from (fixed(value, CONSTANT) for value in strings)
