"""Which tables a migration drops, and how they go to the archive in place of that. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.place import schema_of, table_place
from seatrial.archive.tables import put_away, take_along, tried
from seatrial.model.archive import Cause, Keeping, KeptTable
from seatrial.rollback.names import bare, parts
from seatrial.sql.dropped import dropped, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.archive import KeptColumns
    from seatrial.model.catalog import Identity
    from seatrial.rollback.loss import Loss
    from seatrial.rollback.side import Thing
    from seatrial.sql.dropped import Dropped

__all__ = ["kept_tables_of"]

#: What a table may need that can go with it, and as which kind a statement drops it.
CARRIED = {
    "type": "type", "function": "function", "procedure": "function", "aggregate": "function", "sequence": "sequence",
    "collation": "collation",
}  # fmt: skip
#: Parts of a table that stay on it in the archive.
OWN_PARTS = frozenset({"constraint", "index", "statistics", "column"})


def kept_tables_of(found: Loss, *, keep: str, columns: Sequence[KeptColumns]) -> Keeping:
    """Move them, and along with them what they and kept columns still need of what is dropped.

    Args:
        found: the migration.
        keep: how long, as an interval; empty for ever.
        columns: those that are kept of other tables.
    """
    drops = {one.start: what for one in found.statements if (what := dropped(one.text))}
    named = {table: start for start, what in drops.items() for table in _tables(found, what)}
    faults = {table: fault for table in named if (fault := _fault(found, table, list(drops.values())))}
    kept = [table for table in named if table not in faults]
    needed = _needed(found, kept, columns) | _sequences(found)
    instead: dict[int, tuple[str, ...]] = {}
    for one in found.statements:
        what = drops.get(one.start)
        if what and (statements := _instead(found, one.text, what, kept, needed, keep)):
            instead[one.start] = statements
    covered = {table for table in found.gone_tables if _roots(found, table) & {*named}}
    unseen = [table for table in found.gone_tables if table not in covered]
    return Keeping(
        version=found.version, instead=instead, tables=tuple(_kept(found, table) for table in kept),
        unkept=(*faults.values(), *(f"table {name} is dropped where it cannot be moved" for _, name in unseen)),
    )  # fmt: skip


def _kept(found: Loss, table: Identity) -> KeptTable:
    return KeptTable(table=table[1], place=table_place(found.version, Cause.DEPLOY, table[1]))


def _tables(found: Loss, what: Dropped) -> list[Identity]:
    """Tables that a statement drops with their rows; a partition goes with its table."""
    gone = found.gone_tables
    if what.kind == "schema":
        schemas = {name for _, name in what.names}
        return [one for one in gone if parts(one[1])[0] in schemas and not _roots(found, one) - {one}]
    if what.kind != "table":
        return []
    meant = [found.found({"table"}, *name)[:1] for name in what.names]
    return [one.identity for several in meant for one in several if one.identity in gone]


def _instead(
    found: Loss, text: str, what: Dropped, kept: list[Identity], needed: set[Identity], keep: str
) -> tuple[str, ...]:
    if what.kind == "schema":
        schemas = {name for _, name in what.names}
        moved = [one for one in needed if one[0] in CARRIED and parts(one[1])[0] in schemas]
        tables = [one for one in _tables(found, what) if one in kept]
        before = (*_put_away(found, tables, keep, cascade=what.cascade), *_along(found, moved))
        return (*before, text) if before else ()
    places = {}
    for place, name in enumerate(what.names):
        meant = _meant(found, what, name, kept, needed)
        if meant:
            places[place] = meant
    if not places:
        return ()
    chosen = [one for several in places.values() for one in several]
    rest = without(text, places)
    if what.kind != "table":
        return (*_along(found, chosen), *filter(None, [rest]))
    return (*tried(text), *_put_away(found, chosen, keep, cascade=what.cascade), *filter(None, [rest]))


def _meant(
    found: Loss, what: Dropped, name: tuple[str, str], kept: list[Identity], needed: set[Identity]
) -> list[Identity]:  # fmt: skip
    if what.kind == "table":
        return [one.identity for one in found.found({"table"}, *name)[:1] if one.identity in kept]
    kinds = [kind for kind, dropped_as in CARRIED.items() if dropped_as == what.kind]
    return [one.identity for one in found.found(kinds, *name) if one.identity in needed]


def _put_away(found: Loss, tables: list[Identity], keep: str, *, cascade: bool) -> list[str]:
    return [
        statement for table in tables
        for statement in put_away(
            _kept(found, table), version=found.version, cause=Cause.DEPLOY, keep=keep, cascade=cascade
        )
    ]  # fmt: skip


def _along(found: Loss, things: list[Identity]) -> list[str]:
    return [
        statement for kind, name in sorted(things)
        for statement in take_along(kind, name, schema_of(found.version, Cause.DEPLOY, parts(name)[0]))
    ]  # fmt: skip


def _needed(found: Loss, tables: list[Identity], columns: Sequence[KeptColumns]) -> set[Identity]:
    """What the archive cannot do without."""
    own = [part for table in tables for part in _parts(found, table)]
    needed = found.before.needing([*tables, *own])
    for kept in columns:
        used = {*kept.key, *kept.columns, *kept.also}
        of_column = [one for one in found.before.children(("table", kept.table)) if bare(one.name) in used]
        types = {("type", one.fact("type").removesuffix("[]")) for one in of_column} & {*found.before.things}
        needed |= types | found.before.needing(types)
    return needed


def _sequences(found: Loss) -> set[Identity]:
    """Those that go while nothing else needs them: where they have come to is not forgotten."""
    return {
        one.identity for one in found.before.things.values()
        if one.kind == "sequence" and one.identity not in found.names.new
        and not {*found.before.needed_by.get(one.identity, ())} and not one.fact("owned by")
    }  # fmt: skip


def _parts(found: Loss, table: Identity) -> Iterator[Identity]:
    for one in found.before.things.values():
        if one.parent == table and one.kind in OWN_PARTS and not one.fact("definition").startswith("FOREIGN KEY"):
            yield one.identity
        elif one.parent == table and one.kind == "table":
            yield one.identity
            yield from _parts(found, one.identity)


def _fault(found: Loss, table: Identity, drops: Sequence[Dropped]) -> str:
    """Why it cannot be moved."""
    if found.children(table):
        return f"table {table[1]} is dropped, and others inherit from it"
    needed = _needed(found, [table], ())
    gone = [one for one in needed if one[0] == "extension" and one not in found.names.new]
    if gone:
        return f"table {table[1]} is dropped, and needs extension {gone[0][1]}, which is dropped as well"
    for what in drops:
        if not what.cascade or what.kind == "table":
            continue
        for one in needed:
            if _drops(found, what, one) and _others(found, one, table):
                return f"table {table[1]} is dropped, and needs {one[0]} {one[1]}, with which other things are dropped"
    return ""


def _drops(found: Loss, what: Dropped, one: Identity) -> bool:
    return any(
        one == thing.identity for name in what.names
        for thing in found.found([kind for kind, dropped_as in CARRIED.items() if dropped_as == what.kind], *name)
    )  # fmt: skip


def _others(found: Loss, needed: Identity, table: Identity) -> list[Thing]:
    """What else needs it, and stays without the columns and defaults that do."""
    users = [found.before.things[one] for one in found.before.needed_by.get(needed, ()) if one in found.before.things]
    return [
        one for one in users
        if table not in {one.identity, *_ancestors(found, one)} and not {one.identity, *_ancestors(found, one)}
        & {*found.gone_tables}
    ]  # fmt: skip


def _ancestors(found: Loss, thing: Thing) -> Iterator[Identity]:
    parent = thing.parent
    while parent is not None and parent in found.before.things:
        yield parent
        parent = found.before.things[parent].parent


def _roots(found: Loss, table: Identity) -> set[Identity]:
    """The table, and those that it is a partition of."""
    return {table, *(one for one in _ancestors(found, found.before.things[table]) if one[0] == "table")}
