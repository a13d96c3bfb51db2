"""Applications at work: they insert, update and delete all the while, and remember what was committed."""

from __future__ import annotations

import json
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import psycopg
from tests.soak.tokens import literal, numbers_in

from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.soak.tokens import Numbers

    from seatrial.pg.connection import Connection

__all__ = ["Book", "Writer", "at_rest", "busy", "writing"]

TABLES = """
SELECT quote_ident(relname) AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
COLUMNS = """
SELECT quote_ident(a.attname) AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
  (SELECT confrelid::regclass::text FROM pg_constraint
   WHERE conrelid = a.attrelid AND contype = 'f' AND conkey = ARRAY[a.attnum] LIMIT 1) AS parent
FROM pg_attribute AS a
WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'id'
ORDER BY a.attnum
"""
#: Seconds between two transactions of a writer, at most.
PAUSE = 0.008
#: How many there are, how many transactions of each make a while, and seconds until these must have come.
WRITERS = 3
BUSY = 4
PATIENCE = 60.0
#: A row may be inserted as long as its table has fewer.
FULL = 60


@dataclass(slots=True)
class Book:
    """What is known to be committed: row, by its key that no other table has → the numbers in its columns."""

    rows: dict[int, set[int]] = field(default_factory=dict)
    #: Row versions that were ever written.
    written: int = 0

    def read(self, connection: Connection) -> None:
        """What is there before anybody writes."""
        for table in rows(connection, TABLES):
            query = f"SELECT id, (to_jsonb(t) - 'id')::text FROM public.{table['name']} AS t"
            for key, text in connection.execute(query.encode()).fetchall():
                self.rows[key] = numbers_in(text)

    def insert(self, key: int, numbers: set[int]) -> None:
        """A row is there."""
        self.rows[key] = set(numbers)
        self.written += 1

    def update(self, key: int, old: set[int], new: set[int]) -> None:
        """A value of a row is another one."""
        self.rows[key] = (self.rows.get(key, set()) - old) | new
        self.written += 1

    def delete(self, key: int) -> None:
        """It was meant to go, with all that it had."""
        self.rows.pop(key, None)


class Writer(threading.Thread):
    """Writes to rows whose key is its own, so that the order of what was committed is known."""

    def __init__(self, dsn: str, number: int, of: int, book: Book, numbers: Numbers, chance: Random) -> None:
        super().__init__(daemon=True)
        self._dsn, self._number, self._of = dsn, number, of
        self._book, self._numbers, self._chance = book, numbers, chance
        self.turn = threading.Lock()
        self._over = threading.Event()
        self.done = 0
        self.refused = 0
        self.fault: Exception | None = None

    def run(self) -> None:
        """Until it is told to stop."""
        try:
            with connect(self._dsn, application_name="writer") as connection:
                while not self._over.is_set():
                    with self.turn:
                        self._transaction(connection)
                    time.sleep(self._chance.random() * PAUSE)
        except Exception as error:  # noqa: BLE001 - shown by whoever counts
            self.fault = error

    def stop(self) -> None:
        """And wait until it has."""
        self._over.set()
        self.join()

    def _transaction(self, connection: Connection) -> None:
        noted: list[tuple[str, int, set[int], set[int]]] = []
        try:
            with connection.transaction():
                connection.execute("SET LOCAL lock_timeout = '10s'")
                for _ in range(self._chance.randint(1, 2)):
                    noted += self._write(connection)
        except psycopg.Error:
            # The table is gone by now, somebody refers to the row, a deadlock: nothing was committed.
            self.refused += 1
            return
        self.done += 1
        for what, key, old, new in noted:
            if what == "insert":
                self._book.insert(key, new)
            elif what == "update":
                self._book.update(key, old, new)
            else:
                self._book.delete(key)

    def _write(self, connection: Connection) -> list[tuple[str, int, set[int], set[int]]]:
        tables = [row["name"] for row in rows(connection, TABLES)]
        if not tables:
            return []
        table = f"public.{self._chance.choice(tables)}"
        connection.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE".encode())
        there = connection.execute(
            f"SELECT id, count(*) OVER (), to_jsonb(t)::text FROM {table} AS t WHERE id %% {self._of} = {self._number}"
            " ORDER BY random() LIMIT 1".replace("%%", "%").encode()
        ).fetchone()  # fmt: skip
        way = self._chance.random()
        if there is None or (way < 0.45 and there[1] < FULL):
            return self._insert(connection, table)
        if way < 0.85:
            return self._update(connection, table, there[0])
        connection.execute(f"DELETE FROM {table} WHERE id = {there[0]}".encode())
        return [("delete", there[0], set(), set())]

    def _insert(self, connection: Connection, table: str) -> list[tuple[str, int, set[int], set[int]]]:
        key = self._numbers.next()
        while key % self._of != self._number:
            key = self._numbers.next()
        values = {"id": str(key)}
        for column in rows(connection, COLUMNS, {"table": table}):
            if value := self._value(connection, column):
                values[column["name"]] = value
        text = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"
        connection.execute(text.encode())
        del values["id"]
        return [("insert", key, set(), numbers_in(json.dumps([*values.values()])))]

    def _update(self, connection: Connection, table: str, key: int) -> list[tuple[str, int, set[int], set[int]]]:
        found = list(rows(connection, COLUMNS, {"table": table}))
        if not found:
            return []
        column = self._chance.choice(found)
        value = self._value(connection, column)
        if not value:
            return []
        name = column["name"]
        old = connection.execute(
            f"SELECT to_jsonb({name})::text FROM {table} WHERE id = {key} FOR UPDATE".encode()
        ).fetchone()  # fmt: skip
        if old is None:
            return []
        connection.execute(f"UPDATE {table} SET {name} = {value} WHERE id = {key}".encode())
        return [("update", key, numbers_in(old[0] or ""), numbers_in(value))]

    def _value(self, connection: Connection, column: dict[str, str]) -> str:
        """Empty for none."""
        if parent := column["parent"]:
            found = connection.execute(f"SELECT id FROM {parent} ORDER BY random() LIMIT 1".encode()).fetchone()
            return str(found[0]) if found else ""
        # Without its foreign key it may still hold what that has to find again.
        return "" if column["name"].startswith("up") else literal(column["type"], self._numbers.next())


@contextmanager
def writing(dsn: str, book: Book, numbers: Numbers, chance: Random) -> Iterator[list[Writer]]:
    """Writers at work until the end of the block."""
    writers = [
        Writer(dsn, number, WRITERS, book, numbers, Random(chance.random()))  # noqa: S311 - drawn again by its seed
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        for writer in writers:
            writer.stop()


def busy(writers: Sequence[Writer]) -> None:
    """Until each of them has had its say.

    Raises:
        AssertionError: one of them does not get through.
    """
    aims = [(writer, writer.done + BUSY) for writer in writers]
    deadline = time.monotonic() + PATIENCE
    while any(writer.done < aim and writer.fault is None for writer, aim in aims):
        assert time.monotonic() < deadline, "the writers do not get through"
        time.sleep(0.005)


@contextmanager
def at_rest(writers: Sequence[Writer]) -> Iterator[None]:
    """Each of them is between two transactions.

    Raises:
        AssertionError: one of them has ended by an error that no application would take for an answer.
    """
    with ExitStack() as turns:
        for writer in writers:
            turns.enter_context(writer.turn)
        assert not any(writer.fault for writer in writers), [writer.fault for writer in writers]
        yield
