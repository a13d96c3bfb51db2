"""Which number each part of a row gets, so that no key has the same values twice.

A row's number n is written in digits, as a number is in a system whose base changes from place to place: one digit
chooses the first parent, the next one the second, and what is left makes the values of the last column.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.rows.choice import ENOUGH, NOTHING
from seatrial.rows.parts import Part, Template
from seatrial.rows.values import TIMES, kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.rows.facts import Key, Table
    from seatrial.rows.parents import Links

__all__ = ["Numbering", "numbered"]

SMALLEST_SERIAL = 32767


@dataclass(frozen=True, slots=True, kw_only=True)
class _Digit:
    """Part of a row's number, as SQL over n; with a size of 0 all that the digits before it leave."""

    of: str
    divisor: int
    size: int

    @property
    def text(self) -> str:
        """A digit is shifted by the ones before it, so that all its values come early."""
        high = f"{self.of} / {self.divisor}" if self.divisor > 1 else self.of
        if not self.size:
            return high
        shifted = f"({high} + {self.of} % {self.divisor})" if self.divisor > 1 else self.of
        return f"{shifted} % {self.size}"

    def is_whole(self, rows: int) -> bool:
        """Whether it differs in every row."""
        return self.of == "n" and self.divisor == 1 and not 0 < self.size < rows

    @property
    def rest(self) -> str:
        """What tells two rows apart that have this digit in common."""
        low = f"{self.of} % {self.divisor}"
        return f"({self.of} / {self.divisor * self.size} * {self.divisor} + {low})" if self.size else f"({low})"


@dataclass(slots=True, kw_only=True)
class Numbering:
    """What numbers a row's links and parts get."""

    #: With the templates that its keys leave it.
    parts: list[Part]
    #: By index of the part and by number of the link: SQL over n.
    of_parts: dict[int, str] = field(default_factory=dict)
    of_links: dict[int, str] = field(default_factory=dict)
    #: Parts whose template a digit chooses.
    of_templates: dict[int, str] = field(default_factory=dict)
    #: So many rows fit the keys.
    limit: int = ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What decides some columns: a link to a parent or a part."""

    is_link: bool
    number: int
    room: int
    nullable: bool
    #: A template for each digit, instead of a value.
    is_finite: bool
    #: Its room depends on other digits.
    is_bound: bool = False
    #: Moments that are all different reach far into the future.
    is_time: bool = False
    #: What is left of the part if it gets a digit.
    narrowed: Part | None = None


def numbered(table: Table, links: Links, parts: Sequence[Part], rows: int) -> Numbering:
    """Give digits to what the keys are over.

    Args:
        table: with its keys.
        links: its parents.
        parts: its columns.
        rows: so many are wanted.
    """
    keys = [key for key in table.keys if not any(table.columns[name].numbered for name in key.columns)]
    numbering = Numbering(parts=list(parts))
    sources = _sources(table, links, parts, keys)
    digits: dict[_Source, _Digit] = {}
    used = {key.name: list(dict.fromkeys(sources[n] for n in sorted(key.columns) if n in sources)) for key in keys}
    for key in sorted(keys, key=lambda key: (not key.whole, len(used[key.name]), key.name)):
        capacity = _spread(used[key.name], digits, rows, nulls=key.nulls_distinct)
        if key.whole:
            numbering.limit = min(numbering.limit, capacity)
    for source, digit in digits.items():
        if source.narrowed:
            numbering.parts[source.number] = source.narrowed
        if source.is_link:
            numbering.of_links[source.number] = digit.text
        elif source.is_finite:
            numbering.of_templates[source.number] = digit.text
        else:
            numbering.of_parts[source.number] = digit.text
    if any(column.numbered and column.type.name == "int2" for column in table.columns.values()):
        numbering.limit = min(numbering.limit, SMALLEST_SERIAL)
    return numbering


def _sources(table: Table, links: Links, parts: Sequence[Part], keys: Sequence[Key]) -> dict[str, _Source]:
    """What decides each column of a key."""
    given = links.given()
    sources = {
        name: _Source(
            is_link=True,
            number=link.number,
            room=ENOUGH if link.bound else link.rows,
            nullable=not any(table.columns[column].not_null for column in link.gives),
            is_finite=False,
            is_bound=bool(link.bound),
        )
        for name, link in given.items()
    }
    for number, part in enumerate(parts):
        names = [n for n in part.columns if n not in given and any(n in key.columns for key in keys)]
        if names:
            nulls = all(key.nulls_distinct for key in keys if key.columns.intersection(names))
            narrowed, room, is_finite = _telling_apart(part, names, nulls=nulls)
            source = _Source(
                is_link=False,
                number=number,
                room=room,
                nullable=nulls and not any(table.columns[name].not_null for name in names) and len(part.columns) == 1,
                is_finite=is_finite,
                is_time=any(kind(table.columns[name].type) in TIMES for name in names),
                narrowed=narrowed,
            )
            sources.update(dict.fromkeys(names, source))
    return sources


def _telling_apart(part: Part, names: Sequence[str], *, nulls: bool) -> tuple[Part, int, bool]:
    """The templates to use where columns are part of a key, for how many rows they do, and whether one each."""
    places = [part.columns.index(name) for name in names]
    groups: dict[tuple[object, ...], list[Template]] = {}
    nothing: list[Template] = []
    for template in part.templates:
        values = tuple(template.choices[place] for place in places)
        (nothing if NOTHING in values else groups.setdefault(values, [])).append(template)
    if not groups:
        return part, ENOUGH if nulls else 1, False
    rooms = {values: max(group[0].choices[place].room for place in places) for values, group in groups.items()}
    best = max(rooms, key=rooms.__getitem__)
    if rooms[best] >= len(groups):
        kept = (*groups[best], *(nothing if nulls and len(part.columns) == 1 else ()))
        return Part(columns=part.columns, templates=kept), rooms[best], False
    return Part(columns=part.columns, templates=tuple(group[0] for group in groups.values())), len(groups), True


def _spread(used: Sequence[_Source], digits: dict[_Source, _Digit], rows: int, *, nulls: bool) -> int:
    """Give digits to the sources of one key; how many rows it then allows."""
    fixed = [source for source in used if source in digits]
    if not used or any(digits[source].is_whole(rows) for source in fixed):
        return ENOUGH
    of, left = "n", rows
    if fixed:
        of = digits[fixed[0]].rest
        left = -(-rows // max(1, digits[fixed[0]].size)) + digits[fixed[0]].divisor
    free = _free([source for source in used if source not in digits], left, nulls=nulls)
    capacity = 1
    for source in free:
        if capacity >= left:
            break
        enough = source.room >= -(-left // capacity)
        open_end = (enough and not source.is_link and not source.is_finite) or source.is_bound
        if open_end or (source is free[-1] and nulls and source.nullable):
            digits[source] = _Digit(of=of, divisor=capacity, size=0)
            return ENOUGH
        digits[source] = _Digit(of=of, divisor=capacity, size=source.room)
        capacity *= max(1, source.room)
    if len(fixed) > 1 or (fixed and not free):
        # Whether the digits of other keys do for this one shows itself when the rows go in.
        return ENOUGH
    return capacity * (max(1, digits[fixed[0]].size) if fixed else 1)


def _free(sources: Sequence[_Source], left: int, *, nulls: bool) -> list[_Source]:
    """One column that is different in every row is all that a key needs; else all of them, in a useful order.

    Parents first, then what has few values; what may be NULL where they are used up, last.
    """
    alone = [s for s in sources if s.room >= left and not (s.is_link or s.is_finite or s.is_time)]
    return alone[:1] or sorted(
        sources, key=lambda s: (nulls and s.nullable, s.is_bound, not s.is_link, s.room, s.number)
    )
