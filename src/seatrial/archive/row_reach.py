"""Which tables a statement changes rows of: those that it names, and what follows by a key, a trigger or a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.archive.row_facts import Reference
from seatrial.sql.relations import relations
from seatrial.sql.written import names_of, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.archive.row_facts import RowFacts, Trigger
    from seatrial.sql.written import Written

__all__ = ["Names", "Reach", "reach"]

_OBJECTS = frozenset({"lo_import", "lo_unlink", "lo_put", "lo_create", "lo_from_bytea", "lowrite", "lo_export"})


@dataclass(slots=True, kw_only=True)
class Reach:
    """What is found of a statement; tables are those of the schema before, roots of their partitions."""

    #: Named by the statement itself.
    direct: set[str] = field(default_factory=set)
    #: All of them.
    tables: set[str] = field(default_factory=set)
    #: What a TRUNCATE empties: tables, or partitions of them.
    emptied: set[str] = field(default_factory=set)
    #: Whether something follows that the statement does not say: a cascade, a trigger, a rule, a function, a view.
    is_more: bool = False
    #: What is written and is nowhere in the schema.
    unknown: set[str] = field(default_factory=set)
    #: What cannot be told, as clauses.
    untold: set[str] = field(default_factory=set)


class Names:
    """Finds what a statement names, in the schema before the migration, whatever it is called by then."""

    def __init__(self, before: RowFacts, after: RowFacts) -> None:
        """Both of one database."""
        self.before = before
        self.after = after
        #: As a SET search_path of the migration has it.
        self.path: tuple[str, ...] = ("public",)
        now, then = (
            {key: table for table, key in after.keys.items()},
            {key: table for table, key in before.keys.items()},
        )
        #: Table before → what it is called behind the migration, where it is still there; and the other way round.
        self.later = {table: now[key] for table, key in before.keys.items() if key in now}
        self.earlier = {table: then[key] for table, key in after.keys.items() if key in then}

    def find(self, name: str) -> str:
        """The table or view as the catalog before has it; empty where it was not there."""
        parts = tuple(name.split(".", 1))
        spelled = [parts] if len(parts) > 1 else [(schema, name) for schema in self.path]
        return next((found for one in spelled if (found := self._at(one))), "")

    def _at(self, parts: tuple[str, ...]) -> str:
        return self.before.names.get(parts, "") or self.earlier.get(self.after.names.get(parts, ""), "")

    def new(self, name: str) -> str:
        """The table or view that the migration makes; empty where there is none."""
        parts = tuple(name.split(".", 1))
        spelled = [parts] if len(parts) > 1 else [(schema, name) for schema in self.path]
        return next((found for one in spelled if (found := self.after.names.get(one, ""))), "")

    def referring(self, table: str) -> list[Reference]:
        """Foreign keys before and behind the migration, as it may have made them by then."""
        later = self.after.referring(self.later.get(table, ""))
        known = [Reference(self.earlier[one.table], one.key) for one in later if one.table in self.earlier]
        return [*self.before.referring(table), *known]

    def triggers(self, table: str) -> list[Trigger]:
        """The same of triggers."""
        return [*self.before.triggers(table), *self.after.triggers(self.later.get(table, table))]

    def mentioned(self, text: str) -> Iterator[str]:
        """Tables whose name is in a text, wherever."""
        for parts, name in self.before.names.items():
            if parts[0] not in {"pg_catalog", "information_schema", "seatrial"} and parts[-1] in text:
                yield name


def reach(text: str, names: Names) -> Reach:
    """Follow a statement wherever it leads."""
    found = Reach()
    _Walk(names, found, text).all_of(written(text), is_first=True)
    return found


class _Walk:
    def __init__(self, names: Names, found: Reach, text: str) -> None:
        self._names = names
        self._facts = names.before
        self._found = found
        self._text = text
        self._seen: set[tuple[str, str]] = set()
        self._called: set[str] = set()

    def all_of(self, one: Written, *, is_first: bool = False) -> None:
        """Whatever is written directly, and by what is called."""
        if one.is_dynamic:
            self._guess(self._text)
        if one.calls & _OBJECTS:
            self._found.untold.add("large objects are changed")
        for action, name in sorted(one.tables):
            table = self._names.find(name)
            if table:
                if is_first:
                    self._found.direct.add(self._facts.root(table))
                self._write(action, table, one.sets)
            elif view := self._names.new(name):
                self._view(action, view, one.sets)
            elif "." in name and not name.startswith("pg_temp."):
                self._found.unknown.add(name)
        for name in sorted(one.calls):
            self._call(name)

    def _guess(self, text: str) -> None:
        """SQL that is put together while it runs writes what is named there, if anything."""
        self._found.is_more = True
        named = list(self._names.mentioned(text))
        for table in named:
            for action in ("insert", "update", "delete"):
                self._write(action, table, frozenset())
        if not named:
            self._found.untold.add("which rows are changed by SQL that is put together while it runs cannot be told")

    def _call(self, name: str) -> None:
        if name in self._called:
            return
        self._called.add(name)
        before = len(self._found.tables)
        for text, one in (*self._facts.routines(name), *self._names.after.routines(name)):
            _Walk.all_of(self._inside(text), one)
        self._found.is_more |= len(self._found.tables) > before or bool(self._found.untold)

    def _inside(self, text: str) -> _Walk:
        walk = _Walk(self._names, self._found, text)
        walk._seen, walk._called = self._seen, self._called
        return walk

    def _write(self, action: str, table: str, sets: frozenset[str]) -> None:
        if (action, table) in self._seen:
            return
        self._seen.add((action, table))
        if not self._facts.is_table(table):
            self._view(action, table, sets)
            return
        self._found.tables.add(self._facts.root(table))
        if action == "truncate":
            self._found.emptied.add(table)
        self._fire(action, table)
        for reference in self._names.referring(table):
            follows = (action in {"delete", "merge"} and reference.key.on_delete) or (
                action == "update" and reference.key.on_update and _meets(sets, reference.key.others)
            )
            if follows or (action == "truncate" and "cascade" in self._text.lower()):
                self._found.is_more = True
                for then in ("truncate",) if action == "truncate" else ("update", "delete"):
                    self._write(then, reference.table, frozenset())

    def _view(self, action: str, view: str, sets: frozenset[str]) -> None:
        self._found.is_more = True
        self._fire(action, view)
        for name in relations(self._facts.view(view) or self._names.after.view(view)).names:
            below = self._names.find(name)
            if below:
                self._write(action, below, sets if self._facts.is_table(below) else frozenset())

    def _fire(self, action: str, table: str) -> None:
        """Triggers and rules."""
        event = {"copy": "INSERT", "merge": "UPDATE"}.get(action, action.upper())
        above = {self._facts.root(table), *self._facts.partitions(table)} if self._facts.is_table(table) else {table}
        before = len(self._seen), len(self._found.untold)
        for one in (trigger for name in sorted(above) for trigger in self._names.triggers(name)):
            if event in one.definition.partition(" ON ")[0]:
                self._call(_function(one.definition))
        for rule in self._facts.rules(table):
            self._found.is_more = True
            self.all_of(written(rule))
        if (len(self._seen), len(self._found.untold)) != before:
            self._found.is_more = True


def _function(trigger: str) -> str:
    """Of `CREATE TRIGGER … EXECUTE FUNCTION app.f('x')`."""
    called = trigger.rpartition(" EXECUTE FUNCTION ")[2].partition("(")[0]
    return ".".join(names_of(called))


def _meets(sets: frozenset[str], others: Sequence[str]) -> bool:
    return not sets or bool(sets & {names_of(name)[0] for name in others})
