"""Which rows a migration changes, and how its deployment keeps them: as they were, and as they became."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from seatrial.archive.place import became_place, was_place
from seatrial.archive.row_facts import RowFacts
from seatrial.archive.row_reach import Names, reach
from seatrial.archive.row_triggers import hooks, unhooks
from seatrial.archive.script import filled
from seatrial.model.archive import PREFIX, Keeping, KeptRows
from seatrial.sql.kept_images import forgotten, listed, remembered
from seatrial.sql.kept_rows import CannotKeep, keeps
from seatrial.sql.relations import relations
from seatrial.sql.written import altered_table, names_of, setting, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.archive.row_reach import Reach
    from seatrial.model.migration import Migration
    from seatrial.model.source import Statement
    from seatrial.standin.state import State

__all__ = ["kept_rows_of", "prepare"]

_ROLES = frozenset({"role", "session_authorization"})
#: Schemas of ours.
_OURS = frozenset({"seatrial", "supabase_migrations"})
#: What says by itself which rows it changes.
_PLAIN = frozenset({"insert_stmt", "update_stmt", "delete_stmt"})
#: What changes rows, or calls what does.
_RUNNING = _PLAIN | {
    "merge_stmt", "truncate_stmt", "copy_stmt", "select_stmt", "do_stmt", "call_stmt", "execute_stmt",
    "create_table_as_stmt",
}  # fmt: skip


def prepare(kept: KeptRows, *, version: str, keep: str = "") -> tuple[str, ...]:
    """Make the two tables, and list them.

    Args:
        kept: what and where.
        version: of the migration.
        keep: an interval after which they may be purged; empty for ever.
    """
    details = json.dumps({"key": kept.key, "columns": kept.columns})
    made = filled(
        "keep_rows", table=kept.table, was=kept.was, became=kept.became, version=version, keep=keep, details=details,
        names=listed(kept.columns), key=listed(kept.key),
    )  # fmt: skip
    closed = (*filled("close", place=kept.was), *filled("close", place=kept.became))
    return (*filled("make_room", place=kept.was), *made, *closed)


def kept_rows_of(migration: Migration, before: State, after: State, *, keep: str) -> Keeping:
    """What the deployment of a file does to keep rows that were there before, and that are there no more as they were.

    Args:
        migration: the file.
        before: the schema before it, seen on a scratch.
        after: the same database behind it.
        keep: an interval after which they may be purged; empty for ever.
    """
    statements = [one for step in migration.steps for one in step.statements]
    if not any(map(_may_write, statements)):
        return Keeping(version=migration.version)
    plan = _Plan(migration.version, Names(RowFacts(before), RowFacts(after)))
    changes = [change for one in statements if (change := plan.look_at(one))]
    for change in changes:
        plan.keep(change)
    rows = tuple(plan.kept[table] for table in sorted(plan.kept))
    front = (s for one in rows for s in prepare(one, version=migration.version, keep=keep))
    return Keeping(
        version=migration.version, front="".join(f"{s};\n\n" for s in front), before=plan.before,
        instead=plan.instead, rows=rows, batches=plan.batches, unkept=tuple(dict.fromkeys(plan.unkept)),
    )  # fmt: skip


def _may_write(statement: Statement) -> bool:
    if statement.node not in _RUNNING:
        return False
    found = written(statement.text)
    return bool(found.tables or found.calls or found.is_dynamic)


class _Change(NamedTuple):
    """A statement that changes rows, and where things stand by then."""

    statement: Statement
    found: Reach
    role: str
    #: Tables that are called otherwise by then.
    moved: frozenset[str]


class _Plan:
    """All statements are looked at first: which columns can be kept is known when the last one is."""

    def __init__(self, version: str, names: Names) -> None:
        self._version = version
        self._names = names
        self._facts = names.before
        self._role = ""
        self._moved: set[str] = set()
        #: Tables of which columns have been altered, and those that are written after that.
        self._altered: set[str] = set()
        self._late: set[str] = set()
        self.kept: dict[str, KeptRows] = {}
        self.before: dict[int, tuple[str, ...]] = {}
        self.instead: dict[int, tuple[str, ...]] = {}
        self.batches: dict[int, KeptRows] = {}
        self.unkept: list[str] = []

    def look_at(self, statement: Statement) -> _Change | None:
        """The next one of the file."""
        if said := setting(statement.text):
            self._set(*said)
        elif table := self._names.find(altered_table(statement.text)):
            self._altered.add(table)
        elif statement.node in {"rename_stmt", "alter_object_schema_stmt"}:
            self._moved |= {self._names.find(name) for name in relations(statement.text).names}
        elif _may_write(statement):
            found = reach(statement.text, self._names)
            self._late |= found.tables & self._altered
            return _Change(statement, found, self._role, frozenset(self._moved))
        return None

    def _set(self, name: str, values: tuple[str, ...]) -> None:
        if name == "search_path":
            self._names.path = values or ("public",)
        elif name in _ROLES:
            self._role = values[0] if values and values[0] not in {"none", "default"} else ""

    def keep(self, change: _Change) -> None:
        """Plan how its rows are kept."""
        found, statement = change.found, change.statement
        self.unkept += sorted(found.untold)
        self.unkept += [f"rows of {name} are changed, and its schema is not known" for name in sorted(found.unknown)]
        if self._is_of_new_columns(change):
            return
        there = [kept for table in sorted(found.tables) if (kept := self._kept(table, change))]
        if change.role:
            self._leave(there, f"as {change.role}, who has no right on the archive")
        elif there and not self._in_one(change, there):
            if statement.node == "truncate_stmt" and not any(_on_truncate(self._facts, one.table) for one in there):
                self._note(there)
                self.before[statement.start] = tuple(s for one in there for s in self._emptied(one, change))
            elif statement.batch:
                self._leave(there, "in batches by a statement that does more than it says")
            else:
                self._by_triggers(change, there)

    def _in_one(self, change: _Change, there: list[KeptRows]) -> bool:
        """The statement itself keeps them, where it says everything that it does."""
        found, statement = change.found, change.statement
        if statement.node not in _PLAIN or found.is_more or len(found.direct) != 1 or found.tables != found.direct:
            return False
        calls = {name.rpartition(".")[2] for name in written(statement.text).calls}
        try:
            text = keeps(statement.text, there[0], there[0].columns, fickle=calls & self._facts.fickle())
        except CannotKeep:
            return False
        self._note(there)
        if statement.batch:
            self.batches[statement.start] = there[0]
        else:
            self.instead[statement.start] = (text,)
        return True

    def _by_triggers(self, change: _Change, there: list[KeptRows]) -> None:
        waiting = [one for one in there if self._facts.is_deferred(one.table)]
        self._leave(waiting, "while constraints of it wait for the end of the transaction")
        able = [one for one in there if one not in waiting]
        self._note(able)
        self.instead[change.statement.start] = (
            *(s for one in able for s in hooks(one, self._now(one.table, change), self._parts(one.table, change))),
            change.statement.text,
            *(s for one in able for s in unhooks(one)),
        )

    def _emptied(self, kept: KeptRows, change: _Change) -> Iterator[str]:
        """Before a TRUNCATE; whoever writes waits from here on, and whoever reads does not yet."""
        emptied = change.found.emptied
        whole = {part for one in emptied for part in self._facts.partitions(one) if part != one}
        for table in sorted(one for one in emptied - whole if self._facts.root(one) == kept.table):
            now = self._now(table, change)
            yield f"LOCK TABLE {now} IN SHARE ROW EXCLUSIVE MODE"
            yield remembered(kept, now)
            yield forgotten(kept, now)

    def _parts(self, table: str, change: _Change) -> list[str]:
        there = [one for one in self._facts.partitions(table) if one in self._names.later]
        return [self._now(one, change) for one in there]

    def _now(self, table: str, change: _Change) -> str:
        return self._names.later[table] if table in change.moved else table

    def _note(self, there: Iterable[KeptRows]) -> None:
        self.kept |= {one.table: one for one in there}

    def _leave(self, there: Iterable[KeptRows], why: str) -> None:
        self.unkept += [f"rows of {one.table} are changed {why}" for one in there]

    def _is_of_new_columns(self, change: _Change) -> bool:
        """Whether an UPDATE only fills columns that were not there before."""
        if change.statement.node != "update_stmt" or change.found.is_more or len(change.found.tables) != 1:
            return False
        [table] = change.found.tables
        parts = self._facts.partitions(table)
        if any("BEFORE" in one.definition for part in parts for one in self._names.triggers(part)):
            return False
        places = self._facts.places(table)
        later = self._names.after.places(self._names.later.get(table, "")).items()
        old = {*places.values(), *(name for place, name in later if place in places)}
        return not {names_of(name)[0] for name in old} & written(change.statement.text).sets

    def _kept(self, table: str, change: _Change) -> KeptRows | None:
        """None where it is kept otherwise, or cannot be."""
        schema = names_of(table)[0]
        if schema in _OURS or schema.startswith(PREFIX):
            return None
        if table not in self._names.later:
            # It goes to the archive as it is by then.
            self.unkept += [f"rows of {table} are changed before it is dropped"] * self._facts.is_table(table)
            return None
        columns, left = self._columns(table)
        key = self._facts.key(table)
        why = ""
        if self._facts.has_heirs(table):
            why = "and others inherit from it"
        elif not key:
            why = "and it has no key"
        elif not set(key) <= set(columns):
            why = "and the columns of its key are altered before"
        if why:
            self.unkept.append(f"rows of {table} are changed, {why}")
            return None
        found = written(change.statement.text)
        if {action for action, _ in found.tables} != {"update"} or found.sets & {names_of(name)[0] for name in left}:
            self.unkept += [
                f"values of {name} of {table} are changed, and the column is altered before" for name in left
            ]
        return KeptRows(
            table=table, was=was_place(self._version, table), became=became_place(self._version, table), key=key,
            columns=columns,
        )  # fmt: skip

    def _columns(self, table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those whose values are kept, and those whose values cannot be."""
        columns = self._facts.columns(table)
        if table not in self._late:
            return tuple(columns), ()
        now = self._names.after.columns(self._names.later[table])
        same = [name for name, facts in columns.items() if now.get(name, {}).get("type") == facts["type"]]
        return tuple(same), tuple(name for name in columns if name not in same)


def _on_truncate(facts: RowFacts, table: str) -> bool:
    return any(" TRUNCATE" in one.definition.partition(" ON ")[0] for one in facts.triggers(table))
