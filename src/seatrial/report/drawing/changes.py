"""What differs between two states of a schema, as far as a diagram shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.model.reference import ReferenceTable
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seatrial.model.reference import Reference, ReferenceColumn, ReferenceKey

__all__ = ["ColumnChange", "KeyChange", "Mark", "SchemaChange", "TableChange", "changes"]

OUTSIDE = "outside"


class Mark(StrEnum):
    """What became of something."""

    NEW = "+"
    REMOVED = "\N{MINUS SIGN}"
    CHANGED = "~"
    SAME = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChange:
    """A column, and what it was."""

    name: str
    type: str
    mark: Mark
    #: `integer, null`; empty where it is as it was.
    was: str = ""
    #: Whether it is a part of the primary key.
    primary: bool = False
    #: Whether a foreign key goes out from it.
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """A foreign key between two tables that are drawn."""

    child: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """A table that is drawn."""

    name: str
    #: As `ReferenceTable` has it, or OUTSIDE: only keys speak of it.
    kind: str
    mark: Mark
    columns: tuple[ColumnChange, ...] = ()
    #: What is in no row: indexes, policies.
    notes: tuple[tuple[Mark, str], ...] = ()

    @property
    def is_outside(self) -> bool:
        """Whether only keys speak of it."""
        return self.kind == OUTSIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange:
    """Everything that is drawn, by name."""

    tables: tuple[TableChange, ...]
    keys: tuple[KeyChange, ...]
    #: How many tables are as they were, and nothing that changed depends on them.
    left_out: int


def changes(before: Reference, after: Reference) -> SchemaChange:
    """The difference; where there is none, everything."""
    old, new = ({table.full_name: table for table in one.tables} for one in (before, after))
    found = {name: _table(old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())}
    keys = [key for name in found for key in _keys(old.get(name), new.get(name))]
    drawn = {name for name, table in found.items() if table.mark is not Mark.SAME} or set(found)
    drawn |= {key.parent for key in keys if key.child in drawn}
    keys = [key for key in keys if {key.child, key.parent} <= drawn]
    tables = [found.get(name) or TableChange(name=name, kind=OUTSIDE, mark=Mark.SAME) for name in sorted(drawn)]
    return SchemaChange(tables=tuple(tables), keys=tuple(keys), left_out=len(found.keys() - drawn))


def _table(old: ReferenceTable | None, new: ReferenceTable | None) -> TableChange:
    table = new or old or ReferenceTable(schema="", name="", kind="")
    if old is None or new is None:
        mark = Mark.REMOVED if new is None else Mark.NEW
        columns = tuple(_column(table, column, column) for column in table.columns)
        said = ((Mark.SAME, words),) if (words := _words(table)) and new else ()
        return TableChange(name=table.full_name, kind=table.kind, mark=mark, columns=columns, notes=said)
    columns, notes = tuple(_columns(old, new)), tuple(_notes(old, new))
    rekeyed = any(key.mark is not Mark.SAME for key in _keys(old, new))
    changed = notes or rekeyed or any(column.mark is not Mark.SAME for column in columns)
    mark = Mark.CHANGED if changed else Mark.SAME
    return TableChange(name=table.full_name, kind=table.kind, mark=mark, columns=columns, notes=notes)


def _columns(old: ReferenceTable, new: ReferenceTable) -> Iterator[ColumnChange]:
    """Those that are there, then those that were."""
    known = {column.name: column for column in old.columns}
    for column in new.columns:
        yield _column(new, known.pop(column.name, None), column)
    for column in known.values():
        yield _column(old, column, None)


def _column(table: ReferenceTable, old: ReferenceColumn | None, new: ReferenceColumn | None) -> ColumnChange:
    column = new or old
    assert column is not None  # noqa: S101 - one of the two is there
    was = _was(old, new) if old and new else ""
    mark = Mark.NEW if old is None else Mark.REMOVED if new is None else Mark.CHANGED if was else Mark.SAME
    return ColumnChange(
        name=column.name, type=column.type, mark=mark, was=was, primary=column.name in table.primary_key,
        foreign=any(column.name in key.columns for key in table.foreign_keys),
    )  # fmt: skip


def _was(old: ReferenceColumn, new: ReferenceColumn) -> str:
    parts = [old.type] if old.type != new.type else []
    if old.nullable != new.nullable:
        parts.append("null" if old.nullable else "not null")
    if (old.default, old.generated) != (new.default, new.generated):
        kind = "generated" if old.generated else "default"
        parts.append(f"{kind} {old.default}" if old.default else "no default")
    return ", ".join(parts)


def _keys(old: ReferenceTable | None, new: ReferenceTable | None) -> Iterator[KeyChange]:
    """The name of a key does not matter, only what it ties together."""
    before, after = ({_ties(key): None for key in table.foreign_keys} if table else {} for table in (old, new))
    child = (new or old or ReferenceTable(schema="", name="", kind="")).full_name
    for columns, parent, parent_columns in {**after, **before}:
        tie = (columns, parent, parent_columns)
        mark = Mark.SAME if tie in before and tie in after else Mark.NEW if tie in after else Mark.REMOVED
        yield KeyChange(child=child, columns=columns, parent=parent, parent_columns=parent_columns, mark=mark)


def _ties(key: ReferenceKey) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    return key.columns, key.parent, key.parent_columns


def _notes(old: ReferenceTable, new: ReferenceTable) -> Iterator[tuple[Mark, str]]:
    if old.primary_key != new.primary_key:
        yield Mark.CHANGED, f"primary key was ({', '.join(old.primary_key)})"
    if old.row_security != new.row_security:
        yield Mark.NEW if new.row_security else Mark.REMOVED, "row-level security"
    before, after = ({one.name: one.definition for one in table.indexes} for table in (old, new))
    yield from _counted(before, after, "index")
    earlier, later = ({one.name: one for one in table.policies} for table in (old, new))
    yield from _counted(earlier, later, "policy")


def _counted(old: Mapping[str, object], new: Mapping[str, object], noun: str) -> Iterator[tuple[Mark, str]]:
    added, gone = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    changed = sum(old[name] != new[name] for name in old.keys() & new.keys())
    for mark, number in ((Mark.NEW, added), (Mark.REMOVED, gone), (Mark.CHANGED, changed)):
        if number:
            yield mark, _many(number, noun)


def _words(table: ReferenceTable) -> str:
    parts: Iterable[tuple[int, str]] = ((len(table.policies), "policy"), (len(table.indexes), "index"))
    said = [_many(number, noun) for number, noun in parts if number]
    return ", ".join(["row-level security", *said] if table.row_security else said)


def _many(number: int, noun: str) -> str:
    return f"{number:,} indexes" if noun == "index" and number != 1 else count(number, noun)
