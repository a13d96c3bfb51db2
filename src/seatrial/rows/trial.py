"""Tries choices on the server: whether checks hold for the rows that they would make."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.pg.queries import load
from seatrial.pg.statement import ask
from seatrial.rows.parents import definitions, joins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.pg.connection import Connection
    from seatrial.rows.choice import Choice
    from seatrial.rows.facts import Check, Table
    from seatrial.rows.parents import Link

    #: A choice for each of some columns.
    Combination = tuple[Choice, ...]

__all__ = ["Trial", "computed"]

#: Numbers of rows that a choice is tried for; those that fall between are seen when the rows go in.
SAMPLES = (*range(24), 29, 61, 100, 365, 999, 4095, 12345, 99991)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Rows of one table, as far as some of its columns go."""

    connection: Connection
    table: Table
    links: tuple[Link, ...]

    def passing(
        self, columns: Sequence[str], tried: Sequence[Combination], checks: Sequence[Check]
    ) -> list[Combination]:
        """The combinations for which the checks always hold, or if there are none, those for which they may.

        Args:
            columns: names.
            tried: combinations, one choice for each of the columns.
            checks: over these columns only; with none, it is tried whether the choices are values of the type.
        """
        found = self.shares(columns, tried, checks)
        best = min(1.0, max((share for _, share in found), default=0))
        return [combination for combination, share in found if share == 1 or best < 1]

    def shares(
        self, columns: Sequence[str], tried: Sequence[Combination], checks: Sequence[Check]
    ) -> list[tuple[Combination, float]]:
        """The combinations for which the checks may hold, and for how large a share of the rows they do."""
        if not tried:
            return []
        try:
            with self.connection.transaction():
                answer = ask(self.connection, self._question(columns, tried, checks)).value
        except StatementFailed:
            # Halved until what makes the server refuse the question is alone.
            if len(tried) == 1:
                return []
            middle = len(tried) // 2
            return [found for half in (tried[:middle], tried[middle:]) for found in self.shares(columns, half, checks)]
        return [(tried[number], share) for number, share in json.loads(answer)]

    def _question(self, columns: Sequence[str], combinations: Sequence[Combination], checks: Sequence[Check]) -> str:
        distinct = [list(dict.fromkeys(choices)) for choices in zip(*combinations, strict=True)]
        rows = [
            (number, *(options.index(choice) for options, choice in zip(distinct, combination, strict=True)))
            for number, combination in enumerate(combinations)
        ]
        values = [
            _case(self.table.columns[name].cast, options, place, self.table.columns[name].ident)
            for place, (name, options) in enumerate(zip(columns, distinct, strict=True))
        ]
        uses = " AND ".join(f"({check.text}) IS NOT FALSE" for check in checks)
        # Reading the value as text makes the server compute it.
        reads = " AND ".join(f"({self.table.columns[name].ident}::text IS NULL) IS NOT NULL" for name in columns)
        return load("seatrial.rows", "try_choices").format(
            parents=definitions(self.table, self.links),
            joins=joins(self.table, self.links),
            picks=", ".join(
                [f'(n + {link.number}) % {max(1, link.rows)} AS "r#{link.number}"' for link in self.links]
                or ["0 AS nothing"]
            ),
            checks=uses or reads,
            generated=computed(self.table, columns),
            columns=", ".join(values),
            samples=", ".join(map(str, SAMPLES)),
            combinations=", ".join(f"({', '.join(map(str, row))})" for row in rows),
            places=", ".join(f'"i#{place}"' for place in range(len(columns))),
        )


def _case(cast: str, options: Sequence[Choice], place: int, ident: str) -> str:
    cases = " ".join(f"WHEN {number} THEN ({choice.at('g.n')})::{cast}" for number, choice in enumerate(options))
    return f'CASE c."i#{place}" {cases} END AS {ident}'


def computed(table: Table, columns: Sequence[str] | Mapping[str, object]) -> str:
    """Generated columns that can be computed from others, to be added to a list of columns."""
    return "".join(
        f", {column.generated} AS {column.ident}"
        for column in table.columns.values()
        if column.generated and table.sources[column.name] <= set(columns)
    )
