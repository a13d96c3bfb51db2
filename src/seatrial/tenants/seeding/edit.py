"""Changes single rows of the world that is being made; what the server refuses leaves no trace."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask, execute_statement
from seatrial.rows.text import literal
from seatrial.tenants.seeding.ground import UNREGISTERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Table
    from seatrial.tenants.seeding.ground import Ground

__all__ = ["Change", "Made", "apply", "changed", "could_put", "legible", "made", "put", "remove", "tried", "user_in"]

PACKAGE = "seatrial.tenants"
ASK_BRIEFLY = "SET LOCAL statement_timeout = 1000"
#: What a value cannot be read as.
DATA = "22"
UNDO = "ROLLBACK TO SAVEPOINT edit; RELEASE SAVEPOINT edit"
REGISTERED = (
    "EXISTS (SELECT FROM seatrial_attack.seeded AS s WHERE s.leaf = t.tableoid AND s.tid = t.ctid AND {condition})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A row as it was generated."""

    leaf: int
    tid: str
    #: As JSON, without generated columns: to be put in again as it is.
    text: str

    @property
    def content(self) -> dict[str, object]:
        """By bare name of the column, for whoever only looks."""
        found: dict[str, object] = json.loads(self.text)
        return found

    @property
    def is_at(self) -> str:
        """The condition that finds it, until it is changed."""
        return f"(tableoid = {self.leaf} AND ctid = '{self.tid}')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value of one row."""

    row: int
    #: Bare name of the column.
    column: str
    #: As SQL.
    value: str
    #: How it is called where nothing can hold it.
    shown: str = ""
    #: It is tried, and nobody minds where it cannot be.
    is_optional: bool = False


def made(connection: Connection, table: Table, registered: str = "") -> list[Made]:
    """The rows of this world; or those of which something is registered, as a condition over `s`."""
    query = load(PACKAGE, "rows_of_world").format(
        source=table.only,
        generated=_array([column.name for column in table.columns.values() if column.generated]),
        texts="".join(
            f" || jsonb_build_object({literal(column.name)}, t.{column.ident}::text)"
            for column in table.columns.values()
            if column.type.own_json and not column.generated
        ),
        condition=REGISTERED.format(condition=registered) if registered else UNREGISTERED,
    )
    return [Made(leaf=row["leaf"], tid=row["tid"], text=row["content"]) for row in rows(connection, query)]


def changed(connection: Connection, text: str, values: Mapping[str, object]) -> str:
    """A row as JSON, with some of its values replaced; by the server, which keeps all digits of a number."""
    if not values:
        return text
    query = load(PACKAGE, "changed").format(content=literal(text), changes=literal(json.dumps(values)))
    return ask(connection, query).value


def user_in(connection: Connection, ground: Ground, table: Table, column: str, user: str) -> str:
    """What a column holds that means a user."""
    way = ground.detour(table.name, column)
    if way is None:
        return user
    parent = ground.schema.tables[way[0]]
    key, whose = (parent.columns[name].ident for name in way[1:])
    query = load(PACKAGE, "user_by_way_of").format(table=way[0], key=key, user=whose, whose=literal(user))
    return ask(connection, query).value or user


def _array(names: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(literal, names))}]"


def tried(connection: Connection, statement: str) -> StatementFailed | None:
    """Do it, or leave everything as it was and say why."""
    return _within(connection, statement, "RELEASE SAVEPOINT edit")


def _within(connection: Connection, statement: str, end: str) -> StatementFailed | None:
    """As one message: every way to the server and back counts."""
    try:
        execute_statement(connection, f"SAVEPOINT edit; {statement}; {end}")
    except StatementFailed as failure:
        execute_statement(connection, UNDO)
        return failure
    return None


def remove(connection: Connection, table: Table, gone: Iterable[Made]) -> None:
    """Take rows away."""
    if places := " OR ".join(row.is_at for row in gone):
        execute_statement(connection, f"DELETE FROM {table.only} WHERE {places}")  # noqa: S608


def put(
    connection: Connection, table: Table, text: str, changes: Mapping[str, str | None], without: Iterable[str] = ()
) -> StatementFailed | None:
    """Put a row in.

    Args:
        connection: of a superuser.
        table: where.
        text: the row as JSON.
        changes: values to replace, by the bare name of the column; a text that the type reads.
        without: columns that get their defaults.
    """
    skipped = set(without)
    columns = [c.ident for c in table.columns.values() if not c.generated and c.name not in skipped]
    return tried(
        connection,
        load(PACKAGE, "put").format(
            table=table.name, columns=", ".join(columns), content=literal(text), changes=literal(json.dumps(changes))
        ),
    )


def could_put(
    connection: Connection, table: Table, text: str, *, quiet: bool = False, lead: str = ""
) -> StatementFailed | None:
    """Put a row in under all constraints and triggers, and take it out; quietly, without keys; `lead` comes first."""
    columns = ", ".join(column.ident for column in table.columns.values() if not column.generated)
    query = load(PACKAGE, "put").format(table=table.name, columns=columns, content=literal(text), changes="'{}'")
    return _probe(connection, query if quiet else f"{lead}{load(PACKAGE, 'as_always')}; {query}")


def apply(
    connection: Connection, table: Table, found: Sequence[Made], changes: Sequence[Change]
) -> list[tuple[Change, StatementFailed]]:
    """Make all changes, or as many as constraints admit; the others come back with what stood in the way."""
    by_row: dict[int, list[Change]] = {}
    for change in changes:
        by_row.setdefault(change.row, []).append(change)
    statements = {row: _update(table, found[row].is_at, some) for row, some in by_row.items()}
    if not statements or tried(connection, "; ".join(statements.values())) is None:
        return []
    refused: list[tuple[Change, StatementFailed]] = []
    for row, statement in statements.items():
        if tried(connection, statement) is not None:
            refused += _one_by_one(connection, table, found[row], by_row[row])
    return refused


def legible(connection: Connection, table: Table, found: Sequence[Made], changes: Sequence[Change]) -> list[Change]:
    """Those after which the table's policies can still be asked: an object may hold what they cannot cast."""
    query = load(PACKAGE, "policies").format(source=literal(table.only), table=literal(table.name))
    questions = [row["question"] for row in rows(connection, query)]
    asked = "; ".join([ASK_BRIEFLY, *questions])
    if not changes or _probe(connection, asked):
        return list(changes)
    kept = []
    for change in changes:
        failure = _probe(connection, f"{_update(table, found[change.row].is_at, [change])}; {asked}")
        if failure is None or not failure.sqlstate.startswith(DATA):
            kept.append(change)
    return kept


def _one_by_one(
    connection: Connection, table: Table, row: Made, changes: Sequence[Change]
) -> list[tuple[Change, StatementFailed]]:
    kept: list[Change] = []
    refused = []
    for change in changes:
        # Rolled back when the next one is added, so that the row stays where it is.
        failure = _probe(connection, _update(table, row.is_at, [*kept, change]))
        if failure:
            refused.append((change, failure))
        else:
            kept.append(change)
    if kept:
        execute_statement(connection, _update(table, row.is_at, kept))
    return refused


def _probe(connection: Connection, statement: str) -> StatementFailed | None:
    return _within(connection, statement, UNDO)


def _update(table: Table, is_at: str, changes: Sequence[Change]) -> str:
    values = ", ".join(f"{table.columns[one.column].ident} = {one.value}" for one in changes)
    return f"UPDATE {table.only} SET {values} WHERE {is_at}"  # noqa: S608
