"""What a rollback has put away comes back when its migration is deployed again. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.columns import cut_by, filling, refers_to_itself, returned, settled
from seatrial.archive.parents import parents_there
from seatrial.archive.return_rows import Returning, ended, moved, own_since, sequences_beyond
from seatrial.archive.script import filled
from seatrial.model.archive import Archived, Cause, Contents, KeptColumns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.standin.state import State

__all__ = ["returning"]

#: Rows that come back in the transaction of the file, so that nobody ever meets the table without them.
AT_ONCE = 10_000
#: How often tables that refer to each other are gone through again.
ROUNDS = 3


def returning(
    archived: Sequence[Archived], after: State, *, sizes: Mapping[str, int]
) -> tuple[tuple[str, ...], str]:  # fmt: skip
    """What runs at the end of the file, in its transaction, and the script that runs behind it.

    Rows that do not go back, as somebody else has taken their place or what they refer to is gone, stay in the archive
    and are counted.

    Args:
        archived: what a rollback of one version has put away.
        after: the schema that the migration leaves.
        sizes: rows by place in the archive.
    """
    mine = [one for one in archived if one.cause is Cause.ROLLBACK]
    tables = _in_order([
        Returning(one, after) for one in mine
        if one.contents is Contents.TABLE and ("table", one.object) in after.catalog.objects
    ])  # fmt: skip
    late: set[str] = set()
    for one in tables:
        if sizes.get(one.place, AT_ONCE + 1) > AT_ONCE or late & one.parents:
            late.add(one.table)
    ending = _all_of([one for one in tables if one.table not in late], own=True)
    behind = _all_of([one for one in tables if one.table in late], own=False)
    behind += ["COMMIT"] * bool(behind)
    for columns in _columns(mine, after):
        opened, closed = _identities(columns, after)
        there = parents_there(columns, after.catalog)
        values = _values(columns, after)
        finish = settled(columns.table, columns.place, returned(columns, values))
        if sizes.get(columns.place, AT_ONCE + 1) > AT_ONCE:
            fill = filling(columns, values=values, batch=cut_by(columns), there=there)
            if refers_to_itself(columns, there):
                work = f"{fill.removeprefix(cut_by(columns))};"
                [fill] = filled("at_rest", table=columns.table, place=columns.place, work=work)
            behind += [*opened, *["COMMIT"] * bool(opened), fill, *closed, *finish, "COMMIT"]
        else:
            work = f"{filling(columns, values=values, also=own_since(mine[0].version), there=there)};"
            ending += [*opened, *filled("at_rest", table=columns.table, place=columns.place, work=work), *closed]
            ending += finish
    return tuple(ending), "".join(f"{one};\n\n" for one in behind)


def _all_of(tables: Sequence[Returning], *, own: bool) -> list[str]:
    """Where tables refer to each other, rows of the first one wait for those of the others."""
    later = [one for place, one in enumerate(tables) if one.parents & {other.table for other in tables[place + 1 :]}]
    again = [one for one in tables if later] * ROUNDS
    moves = [statement for one in (*tables, *again) for statement in moved(one, own=own)]
    return moves + [statement for one in tables for statement in ended(one)]


def _in_order(tables: list[Returning]) -> list[Returning]:
    """What others refer to comes before them; a circle is cut where it begins."""
    found: dict[str, Returning] = {}
    named = {one.table: one for one in tables}

    def visit(one: Returning, above: frozenset[str]) -> None:
        if one.table in found:
            return
        for parent in sorted(one.parents & {*named} - above):
            visit(named[parent], above | {one.table})
        found[one.table] = one

    for one in tables:
        visit(one, frozenset({one.table}))
    return list(found.values())


def _columns(archived: Sequence[Archived], after: State) -> list[KeptColumns]:
    found = []
    for one in archived:
        parts = {name: tuple(one.details.get(name) or ()) for name in ("key", "columns", "also")}
        wanted = [("column", f"{one.object}.{name}") for name in (*parts["key"], *parts["columns"])]
        if one.contents is Contents.COLUMNS and parts["key"] and all(name in after.catalog.objects for name in wanted):
            found.append(KeptColumns(table=one.object, place=one.place, **parts))
    return found


def _values(columns: KeptColumns, after: State) -> dict[str, str]:
    """A type that has moved to the archive with its column is another one of the same name."""
    types = {name: after.catalog.objects["column", f"{columns.table}.{name}"].facts["type"] for name in columns.columns}
    return {name: f"a.{name}::text::{of_type}" for name, of_type in types.items() if "." in of_type}


def _identities(columns: KeptColumns, after: State) -> tuple[list[str], list[str]]:
    """Identity columns take a value from an UPDATE only where they are generated by default; then numbers go on."""
    opened, closed = [], []
    for name in columns.columns:
        facts = after.catalog.objects["column", f"{columns.table}.{name}"].facts
        if facts.get("identity") == "always":
            change = f"ALTER TABLE {columns.table} ALTER COLUMN {name} SET GENERATED"
            opened.append(f"{change} BY DEFAULT")
            closed.append(f"{change} ALWAYS")
    return opened, [*closed, *sequences_beyond(columns.table, columns.columns, after)]
