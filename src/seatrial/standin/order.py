"""The order in which definitions are made: by phases, and what is needed before what needs it. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seatrial.model.standin import Definition

__all__ = ["PHASES", "Node", "ordered"]

PHASES = (
    "roles",
    "memberships",
    "schemas",
    "extensions",
    "types",
    "servers",
    "mappings",
    "functions",
    "sequences",
    "tables",
    "columns",
    "defaults",
    "owned by",
    "views",
    "checks",
    "partitions",
    "keys",
    "indexes",
    "index parts",
    "foreign keys",
    "settings",
    "rules",
    "triggers",
    "policies",
    "publications",
    "published",
    "event triggers",
    "fillings",
    "states",
    "owners",
    "grants",
    "passed on",
    "default privileges",
    "comments",
    "jobs",
    "session settings",
    "unknown",
    "event trigger states",
)
_RANK = {phase: rank for rank, phase in enumerate(PHASES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A definition with the object that it makes, as `pg_depend` calls it."""

    #: `pg_class/16401`; empty for what nothing can depend on.
    key: str
    #: Among its like: a column's number.
    place: int
    definition: Definition

    @property
    def rank(self) -> tuple[int, int, str, str]:
        """Older objects first, as what is newer was made of them."""
        number = self.place or int(self.key.partition("/")[2] or 0)
        return _RANK[self.definition.phase], number, self.definition.name, self.definition.fact


def ordered(nodes: Iterable[Node], needs: Iterable[tuple[str, str, bool]]) -> tuple[Definition, ...]:
    """Every definition after those it needs.

    Views that need each other, which CREATE OR REPLACE can make, begin with an empty one. Another circle is cut where
    the order of the phases says, and whoever runs the definitions has to try again.

    Args:
        nodes: what to make.
        needs: object, what it needs, and whether it is only a part of that.
    """
    line = sorted(nodes, key=lambda node: node.rank)
    waits = _waits(line, needs)
    wanted_by: dict[int, list[int]] = defaultdict(list)
    for number, others in waits.items():
        for other in others:
            wanted_by[other].append(number)
    # Numbers of the line are the ranks.
    ready = [number for number in range(len(line)) if not waits[number]]
    heapify(ready)
    made: list[Definition] = []
    done: set[int] = set()
    begun: set[int] = set()
    while len(done) < len(line):
        if ready:
            number = heappop(ready)
            done.add(number)
            made.append(line[number].definition)
        else:
            number = _cut(line, done, begun)
            begun.add(number)
            if line[number].definition.shell:
                made.append(_shell(line[number].definition))
            else:
                waits[number].clear()
                heappush(ready, number)
        for other in wanted_by[number]:
            if number in waits[other]:
                waits[other].discard(number)
                if not waits[other]:
                    heappush(ready, other)
    return tuple(made)


def _waits(line: Sequence[Node], needs: Iterable[tuple[str, str, bool]]) -> dict[int, set[int]]:
    number_of = {node.key: number for number, node in enumerate(line) if node.key}
    edges = list(needs)
    whole = {part: of for part, of, is_part in edges if is_part}
    waits: dict[int, set[int]] = {number: set() for number in range(len(line))}
    for one, other, is_part in edges:
        number, needed = (_resolved(key, number_of, whole) for key in (one, other))
        if number is not None and needed is not None and number != needed and not (is_part and one not in number_of):
            waits[number].add(needed)
    return waits


def _resolved(key: str, number_of: Mapping[str, int], whole: Mapping[str, str]) -> int | None:
    """The node that an object is, or is a part of."""
    seen = set()
    while key not in number_of:
        if key in seen or key not in whole:
            return None
        seen.add(key)
        key = whole[key]
    return number_of[key]


def _cut(line: Sequence[Node], done: set[int], begun: set[int]) -> int:
    """Where to begin with what needs itself by a detour: with a view if there is one, else with the first."""
    rest = [number for number in range(len(line)) if number not in done and number not in begun]
    return next((number for number in rest if line[number].definition.shell), rest[0])


def _shell(definition: Definition) -> Definition:
    return replace(definition, fact="columns", sql=definition.shell, shell="")
