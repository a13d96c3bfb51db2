"""Which columns a migration drops or gives a narrower type, and how their values are kept. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.archive import columns as archive
from seatrial.archive.altered import made_of
from seatrial.archive.place import columns_place
from seatrial.model.archive import Cause, Keeping, KeptColumns
from seatrial.rollback.column_types import survives
from seatrial.rollback.names import bare
from seatrial.sql.constraint_text import key_of
from seatrial.sql.dropped import changed_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.catalog import Identity
    from seatrial.model.source import Statement
    from seatrial.rollback.loss import Loss
    from seatrial.rollback.side import Thing
    from seatrial.sql.dropped import Changed

__all__ = ["kept_columns_of"]


#: Of a value of one of these that does not fit another one, nothing is cut silently.
REFUSED = (frozenset({"smallint", "integer", "bigint"}), frozenset({"text", "character varying"}))


@dataclass(slots=True)
class _Going:
    """Columns of one table, with the offset of the first statement that touches one."""

    start: int
    names: list[str] = field(default_factory=list)
    #: Column that stays → the last statement that gives it another type.
    retyped: dict[str, Statement] = field(default_factory=dict)


def kept_columns_of(found: Loss, *, keep: str, also: Mapping[str, tuple[str, ...]]) -> Keeping:
    """Copy them before the file, mirror what is written meanwhile, and end that right before they go.

    Args:
        found: the migration.
        keep: how long, as an interval; empty for ever.
        also: table → columns that tell whose row it is.
    """
    kept: list[KeptColumns] = []
    front: list[str] = []
    before: dict[int, tuple[str, ...]] = {}
    instead: dict[int, tuple[str, ...]] = {}
    going = _going(found)
    unkept = [*_unseen(found, going), *_retyped_unseen(found), *_twice(found)]
    parts: Counter[Identity] = Counter()
    for (table, _), one in going.items():
        parts[table] += 1
        key = _key(found, table, avoid=one.names)
        if found.children(table):
            unkept.append(f"columns {', '.join(one.names)} of {table[1]} are changed, and it has children")
        elif key is None:
            unkept.append(f"columns {', '.join(one.names)} of {table[1]} are changed, and it has no key that stays")
        else:
            values = KeptColumns(
                table=table[1], place=columns_place(found.version, Cause.DEPLOY, table[1], parts[table]), key=key,
                columns=tuple(one.names), also=_owners(found, table, also, {*key, *one.names}),
            )  # fmt: skip
            away = archive.put_away(
                values, version=found.version, cause=Cause.DEPLOY, keep=keep, part=parts[table]
            )  # fmt: skip
            kept.append(values)
            front += [*away.prepare, "COMMIT", away.copy]
            before[one.start] = (*before.get(one.start, ()), *away.finish)
            instead |= _recorded(found, table, one, values)
    return Keeping(
        version=found.version, front="".join(f"{one};\n\n" for one in front), before=before, instead=instead,
        columns=tuple(kept), unkept=tuple(unkept),
    )  # fmt: skip


def _recorded(found: Loss, table: Identity, one: _Going, kept: KeptColumns) -> dict[int, tuple[str, ...]]:
    """What a statement makes of values is seen before anybody else can write."""
    statements = {statement.start: statement for statement in one.retyped.values()}
    types = {name: _types(found, table, name)[1] for name in one.retyped}
    return {
        start: (
            statement.text,
            *made_of(kept, {name: types[name] for name, by in one.retyped.items() if by is statement}),
        )
        for start, statement in statements.items()
    }


def _key(found: Loss, table: Identity, *, avoid: list[str]) -> tuple[str, ...] | None:
    """Columns by which its rows can be told apart before and after, none of which changes."""
    columns = {bare(one.name): one for one in found.before.children(table) if one.kind == "column"}
    definitions = [
        one.fact("definition") for one in found.before.children(table)
        if one.kind == "constraint" and one.fact("deferrable") != "yes"
    ]  # fmt: skip
    keys = [key_of(one) for one in definitions if one.startswith(("PRIMARY KEY", "UNIQUE"))]
    for key in sorted((one for one in keys if one), key=lambda one: one.kind != "primary"):
        if all(columns[name].fact("not null") == "yes" and name not in avoid for name in key.columns):
            return key.columns
    return None


def _going(found: Loss) -> dict[tuple[Identity, int], _Going]:
    """By table, and by the step that takes them: until then others write to them."""
    going: dict[tuple[Identity, int], _Going] = {}
    often = Counter((table, name) for _, changed, table in _changes(found) for name in changed.retyped)
    for statement, changed, table in _changes(found):
        for name in _lost(found, table, changed, often):
            one = going.setdefault((table, found.steps[statement.start]), _Going(start=statement.start))
            if name not in one.names:
                one.names.append(name)
            if name in changed.retyped:
                one.retyped[name] = statement
    return going


def _changes(found: Loss) -> Iterator[tuple[Statement, Changed, Identity]]:
    """Statements with the table that stays and of which they change columns."""
    for statement in found.statements:
        changed = changed_columns(statement.text)
        tables = found.found({"table"}, *changed.table) if changed else []
        stay = [one.identity for one in tables if one.identity in found.names.new]
        if changed and stay:
            yield statement, changed, stay[0]


def _twice(found: Loss) -> Iterator[str]:
    """Columns to which others write between two changes: that is neither what was nor what the file has made of it."""
    steps: dict[tuple[Identity, str], set[int]] = {}
    for statement, changed, table in _changes(found):
        there = {bare(one.name) for one in found.before.children(table) if one.kind == "column"}
        for name in there & {*changed.dropped, *changed.retyped}:
            steps.setdefault((table, name), set()).add(found.steps[statement.start])
    for (table, name), several in steps.items():
        if len(several) > 1:
            yield f"column {name} of {table[1]} is changed in more than one step"


def _lost(
    found: Loss, table: Identity, changed: Changed, often: Mapping[tuple[Identity, str], int]
) -> Iterator[str]:  # fmt: skip
    columns = {bare(one.name): one for one in found.before.children(table) if one.kind == "column"}
    for name in changed.dropped:
        if name in columns and _is_gone(found, columns[name]):
            yield name
    for name in changed.retyped:
        is_there = name in columns and columns[name].identity in found.names.new
        if not is_there or columns[name].fact("generated"):
            continue
        # Of a type in between, nobody knows what it cuts.
        if often[table, name] > 1 or _is_lossy(*_types(found, table, name), name, changed):
            yield name


def _types(found: Loss, table: Identity, name: str) -> tuple[str, str]:
    """Of a column, before and after."""
    old = ("column", f"{table[1]}.{name}")
    return found.before.things[old].fact("type"), found.after.things[found.names.new[old]].fact("type")


def _is_lossy(was: str, now: str, name: str, changed: Changed) -> bool:
    """Whether a value may not come back as it was. Without a word about how, the server refuses what does not fit."""
    if name in changed.computed:
        return True
    heads = {of_type.partition("(")[0] for of_type in (was, now)}
    is_refused = name not in changed.cast and "[]" not in was + now and any(heads <= group for group in REFUSED)
    return not (survives(was, now) or is_refused)


def _unseen(found: Loss, going: Mapping[tuple[Identity, int], _Going]) -> Iterator[str]:
    """Columns that go where no statement of the file says so by itself."""
    seen = {(table, name) for (table, _), one in going.items() for name in one.names}
    tables = {table for table, _ in going}
    for one in found.before.things.values():
        table = one.parent
        if one.kind != "column" or table is None or table not in found.names.new or not _is_gone(found, one):
            continue
        if _root(found, table) not in tables and (table, bare(one.name)) not in seen:
            yield f"column {bare(one.name)} of {table[1]} is dropped where it cannot be copied before"


def _retyped_unseen(found: Loss) -> Iterator[str]:
    """Columns with a narrower type where no statement of the file names their table as it was called before it."""
    seen = {(table, name) for _, changed, table in _changes(found) for name in changed.retyped}
    for one in found.before.things.values():
        new = found.names.new.get(one.identity)
        if one.kind != "column" or one.parent is None or new is None or one.fact("generated"):
            continue
        if one.parent[0] != "table":
            # A view has no values of its own.
            continue
        was, now = one.fact("type"), found.names.read(found.after.things[new].fact("type"))
        above = _root(found, one.parent) or one.parent
        is_seen = {(one.parent, bare(one.name)), (above, bare(one.name))} & seen
        if now != was and not (is_seen or survives(was, now)):
            yield f"column {bare(one.name)} of {one.parent[1]} gets another type where it cannot be copied before"


def _is_gone(found: Loss, column: Thing) -> bool:
    return column.identity not in found.names.new and column.place > 0 and not column.fact("generated")


def _root(found: Loss, table: Identity) -> Identity | None:
    """Of a partition, the table that all of it belongs to."""
    root = None
    while (parent := found.before.things[table].parent) is not None and parent[0] == "table":
        root = table = parent
    return root


def _owners(
    found: Loss, table: Identity, also: Mapping[str, tuple[str, ...]], without: set[str]
) -> tuple[str, ...]:  # fmt: skip
    there = {bare(one.name) for one in found.before.children(table) if one.kind == "column"}
    return tuple(name for name in also.get(table[1], ()) if name in there - without)
