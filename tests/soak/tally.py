"""Counts: everything that writers know to be committed is in its table or in the archive, and listed where it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.soak.tokens import numbers_in

from seatrial.archive.read import read_archive
from seatrial.ledger.read import read_history
from seatrial.model.archive import Cause
from seatrial.pg.connection import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.archive import Archived
    from seatrial.pg.connection import Connection

__all__ = ["Tally", "count"]

#: Tables with rows that are somebody's, those of the archive among them.
TABLES = """
SELECT c.oid::regclass::text AS name, n.nspname <> 'public' AS away
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND (n.nspname = 'public' OR n.nspname LIKE 'seatrial\\_archive\\_%%')
  AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was found."""

    #: Rows, and values of theirs, that had to be somewhere.
    rows: int
    values: int
    #: Rows that are whole in their table; the others have values, or all of them, in the archive.
    live: int
    #: Listed by the archive as not returned, as somebody else has changed them.
    conflicts: int
    #: What is nowhere, or in the archive although its place is free and nobody was told of a conflict.
    lost: tuple[str, ...]


def count(connection: Connection, known: Mapping[int, set[int]]) -> Tally:
    """Look for all of it, as one who sees everything."""
    with connection.transaction():
        connection.execute("SET LOCAL search_path = ''")
        live, away = _found(connection)
        archive = read_archive(connection)
        deployed = {one.version for one in read_history(connection).applied}
    at_home = {one.place for one in archive if not _belongs_there(one, deployed)}
    lost: list[str] = []
    left: dict[str, set[int]] = defaultdict(set)
    whole = 0
    for key, numbers in known.items():
        missing = numbers - live.get(key, set())
        if key in live and not missing:
            whole += 1
            continue
        places = away.get(key, {})
        for number in missing:
            holding = {place for place, found in places.items() if number in found}
            if not holding:
                lost.append(f"row {key}: {number} is nowhere; the row is in {_where(key, live, places)}")
            elif holding <= at_home:
                left[min(holding)].add(key)
        if not numbers and key not in live and not places:
            lost.append(f"row {key} is nowhere")
    told = {one.place: one.conflicts for one in archive}
    lost += [
        f"{len(keys)} rows are left in {place}, and {told.get(place, 0)} conflicts are listed, of row {min(keys)}"
        for place, keys in left.items() if len(keys) > told.get(place, 0)
    ]  # fmt: skip
    return Tally(
        rows=len(known), values=sum(map(len, known.values())), live=whole,
        conflicts=sum(one.conflicts for one in archive), lost=tuple(lost),
    )  # fmt: skip


def _found(connection: Connection) -> tuple[dict[int, set[int]], dict[int, dict[str, set[int]]]]:
    """Row → numbers in its table; row → place in the archive → numbers there."""
    live: dict[int, set[int]] = {}
    away: dict[int, dict[str, set[int]]] = defaultdict(dict)
    for table in rows(connection, TABLES):
        query = f"SELECT id, (to_jsonb(t) - 'id')::text FROM ONLY {table['name']} AS t"
        for key, text in connection.execute(query.encode()).fetchall():
            if table["away"]:
                away[key].setdefault(table["name"], set()).update(numbers_in(text))
            else:
                live.setdefault(key, set()).update(numbers_in(text))
    return live, away


def _belongs_there(one: Archived, deployed: set[str]) -> bool:
    """Whether what it came from is still as it was when it was put away."""
    return not one.returned_at and (one.version in deployed) is (one.cause is Cause.DEPLOY)


def _where(key: int, live: Mapping[int, object], places: Mapping[str, object]) -> str:
    return ", ".join([*["its table"] * (key in live), *sorted(places)]) or "no table at all"
