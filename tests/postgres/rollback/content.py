"""What is in a database: rows of every table, without what Seatrial has put there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seatrial.pg.connection import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.pg.connection import Connection

__all__ = ["Contents", "apart", "archived", "behind", "contents", "positions", "size"]

#: Table → its rows as text, columns in the order of their names.
Contents = dict[str, Counter[str]]
TABLES = """
SELECT c.oid::regclass::text AS name, quote_ident(c.relname) AS bare,
  format('SELECT to_jsonb(t)::text AS row FROM ONLY %%s AS t', c.oid::regclass) AS query
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r'
  AND n.nspname ~ CASE WHEN %(archive)s THEN '^seatrial_archive_'
    ELSE '^(?!pg_|information_schema$|seatrial|supabase_migrations$)' END
"""
SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, 0) AS position
FROM pg_sequences
WHERE schemaname !~ '^seatrial'
"""


def contents(connection: Connection) -> Contents:
    """Rows of every table, as one who sees all of them."""
    return {name: found for name, _, found in _tables(connection, archive=False)}


def archived(connection: Connection) -> Contents:
    """Rows of every table of the archive, by its name without the schema."""
    found: Contents = {}
    for _, name, kept in _tables(connection, archive=True):
        found[name] = found.get(name, Counter()) + kept
    return found


def positions(connection: Connection) -> dict[str, int]:
    """How far every sequence has come."""
    return {row["name"]: row["position"] for row in rows(connection, SEQUENCES)}


def size(connection: Connection, table: str) -> int:
    """How many rows it has."""
    [found] = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchall()
    return int(found[0])


def apart(expected: Contents, observed: Contents) -> list[str]:
    """Tables that are missing or not expected, and rows of the others, as lines that a person can read."""
    found = [f"table {name} is only on one side" for name in sorted(expected.keys() ^ observed.keys())]
    for name in sorted(expected.keys() & observed.keys()):
        found += [f"{name}: missing {row}" for row in (expected[name] - observed[name]).elements()]
        found += [f"{name}: unexpected {row}" for row in (observed[name] - expected[name]).elements()]
    return found


def behind(expected: Mapping[str, int], observed: Mapping[str, int]) -> list[str]:
    """Sequences that are not there, or that would give a number again."""
    return [
        f"sequence {name} is at {observed.get(name)}, not at {position}"
        for name, position in expected.items()
        if observed.get(name, -1) < position
    ]


def _tables(connection: Connection, *, archive: bool) -> Iterator[tuple[str, str, Counter[str]]]:
    with connection.transaction():
        connection.execute("SET LOCAL search_path = ''")
        for table in rows(connection, TABLES, {"archive": archive}):
            found = connection.execute(table["query"].encode()).fetchall()
            yield table["name"], table["bare"], Counter(row for (row,) in found)
