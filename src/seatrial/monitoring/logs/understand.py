"""From errors as a log has them to lines that may be kept: codes, names that the catalog knows, shapes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.monitoring.logs.log import LogLine
from seatrial.monitoring.logs.meaning import Meaning, is_plain, meaning_of
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.sql.shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seatrial.monitoring.logs.entry import Entry
    from seatrial.pg.connection import Connection
    from seatrial.sql.shape import Shape

__all__ = ["Understander", "Understood"]

_OWN = "seatrial"
#: Shapes that are remembered, and names that are asked for in one look.
_SHAPES, _NAMES = 2_000, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """An error without its values; its names have no schemas yet."""

    at: float
    sqlstate: str
    role: str
    query: str
    meaning: Meaning
    shape: Shape | None


class Understander:
    """Of the errors of one database that are not ours."""

    def __init__(self, database: str) -> None:
        """By its name."""
        self._database = database
        self._shapes: dict[str, Shape | None] = {}

    def read(self, entries: Iterable[Entry]) -> Iterator[Understood]:
        """What is of this database, or of the server as a whole."""
        for one in entries:
            if one.database in {self._database, ""} and not one.application.startswith(_OWN):
                yield Understood(
                    at=one.at, sqlstate=one.sqlstate, role=one.role, query=one.query,
                    meaning=meaning_of(one), shape=self._shape(one),
                )  # fmt: skip

    def _shape(self, entry: Entry) -> Shape | None:
        """Parsed once: all statements of one identifier have the same shape."""
        if not entry.query or not entry.statement:
            return None
        if entry.query not in self._shapes:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            self._shapes[entry.query] = shape_of(entry.statement)
        return self._shapes[entry.query]

    def named(self, connection: Connection, found: Iterable[Understood]) -> tuple[LogLine, ...]:
        """With the names as the catalog has them."""
        found = tuple(found)
        names = _Names(connection, [one.meaning for one in found]) if found else None
        return tuple(
            LogLine(
                at=one.at, sqlstate=one.sqlstate, role=one.role, query=one.query, quantity=one.meaning.quantity,
                subject=(names.subject(one) if names else "") or one.sqlstate, shape=one.shape,
            )
            for one in found
        )  # fmt: skip


class _Names:
    """What the catalog says about the names in some messages."""

    def __init__(self, connection: Connection, meanings: Iterable[Meaning]) -> None:
        found = tuple(meanings)
        relations = {one.relation for one in found if one.relation}
        self._found = _asked(connection, relations, {one.subject for one in found if one.is_constraint})

    def subject(self, one: Understood) -> str:
        meaning, written = one.meaning, one.shape.relations if one.shape else ()
        table = self._relation(meaning.relation, written) if meaning.relation else ""
        if not meaning.subject:
            return table
        if not meaning.is_constraint:
            return f"{meaning.subject} on {table}" if table else meaning.subject
        owners = self._found.get(("constraint", meaning.subject), ())
        if not owners and not is_plain(meaning.subject):
            return ""
        if table not in owners:
            table = _chosen(owners, written) or table
        return f"{meaning.subject} on {table}" if table else meaning.subject

    def _relation(self, name: str, written: tuple[str, ...]) -> str:
        known = self._found.get(("relation", name), ())
        # Of several, the statement tells; else it is the one that a search path finds first where nobody has set it.
        chosen = _chosen(known, written) or next((one for one in known if one.startswith("public.")), "")
        return chosen or (name if is_plain(name) else "")


def _chosen(known: tuple[str, ...], written: tuple[str, ...]) -> str:
    if len(known) == 1:
        return known[0]
    named = [one for one in known if one in written]
    return named[0] if len(named) == 1 else ""


def _asked(
    connection: Connection, relations: set[str], constraints: set[str]
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    if not relations and not constraints:
        return {}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    wanted = {"relations": sorted(relations)[:_NAMES], "constraints": sorted(constraints)[:_NAMES]}
    try:
        answer = rows(connection, load(__package__, "names"), wanted)
    except StatementFailed:
        # Without schemas the errors are still counted.
        return {}
    for row in answer:
        found[row["kind"], row["name"]].append(row["relation"])
    return {key: tuple(names) for key, names in found.items()}
