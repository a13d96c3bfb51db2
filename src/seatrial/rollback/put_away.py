"""What of a migration has rows or values and goes to the archive on the way back, in place of being lost. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.archive import columns as archive_columns
from seatrial.archive.place import columns_place, table_place
from seatrial.archive.tables import put_away
from seatrial.model.archive import Cause, KeptColumns, KeptTable
from seatrial.rollback.drop import dropped, own_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.archive.columns import PutAway
    from seatrial.rollback.case import Case
    from seatrial.rollback.side import Thing

__all__ = ["Columns", "columns_of", "tables_away"]

_NAMES = re.compile(r'"(?:[^"]|"")*"|[^,\s]+')
_KEY = re.compile(r"(PRIMARY KEY|UNIQUE) \(([^()]*)\)")
_INDEX = re.compile(r"USING btree \(([^()]*)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Columns that the migration added to a table that stays."""

    table: Thing
    #: In the order in which they go.
    drops: tuple[str, ...]
    #: None where there is nothing to be kept, or no key to keep it by.
    kept: PutAway | None
    #: Names, as they are said: of those that are kept, and of those that are lost.
    names: tuple[str, ...]
    lost: tuple[str, ...]


def tables_away(case: Case) -> tuple[list[str], list[str]]:
    """Statements that move tables of the migration, and what is said of them."""
    statements = list(dict.fromkeys(dropped(policy) for policy in _across(case)))
    said = []
    for table in case.made_tables:
        parent = case.after.things.get(("table", table.fact("partition of")))
        if parent is not None and parent.identity not in case.names.old:
            # Partitions go with the whole.
            continue
        place = table_place(case.version, Cause.ROLLBACK, table.name)
        kept = KeptTable(table=table.name, place=place)
        statements += put_away(kept, version=case.version, cause=Cause.ROLLBACK)
        said.append(f"table {table.name}")
    return statements, said


def _across(case: Case) -> Iterator[Thing]:
    """Policies of tables that go which look into others that go: in no order could one go before the other."""
    going = {table.identity for table in case.made_tables}
    for table in sorted(going):
        for user in sorted(case.after.needed_by.get(table, ())):
            thing = case.after.things.get(user)
            if thing and thing.kind in {"policy", "rule"} and thing.parent in going - {table}:
                yield thing


def columns_of(case: Case) -> Iterator[Columns]:
    """Table by table."""
    for new in case.names.old:
        table = case.after.things[new]
        added = [one for one in _added(case, table) if not _comes_from_above(case, one)]
        if not added:
            continue
        values = [one for one in added if not one.fact("generated") and table.kind == "table"]
        key = _key(case, table)
        kept = None
        if key and values:
            also = tuple(
                name
                for name in case.also.get(table.name, ())
                if ("column", f"{table.name}.{name}") in case.after.things
            )
            names = tuple(own_name(one) for one in values)
            kept = archive_columns.put_away(
                KeptColumns(
                    table=table.name, place=columns_place(case.version, Cause.ROLLBACK, table.name), key=key,
                    columns=names,
                    also=tuple(name for name in also if name not in {*key, *names}),
                ),
                version=case.version,
                cause=Cause.ROLLBACK,
                as_text={own_name(one) for one in values if _is_of_extension(case, one)},
            )  # fmt: skip
        named = tuple(own_name(one) for one in values)
        # Generated ones need the others.
        order = sorted(added, key=lambda one: not one.fact("generated"))
        yield Columns(
            table=table, drops=tuple(map(dropped, order)), kept=kept, names=named if kept else (),
            lost=() if kept else named,
        )  # fmt: skip


def _added(case: Case, table: Thing) -> list[Thing]:
    if table.kind not in {"table", "foreign table"}:
        return []
    return [
        one for one in case.after.children(table.identity)
        if one.kind == "column" and (one.identity not in case.names.old or one.identity in case.found.again)
    ]  # fmt: skip


def _is_of_extension(case: Case, column: Thing) -> bool:
    """Whether its type is neither the server's nor one that can be taken along."""
    kind = column.fact("type").partition("(")[0].removesuffix("[]")
    return "." in kind and ("type", kind) not in case.after.things


def _comes_from_above(case: Case, column: Thing) -> bool:
    """Whether it goes when the same column of a parent goes."""
    table = case.after.things[column.parent] if column.parent else None
    above = f"{table.fact('partition of')}, {table.fact('inherits')}".split(", ") if table else ()
    return any(("column", f"{name}.{own_name(column)}") in case.after.things for name in above)


def _key(case: Case, table: Thing) -> tuple[str, ...]:
    """Columns that tell rows apart, and are there before and after."""
    children = case.after.children(table.identity)
    found = [_KEY.fullmatch(one.fact("definition")) for one in children if one.kind == "constraint"]
    keys = [one[2] for one in sorted((one for one in found if one), key=lambda one: one[1])]
    for one in children:
        plain = (
            _INDEX.fullmatch(one.fact("definition")) if one.kind == "index" and one.fact("unique") == "yes" else None
        )
        if plain and not one.fact("predicate") and one.fact("valid") == "yes":
            keys.append(plain[1])
    for names in (tuple(_NAMES.findall(key)) for key in keys):
        columns = [case.after.things.get(("column", f"{table.name}.{name}")) for name in names]
        if all(one and one.identity in case.names.old and one.fact("not null") == "yes" for one in columns):
            return names
    return ()
