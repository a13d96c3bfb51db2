"""The statement that puts generated rows into a table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING
from zlib import crc32

from seatrial.pg.queries import load
from seatrial.rows.parents import definitions, joins
from seatrial.rows.trial import computed
from seatrial.rows.values import TIMES, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.rows.facts import Check, Key, Table
    from seatrial.rows.keys import Numbering
    from seatrial.rows.parents import Links
    from seatrial.rows.parts import Part

__all__ = ["Recipe"]

#: A column of type date has so many days where nobody knows better.
DAYS = 730
#: From here on values follow the order of the rows.
IN_ORDER = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that decides the rows of one table."""

    table: Table
    links: Links
    numbering: Numbering
    #: Over columns that are made here.
    checks: tuple[Check, ...]
    rows: int
    seed: int
    #: What the number of the row that comes first is in values.
    first: int = 0

    def statement(self, first: int, last: int, *, careful: bool = False, most: int = 0) -> str:
        """An INSERT of the rows with numbers from first to last.

        Args:
            first: number of the first row.
            last: number of the last.
            careful: leave out rows that break a check or a key, instead of failing.
            most: rows at most, if careful.
        """
        columns = dict(self._columns())
        outputs = {name: self.table.columns[name].ident for name in columns}
        outputs |= {name: self.table.columns[target].ident for name, target in self.links.loops.items()}
        idents = [self.table.columns[name].ident for name in outputs]
        deferrable = any(key.deferrable for key in self.table.keys)
        return load("seatrial.rows", "insert_rows").format(
            parents=definitions(self.table, self.links.links),
            table=self.table.name,
            targets=f"({', '.join(idents)})" if idents else "",
            overriding="OVERRIDING SYSTEM VALUE",
            outputs=", ".join(outputs.values()),
            generated=computed(self.table, columns) if careful else "",
            columns=",\n".join(
                ['g.n AS "#number of the row"']
                + [f"{text} AS {self.table.columns[name].ident}" for name, text in columns.items()]
            ),
            numbers=", ".join(self._numbers()) or "0 AS nothing",
            first=self.first + first,
            last=self.first + last,
            joins=joins(self.table, self.links.links),
            conditions=" AND ".join(self._conditions(careful=careful)),
            # Values that conditions read are computed once.
            fence="OFFSET 0" if careful else "",
            limit=f"LIMIT {most}" if careful else "",
            conflict="ON CONFLICT DO NOTHING" if careful and not deferrable else "",
        )

    def _conditions(self, *, careful: bool) -> Iterator[str]:
        yield "true"
        yield from (check.text for check in self.links.conditions)
        for link in self.links.links:
            if link.bound or careful:
                # Where nothing fits what is bound, there is no row.
                yield from (
                    f"v.{c.ident} IS NOT NULL" for c in map(self.table.columns.__getitem__, link.gives) if c.not_null
                )
        if careful:
            yield from (f"({check.text}) IS NOT FALSE" for check in self.checks)
            yield from map(self._unused, (key for key in self.table.keys if key.whole and key.plain))

    def _unused(self, key: Key) -> str:
        """Whether no row has the key yet; so that the rows left out are not counted among the most."""
        idents = [self.table.columns[name].ident for name in sorted(key.columns)]
        if any(self.table.columns[name].numbered or name in self.links.loops for name in key.columns):
            return "true"
        same = " AND ".join(f"q.{ident} = v.{ident}" for ident in idents)
        return f"NOT EXISTS (SELECT FROM {self.table.only} AS q WHERE {same})"

    def _columns(self) -> Iterator[tuple[str, str]]:
        for number, part in enumerate(self.numbering.parts):
            for place, name in enumerate(part.columns):
                yield name, f"({self._value(number, part, place)})::{self.table.columns[name].cast}"

    def _value(self, number: int, part: Part, place: int) -> str:
        """The choice of the row's template."""
        uses: dict[str, list[str]] = {}
        for index, template in enumerate(part.templates):
            uses.setdefault(template.choices[place].at(f'g."m#{number}"'), []).append(str(index))
        if len(uses) == 1 and number not in self.numbering.of_templates:
            return next(iter(uses))
        cases = " ".join(f'WHEN g."t#{number}" IN ({", ".join(indexes)}) THEN {text}' for text, indexes in uses.items())
        return f"CASE {cases} END"

    def _numbers(self) -> Iterator[str]:
        for place, link in enumerate(self.links.links):
            free = "n" if not place else self._hash(link.foreign_key.name)
            free = free if link.bound else f"{free} % {max(1, link.rows)}"
            yield f'{self.numbering.of_links.get(link.number, free)} AS "r#{link.number}"'
        for number, part in enumerate(self.numbering.parts):
            yield f'{self.numbering.of_parts.get(number) or self._free(part)} AS "m#{number}"'
            if len(part.templates) > 1 or number in self.numbering.of_templates:
                yield f'{self.numbering.of_templates.get(number) or self._drawn(part)} AS "t#{number}"'

    def _drawn(self, part: Part) -> str:
        """A template by its weight."""
        total = sum(template.weight for template in part.templates)
        reached = accumulate(template.weight / total for template in part.templates)
        drawn = f"({self._hash('template of ' + part.columns[0])} % 1000000)"
        cases = " ".join(f"WHEN {drawn} < {round(limit * 1e6)} THEN {index}" for index, limit in enumerate(reached))
        return f"CASE {cases} ELSE {len(part.templates) - 1} END"

    def _free(self, part: Part) -> str:
        """The number of a value that no key asks for: as many different ones as the statistics say, in their order."""
        if len(part.columns) > 1 or any(choice.whole for template in part.templates for choice in template.choices):
            return "n"
        column = self.table.columns[part.columns[0]]
        shape = column.shape
        in_time = kind(column.type) in TIMES
        if shape is None or not shape.n_distinct:
            distinct = DAYS if kind(column.type) == "date" else self.rows
            in_order = in_time
        else:
            distinct = round(shape.n_distinct if shape.n_distinct > 0 else -shape.n_distinct * self.rows)
            in_order = shape.correlation >= IN_ORDER
        distinct = max(1, distinct)
        if in_order:
            return "n" if distinct >= self.rows else f"n * {distinct} / {self.rows}"
        return f"{self._hash(column.name)} % {distinct}"

    def _hash(self, salt: str) -> str:
        """A number that looks like chance and is always the same."""
        mark = crc32(f"{self.seed}:{self.table.name}:{salt}".encode())
        return f"(hashint8extended(n, {mark}) & 9223372036854775807)"
