"""How many rows a second one session inserts, updates and deletes, with the triggers and indexes that there are.

Row security is not in these figures: a superuser writes, so that they say what triggers, constraints and indexes cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.rows import NotFilled
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.pg.statement import ask, execute_statement
from seatrial.rows.fill import Filler, prepare
from seatrial.rows.manner import Manner
from seatrial.rows.read import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Key, Table

__all__ = ["ACTIONS", "write_rates"]

PACKAGE = "seatrial.performance"
#: In the order in which they are measured: what is updated and deleted has been inserted before.
ACTIONS = ("insert", "update", "delete")
#: Rows of a table, at most.
ROWS = 10_000
#: The best of them counts: what else the machine does only ever makes one slower.
ROUNDS = 3
#: Where rows that follow those of the table cannot be made, numbers are tried that nobody has used.
NUMBERS = (0, 1_000_000_000)


def write_rates(
    connection: Connection,
    tables: Sequence[str],
    *,
    seconds: float = 0.5,
    actions: Sequence[str] = ACTIONS,
    note: Callable[[str], object] = str,
) -> Mapping[tuple[str, str], float]:
    """Rows a second by table and action; nothing of it stays but the numbers of sequences.

    Rows are generated, and written one a statement by a function of the server. An update gives a row all values of
    another that no key and no foreign key has, or one of them where a check or a trigger refuses all together; so it
    is the same update whichever indexes there are. What is deleted is what was inserted: nothing points to it. There
    is no commit in the time; deferred constraints are, as they are looked at with each row.

    Args:
        connection: of a superuser, idle or in a transaction, to a scratch with rows in it.
        tables: qualified, quoted where the server would quote them.
        seconds: for each table and action, at most.
        actions: those that are asked for.
        note: told of each table and action that is left out, and why.
    """
    found: dict[tuple[str, str], float] = {}
    for name in tables:
        try:
            with translated(connection), connection.transaction(force_rollback=True):
                table = _ready(connection, name)
                for action, rate in _rates(connection, table, seconds, actions, note):
                    found[name, action] = rate
        except _LeftOut as why:
            note(f"writes of {name} are not measured: {why}")
        except StatementFailed as failure:
            note(f"writes of {name} are not measured: {_refused(failure)}")
    return found


class _LeftOut(Exception):
    """A table that is not measured; says why."""


def _ready(connection: Connection, name: str) -> Table:
    """Rows of a table lie ready to be written into it."""
    prepare(connection)
    # Whatever this transaction has written before is older than the mark.
    execute_statement(connection, "SAVEPOINT seatrial_mark; CREATE TEMP TABLE seatrial_mark AS SELECT 1 AS one")
    table = _made(connection, name)
    execute_statement(connection, load(PACKAGE, "write_rows").format(only=table.only))
    execute(connection, load(PACKAGE, "write_settings"))
    if not int(ask(connection, "SELECT count(*) FROM pg_temp.seatrial_new").value):
        raise _LeftOut("its keys leave no room for more rows")
    return table


def _made(connection: Connection, name: str) -> Table:
    schema = read(connection)
    table = schema.tables.get(name)
    if table is None:
        raise _LeftOut("there is no such table")
    for first in NUMBERS:
        filler = Filler(connection=connection, schema=schema, manner=Manner(first=first))
        have = filler.count(table.seen("p"))
        if not have:
            raise _LeftOut("it is empty, and an empty table says nothing about a full one")
        for result in filler.results({name: have + ROWS}):
            if result.table == name and isinstance(result, NotFilled):
                raise _LeftOut(f"no row could be made ({result.constraint or result.why})")
        if filler.count(table.seen("p")) > have:
            break
    return table


def _rates(
    connection: Connection, table: Table, seconds: float, actions: Sequence[str], note: Callable[[str], object]
) -> Iterator[tuple[str, float]]:
    inserted, rate = _measured(connection, "seatrial_new", _insert(table), ROWS, seconds)
    if not inserted:
        raise _LeftOut("a trigger keeps its rows out")
    if "insert" in actions:
        yield "insert", rate
    key = next(_keys(table), None)
    for action in [one for one in ("update", "delete") if one in actions]:
        if key is None:
            note(f"{action}s of {table.name} are not measured: it has no key to find a row by")
            continue
        try:
            changed, rate = (_updated if action == "update" else _deleted)(connection, table, key, inserted, seconds)
        except (_LeftOut, StatementFailed) as why:
            note(f"{action}s of {table.name} are not measured: {_refused(why)}")
            continue
        if changed:
            yield action, rate
        else:
            note(f"{action}s of {table.name} are not measured: a trigger gives rows other keys, or keeps them")


def _updated(connection: Connection, table: Table, key: Key, most: int, seconds: float) -> tuple[int, float]:
    kept = {name for one in table.keys for name in one.columns}
    kept.update(name for one in table.foreign_keys for name in one.columns)
    free = [name for name, column in table.columns.items() if not (name in kept or column.generated or column.numbered)]
    sets = [free, *([name] for name in free)] if len(free) > 1 else [free] * len(free)
    for columns in sets:
        try:
            with translated(connection), connection.transaction():
                _change(connection, table, columns)
                statement = _update(table, key, columns)
                return _measured(connection, "seatrial_other", statement, most, seconds)
        except StatementFailed as failure:
            why: StatementFailed | _LeftOut = failure
            continue
    raise why if sets else _LeftOut("every column is part of a key")


def _change(connection: Connection, table: Table, columns: Sequence[str]) -> None:
    taken = ", ".join(
        f"{'o' if name in columns else 'r'}.{column.ident}" for name, column in table.columns.items()
    )  # fmt: skip
    execute_statement(connection, load(PACKAGE, "write_changed").format(columns=taken))


def _deleted(connection: Connection, table: Table, key: Key, most: int, seconds: float) -> tuple[int, float]:
    with translated(connection), connection.transaction():
        return _measured(connection, "seatrial_new", _delete(table, key), most, seconds)


def _measured(
    connection: Connection, source: str, statement: str, most: int, seconds: float
) -> tuple[int, float]:  # fmt: skip
    """Rows that the last round has written, and how many in a second."""
    execute_statement(connection, load(PACKAGE, "write_function").format(source=source, statement=statement))
    written, rates = 0, [0.0]
    for last in (*[False] * (ROUNDS - 1), True):
        with connection.transaction(force_rollback=not last):
            [told] = rows(
                connection, "SELECT * FROM pg_temp.seatrial_write(%(most)s, %(seconds)s)",
                {"most": most, "seconds": seconds / ROUNDS},
            )  # fmt: skip
        written = int(told["seatrial_written"])
        rates.append(written / float(told["seatrial_took"] or 1))
    return written, max(rates)


def _keys(table: Table) -> Iterator[Key]:
    """Those by which one row can be found."""
    for key in sorted(table.keys, key=lambda one: len(one.columns)):
        if key.whole and key.plain and all(table.columns[name].not_null for name in key.columns):
            yield key


def _insert(table: Table) -> str:
    idents = [column.ident for column in table.columns.values() if not column.generated]
    values = ", ".join(f"seatrial_row.{ident}" for ident in idents)
    return f"INSERT INTO {table.name} ({', '.join(idents)}) OVERRIDING SYSTEM VALUE VALUES ({values})"  # noqa: S608


def _update(table: Table, key: Key, columns: Sequence[str]) -> str:
    idents = [table.columns[name].ident for name in columns]
    given = ", ".join(f"{ident} = seatrial_row.{ident}" for ident in idents)
    return f"UPDATE {table.name} AS t SET {given} WHERE {_found(table, key)}"  # noqa: S608


def _delete(table: Table, key: Key) -> str:
    return f"DELETE FROM {table.name} AS t WHERE {_found(table, key)}"  # noqa: S608


def _found(table: Table, key: Key) -> str:
    idents = [table.columns[name].ident for name in sorted(key.columns)]
    return " AND ".join(f"t.{ident} = seatrial_row.{ident}" for ident in idents)


def _refused(why: _LeftOut | StatementFailed) -> str:
    """The server's words could hold a value; its code cannot."""
    return f"the server refused it (SQLSTATE {why.sqlstate})" if isinstance(why, StatementFailed) else str(why)
