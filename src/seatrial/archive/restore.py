"""Puts an entry of the archive where people can use it; what is there already is never written over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.archive.holding import holding
from seatrial.archive.read import PACKAGE
from seatrial.errors import Refused
from seatrial.model.archive import PREFIX, Contents
from seatrial.model.archiving import attached_sql, bare, split_name
from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask, execute_statement
from seatrial.sql.attached import checked_later
from seatrial.sql.elsewhere import elsewhere, granted_sequences
from seatrial.sql.text import qualified, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seatrial.archive.found import Place
    from seatrial.model.archive import Archived
    from seatrial.model.archiving import Name
    from seatrial.pg.connection import Connection

__all__ = ["Moved", "gone", "move_back", "put_back", "validations"]

#: Where not every row is to be seen, the server refuses, and does not leave out what is not.
ALL_ROWS = "SET LOCAL row_security = off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A table that is back."""

    #: What somebody should know, a line each.
    notes: tuple[str, ...] = ()
    #: What the table, its partitions and its sequences were called → what they are called now, where that is another.
    names: Mapping[Name, Name]


def move_back(connection: Connection, entry: Archived, to: Name, attached: Sequence[str]) -> Moved:
    """Move a table out of the archive, in one transaction.

    Args:
        connection: in autocommit mode, outside a transaction.
        entry: of a table.
        to: schema and name.
        attached: statements that put on again what was taken off; foreign keys look at old rows later.

    Raises:
        Refused: the name is taken, somebody holds the table, or a statement was refused; everything is as before.
    """
    with holding(connection, entry) as places:
        source = _there(entry, places)
        [found] = rows(
            connection, load(PACKAGE, "destination"),
            {"schema": to[0], "name": to[1], "id": str(entry.id), "oid": source.oid, "prefix": PREFIX},
        )  # fmt: skip
        _refuse_taken(entry, to, there=found["there"], taken=found["taken"])
        parts = _parts(connection, entry, to, source)
        for statement in (*found["renames"], *_moves(entry, to, source), *parts, *found["brings"]):
            execute_statement(connection, statement)
        renames = [statement.removeprefix("ALTER ") for statement in found["renames"]]
        names = dict(_names(entry, to, dict(_renamed(renames))))
        for statement in attached:
            execute_statement(connection, checked_later(elsewhere(statement, names))[0])
        # As after a way back: what is away no more is not listed.
        execute(connection, load(PACKAGE, "forget"), {"id": entry.id})
    notes = (
        *(f"its name was taken: {one}" for one in renames),
        *(() if found["secured"] else ("row-level security is off on it, as it was",)),
    )
    return Moved(notes=notes, names=names)


def validations(attached: Sequence[str]) -> tuple[str, ...]:
    """Statements, each a transaction of its own, that hold old rows to the foreign keys that were put on."""
    return tuple(filter(None, (checked_later(statement)[1] for statement in attached)))


def put_back(connection: Connection, entry: Archived) -> tuple[int, int]:
    """Copied values into columns where there is none now, or rows that are missing now, in one transaction.

    Returns:
        How many rows went back, and how many did not, as what is there now differs.

    Raises:
        Refused: the table or a column is not there, or the server refused something; everything is as before.
    """
    with holding(connection, entry, "SHARE") as places:
        source = _there(entry, places)
        table, columns = _live(connection, entry)
        execute(connection, ALL_ROWS)
        keys = [bare(str(name)) for name in entry.details.get("key") or ()]
        if not keys:
            raise Refused(
                "archive.no-key", "its rows cannot be found again; nothing was changed", where=f"entry {entry.id}",
                why=f"{entry.object} has no key", fix=f"look at {entry.place} and put them back by hand",
            )  # fmt: skip
        same = " AND ".join(f"o.{quoted(key)} = a.{quoted(key)}" for key in keys)
        if entry.contents is Contents.COLUMNS:
            done = _values(connection, entry, table, columns, source.quoted, same)
        else:
            done = _missing(connection, table, [one for one in columns if one in source.columns], source.quoted, same)
        _mark(connection, entry, done[1])
        return done


def gone(entry: Archived, why: str) -> Refused:
    """Nothing of an entry is in the archive any more."""
    return Refused(
        "archive.gone", f"entry {entry.id} is not in the archive any more; nothing was changed", where=entry.place,
        why=why, fix="seatrial archive list",
    )  # fmt: skip


def _names(entry: Archived, to: Name, renamed: Mapping[str, str]) -> Iterable[tuple[Name, Name]]:
    """What was called otherwise, and what it is called now."""
    own = split_name(entry.object) or to
    sequences = [one for statement in attached_sql(entry) for one in granted_sequences(statement)]
    found = {one: (one[0] if own == to else to[0], renamed.get(one[1], one[1])) for one in sequences}
    if own != to:
        parts = [(schema, name) for kind, name, schema in entry.details.get("moved") or () if kind == "TABLE"]
        found |= {one: (to[0], one[1]) for one in parts} | {own: to}
    return ((old, new) for old, new in found.items() if old != new)


def _renamed(renames: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Of `SEQUENCE schema.name RENAME TO another`."""
    for one in renames:
        old, _, new = one.partition(" ")[2].rpartition(" RENAME TO ")
        yield (split_name(old) or ("", ""))[1], bare(new)


def _moves(entry: Archived, to: Name, source: Place) -> list[str]:
    """It has its new name before it goes, where the old one may be taken."""
    old = split_name(entry.place) or to
    moves = [f"ALTER TABLE {source.quoted} RENAME TO {quoted(to[1])}"] if to[1] != old[1] else []
    return [*moves, f"ALTER TABLE {qualified(old[0], to[1])} SET SCHEMA {quoted(to[0])}"]


def _parts(connection: Connection, entry: Archived, to: Name, source: Place) -> list[str]:
    """Partitions and statistics go to the schemas that they were in, where the table goes to its own."""
    moved = entry.details.get("moved") or () if to == split_name(entry.object) else ()
    homes = {(kind, name): schema for kind, name, schema in moved}
    return [
        f"ALTER {one['kind']} {one['quoted']} SET SCHEMA {quoted(homes.get((one['kind'], one['name']), to[0]))}"
        for one in rows(connection, load(PACKAGE, "parts"), {"oid": source.oid, "prefix": PREFIX})
    ]


def _values(
    connection: Connection, entry: Archived, table: str, columns: Sequence[str], source: str, same: str
) -> tuple[int, int]:
    wanted = [bare(str(name)) for name in entry.details.get("columns") or ()]
    if lacking := [name for name in wanted if name not in columns]:
        raise Refused(
            "archive.no-column", f"{entry.object} has no column {', '.join(lacking)}; nothing was changed",
            where=f"entry {entry.id}", why="the values that are kept have nowhere to go",
            fix="add the column first, then run it again",
        )  # fmt: skip
    names = [quoted(name) for name in wanted]
    empty = " OR ".join(f"o.{name} IS NULL AND a.{name} IS NOT NULL" for name in names)
    other = " OR ".join(f"o.{name}::text <> a.{name}::text" for name in names)
    filled = ", ".join(f"{name} = coalesce(o.{name}, a.{name})" for name in names)
    conflicts = ask(connection, f"SELECT count(*) FROM {source} AS a JOIN {table} AS o ON {same} WHERE {other}")  # noqa: S608 - quoted names
    back = ask(connection, f"UPDATE {table} AS o SET {filled} FROM {source} AS a WHERE {same} AND ({empty})")  # noqa: S608 - quoted names
    return back.rows, int(conflicts.value)


def _missing(
    connection: Connection, table: str, columns: Sequence[str], source: str, same: str
) -> tuple[int, int]:  # fmt: skip
    names = [quoted(name) for name in columns]
    other = " OR ".join(f"o.{name}::text IS DISTINCT FROM a.{name}::text" for name in names)
    changed = ask(connection, f"SELECT count(*) FROM {source} AS a JOIN {table} AS o ON {same} WHERE {other}")  # noqa: S608 - quoted names
    gone = f"FROM {source} AS a WHERE NOT EXISTS (SELECT FROM {table} AS o WHERE {same})"
    lost = ask(connection, f"SELECT count(*) {gone}")
    listed = ", ".join(names)
    # A row that has another one's place, by a key of another name, is a conflict and no error.
    back = ask(
        connection,
        f"INSERT INTO {table} ({listed}) OVERRIDING SYSTEM VALUE SELECT {listed} {gone} ON CONFLICT DO NOTHING",
    )
    return back.rows, int(changed.value) + int(lost.value) - back.rows


def _live(connection: Connection, entry: Archived) -> tuple[str, list[str]]:
    name = split_name(entry.object) or ("", "")
    values: dict[str, Any] = {"schema": name[0], "name": name[1]}
    for row in rows(connection, load(PACKAGE, "live"), values):
        return row["quoted"], row["columns"]
    raise Refused(
        "archive.no-table", f"there is no table {entry.object} to put it back into; nothing was changed",
        where=f"entry {entry.id}", why="it was dropped or renamed",
        fix=f"the values are in {entry.place}: take them from there",
    )  # fmt: skip


def _there(entry: Archived, places: dict[str, Place]) -> Place:
    if entry.place in places:
        return places[entry.place]
    raise gone(entry, "somebody has dropped or moved it")


def _refuse_taken(entry: Archived, to: Name, *, there: bool, taken: bool) -> None:
    name = qualified(*to)
    if not there:
        raise Refused(
            "archive.no-schema", f"there is no schema {to[0]} to put it into; nothing was changed",
            where=f"entry {entry.id}", fix=f"CREATE SCHEMA {quoted(to[0])}, or name another one with --as",
        )  # fmt: skip
    if taken:
        raise Refused(
            "archive.taken", f"{name} is there already; nothing was changed", where=f"entry {entry.id}",
            fix=f"put it beside: --as {qualified(to[0], f'{to[1]}_archived')}",
        )  # fmt: skip


def _mark(connection: Connection, entry: Archived, conflicts: int) -> None:
    execute(connection, load(PACKAGE, "returned"), {"id": entry.id, "conflicts": conflicts})
