"""What rows that come back refer to may be gone by now. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.archive.place import left_place
from seatrial.archive.script import filled
from seatrial.sql.constraint_text import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.archive import KeptColumns, KeptTable
    from seatrial.model.catalog import Catalog, Identity
    from seatrial.sql.constraint_text import Key

__all__ = ["Orphans", "orphans", "parents_there"]


def parents_there(kept: KeptColumns, catalog: Catalog) -> Mapping[str, str]:
    """Column → when what its value in a row `a` of the archive refers to is there.

    Args:
        kept: columns that return to rows `t` of their table.
        catalog: of the schema that they return to.
    """
    found: dict[str, str] = {}
    for key in _foreign(kept.table, catalog):
        values = {name: f"{'a' if name in kept.columns else 't'}.{name}" for name in key.columns}
        for name in values.keys() & {*kept.columns}:
            test = _there(key, values)
            found[name] = f"{found[name]} AND {test}" if name in found else test
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphans:
    """What is done with rows of kept tables so that these can have their foreign keys again."""

    #: In a short transaction: nobody takes away any more what such rows refer to.
    hold: tuple[str, ...]
    #: In a transaction behind it: rows stay in the archive, and are counted, where that is gone already.
    aside: tuple[str, ...]
    #: Once the tables are back, in the transaction that gives them their own keys.
    free: tuple[str, ...]


def orphans(
    tables: Sequence[KeptTable], before: Catalog, after: Catalog, *, version: str, new: Mapping[Identity, Identity]
) -> Orphans:  # fmt: skip
    """Of tables that a deployment has kept.

    Args:
        tables: still in the archive.
        before: the schema that they return to.
        after: the schema that is there until then.
        version: of the migration that dropped them.
        new: what an object of `before` is called in `after`.
    """
    places = {one.table: one.place for one in tables}
    hold: list[str] = []
    room: list[str] = []
    aside: list[str] = []
    free: list[str] = []
    for one in tables:
        left = left_place(version, one.table)
        foreign = [found for key in _foreign(one.table, before) if (found := _now(key, places, new))]
        room += filled("make_room", place=left) * bool(foreign)
        for number, key in enumerate(foreign, start=1):
            if _is_key(key, after) and "partitioned by" not in before.objects["table", one.table].facts:
                name = f'"seatrial holds {number}"'
                hold.append(
                    f"ALTER TABLE {one.place} ADD CONSTRAINT {name} FOREIGN KEY ({', '.join(key.columns)}) "
                    f"REFERENCES {key.table} ({', '.join(key.others)}) NOT VALID"
                )
                free.append(f"ALTER TABLE {one.table} DROP CONSTRAINT {name}")
            orphaned = f"NOT {_there(key, {name: f'a.{name}' for name in key.columns})}"
            referring = _referring(one.table, before, places, new)
            if referring and _may_be_null(one.table, key, before):
                changes = ", ".join(f"{name} = NULL" for name in key.columns)
                take = f"UPDATE {one.place} AS t SET {changes} FROM"  # noqa: S608 - quoted names
                needed = f"{orphaned} AND ({' OR '.join(referring)})"
                aside += filled("orphans", place=one.place, aside=left, orphaned=needed, take=take)
            take = f"DELETE FROM {one.place} AS t USING"  # noqa: S608 - quoted names
            aside += filled("orphans", place=one.place, aside=left, orphaned=orphaned, take=take)
    # Once for each table, as one that stays may be what rows of another refer to.
    return Orphans(hold=tuple(hold), aside=tuple(room + aside * len(tables)), free=tuple(free))


def _may_be_null(table: str, key: Key, catalog: Catalog) -> bool:
    facts = (catalog.objects["column", f"{table}.{name}"].facts for name in key.columns)
    return all(one.get("not null", "no") == "no" for one in facts)


def _referring(
    table: str, before: Catalog, places: Mapping[str, str], new: Mapping[Identity, Identity]
) -> list[str]:  # fmt: skip
    """When a row `a` is one that a table refers to which stayed."""
    found = []
    for one in before.objects.values():
        definition = one.facts.get("definition", "")
        if one.kind != "constraint" or one.parent is None or f" REFERENCES {table}(" not in definition:
            continue
        key, (_, now) = key_of(definition.removesuffix(" NOT VALID")), new.get(one.parent, ("", ""))
        names = key.columns if key and one.parent[1] not in places else ()
        columns = [new.get(("column", f"{one.parent[1]}.{name}"), ("", ""))[1] for name in names]
        if key and now and names and all(columns):
            pairs = zip(key.others, columns, strict=True)
            match = " AND ".join(f"c.{name.removeprefix(f'{now}.')} = a.{other}" for other, name in pairs)
            found.append(f"EXISTS (SELECT FROM {now} AS c WHERE {match})")
    return found


def _now(key: Key, places: Mapping[str, str], new: Mapping[Identity, Identity]) -> Key | None:
    """A foreign key by the names of the schema after; None where what it refers to is not there at all."""
    if key.table in places:
        return replace(key, table=places[key.table])
    _, table = new.get(("table", key.table), ("", ""))
    columns = [new.get(("column", f"{key.table}.{other}"), ("", ""))[1] for other in key.others]
    if not table or not all(columns):
        return None
    return replace(key, table=table, others=tuple(one.removeprefix(f"{table}.") for one in columns))


def _is_key(key: Key, after: Catalog) -> bool:
    """Whether a foreign key may refer to it."""
    for one in after.objects.values():
        definition = one.facts.get("definition", "")
        if one.parent == ("table", key.table) and definition.startswith(("PRIMARY KEY", "UNIQUE")):
            found = key_of(definition)
            if found and {*found.columns} == {*key.others}:
                return True
    return False


def _foreign(table: str, catalog: Catalog) -> Iterator[Key]:
    for one in catalog.objects.values():
        definition = one.facts.get("definition", "")
        if one.kind == "constraint" and one.parent == ("table", table) and definition.startswith("FOREIGN"):
            key = key_of(definition.removesuffix(" NOT VALID"))
            if key:
                yield key


def _there(key: Key, values: Mapping[str, str]) -> str:
    match = " AND ".join(
        f"p.{other} = {values[name]}" for other, name in zip(key.others, key.columns, strict=True)
    )  # fmt: skip
    # Held, so that nobody takes it away before the row has come back.
    empty = "".join(f"{value} IS NULL OR " for value in values.values())
    return f"({empty}EXISTS (SELECT FROM {key.table} AS p WHERE {match} FOR KEY SHARE))"
