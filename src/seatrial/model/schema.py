"""The schema that the files of a folder build up, statement by statement, without a database.

Everything has a life: the statement that made it and the one that took it away. A record that a rule gets is as it was
at one moment: at the end, or before a statement.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seatrial.model.commands import Column, Command, Constraint, CreateFunction, CreateIndex, CreateView, Grant
    from seatrial.model.expression import Expression
    from seatrial.model.source import Script, Statement
    from seatrial.model.tenancy import Tenancy

__all__ = [
    "Function",
    "Index",
    "Life",
    "Occasion",
    "Policy",
    "Privilege",
    "Schema",
    "Table",
    "TableColumn",
    "TableConstraint",
    "Trigger",
    "View",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A statement at its place in the folder; those inside a DO block are occasions of their own."""

    #: In the order in which they run.
    number: int
    script: Script
    statement: Statement
    command: Command
    #: Character offset in the script.
    offset: int
    #: Steps of a file that COMMIT separates, and stand-alone statements, are transactions of their own.
    step: int = 0
    #: It stands in a DO block.
    in_do: bool = False
    #: It runs only where a look-up in the catalog has found something, or its failure is caught.
    guarded: bool = False

    @property
    def transaction(self) -> tuple[str, int]:
        """The same for statements that share a transaction."""
        return self.script.source.path, self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """From when to when something is there."""

    made: Occasion
    gone: Occasion | None = None

    def lasts(self, before: Occasion | None) -> bool:
        """Whether it is there right before a statement; with None, at the end."""
        if before is None:
            return self.gone is None
        return self.made.number < before.number and (self.gone is None or self.gone.number >= before.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column of a table."""

    life: Life
    column: Column
    not_null: bool

    @property
    def name(self) -> str:
        """Without quotes."""
        return self.column.name


@dataclass(frozen=True, slots=True, kw_only=True)
class TableConstraint:
    """A constraint, with the name that PostgreSQL gives one without."""

    life: Life
    name: str
    constraint: Constraint
    #: False as long as it is NOT VALID.
    valid: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index that a statement of its own made."""

    life: Life
    #: Without a schema.
    name: str
    index: CreateIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy, with what ALTER POLICY made of it."""

    life: Life
    name: str
    table: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: Expression | None
    check: Expression | None

    def applies_to(self, command: str) -> bool:
        """Whether it is asked for this command: `select`, `insert`, `update`, `delete`."""
        return self.command in {"all", command}

    @property
    def checked(self) -> Expression | None:
        """What new rows have to satisfy: WITH CHECK, or USING in its place."""
        return self.check or (self.using if self.command in {"all", "update"} else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger of a table."""

    life: Life
    name: str
    table: str
    function: str
    timing: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """One privilege of one role, and the statement that gave it; None where the platform's defaults did."""

    role: str
    #: `select`, `insert`, `update`, `delete`, `truncate`, `references`, `trigger`, `maintain`; `execute`; `usage` …
    name: str
    by: Occasion | None
    #: Empty for the whole object.
    columns: tuple[str, ...] = ()
    grant_option: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, at one moment."""

    life: Life
    #: `public.contacts`
    name: str
    columns: tuple[TableColumn, ...] = ()
    constraints: tuple[TableConstraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    policies: tuple[Policy, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    privileges: tuple[Privilege, ...] = ()
    row_security: bool = False
    forced: bool = False
    owner: str = ""
    comment: str = ""
    temporary: bool = False
    unlogged: bool = False
    foreign: bool = False
    partitioned: bool = False
    partition_of: str = ""
    inherits: tuple[str, ...] = ()
    #: `default`, `full`, `nothing`, `index`
    replica_identity: str = "default"
    #: Publications that carry it, those of all tables not counted.
    publications: tuple[str, ...] = ()

    @property
    def schema(self) -> str:
        """`public`."""
        return self.name.partition(".")[0]

    @property
    def short(self) -> str:
        """`contacts`."""
        return self.name.partition(".")[2]

    def column(self, name: str) -> TableColumn | None:
        """The column of that name."""
        return next((one for one in self.columns if one.name == name), None)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Its columns."""
        return next((one.constraint.columns for one in self.constraints if one.constraint.kind == "primary key"), ())

    @property
    def foreign_keys(self) -> tuple[TableConstraint, ...]:
        """In order."""
        return tuple(one for one in self.constraints if one.constraint.kind == "foreign key")

    @property
    def unique_keys(self) -> Iterator[tuple[tuple[str, ...], Life]]:
        """Column lists that cannot occur twice: of keys, constraints and whole unique indexes on columns."""
        for one in self.constraints:
            if one.constraint.kind in {"primary key", "unique"}:
                yield one.constraint.columns, one.life
        for made in self.indexes:
            if made.index.unique and made.index.where is None and all(made.index.columns):
                yield made.index.columns, made.life

    @property
    def indexed(self) -> Iterator[tuple[str, ...]]:
        """Column lists that some index has, in its order; partial indexes, and all but B-trees, are left out."""
        yield from (columns for columns, _ in self.unique_keys)
        for made in self.indexes:
            if made.index.where is None and made.index.method in {"btree", "hash"} and not made.index.unique:
                yield made.index.columns

    def is_indexed(self, columns: Iterable[str]) -> bool:
        """Whether some index begins with these columns, in any order."""
        wanted = list(columns)
        return any(set(wanted) == set(found[: len(wanted)]) for found in self.indexed)

    def granted(self, role: str, privilege: str) -> bool:
        """Whether a role, or everybody, has a privilege on the whole table."""
        return any(
            one.name == privilege and not one.columns and one.role in {role, "public"} for one in self.privileges
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function or a procedure, at one moment."""

    life: Life
    #: `public.current_org`
    name: str
    #: The last CREATE [OR REPLACE], with what ALTER FUNCTION made of it.
    made: CreateFunction
    privileges: tuple[Privilege, ...] = ()
    owner: str = ""
    comment: str = ""

    @property
    def signature(self) -> str:
        """`public.current_org(uuid)`; out parameters are none."""
        types = (one.type for one in self.made.parameters if one.mode not in {"out", "table"})
        return f"{self.name}({', '.join(types)})"

    def callable_by(self, role: str) -> bool:
        """Whether a role, or everybody, may call it."""
        return any(one.name == "execute" and one.role in {role, "public"} for one in self.privileges)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view or a materialized view, at one moment."""

    life: Life
    name: str
    made: CreateView
    options: Mapping[str, str] = field(default_factory=dict)
    privileges: tuple[Privilege, ...] = ()
    owner: str = ""
    comment: str = ""

    @property
    def invoker(self) -> bool:
        """Whether it reads with the rights of who asks."""
        return self.options.get("security_invoker", "false") in {"true", "on", "1", "yes"}

    def granted(self, role: str, privilege: str) -> bool:
        """Whether a role, or everybody, has a privilege on it."""
        return any(one.name == privilege and one.role in {role, "public"} for one in self.privileges)


@dataclass(frozen=True, kw_only=True)
class Schema:
    """All of it."""

    #: `supabase` or `postgres`.
    platform: str
    #: Schemas that clients reach through the API.
    exposed: tuple[str, ...]
    #: What a person has declared about tenants; None for nothing.
    tenancy: Tenancy | None
    #: Every statement, in order.
    occasions: tuple[Occasion, ...]
    #: Everything that ever was, by name; of one name there may be several lives.
    all_tables: tuple[Table, ...] = ()
    all_functions: tuple[Function, ...] = ()
    all_views: tuple[View, ...] = ()
    #: Default privileges for objects to come: schema (empty for every one) and grant, in order.
    defaults: tuple[tuple[Occasion, str, Grant], ...] = ()
    #: The last version that counts as deployed; empty for none.
    after: str = ""

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """At the end, by name; temporary ones are left out."""
        found = (_at(one, None) for one in self.all_tables if one.life.lasts(None) and not one.temporary)
        return tuple(sorted(found, key=lambda one: one.name))

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """At the end, by name and types."""
        return tuple(sorted((one for one in self.all_functions if one.life.lasts(None)), key=lambda one: one.signature))

    @cached_property
    def views(self) -> tuple[View, ...]:
        """At the end, by name."""
        return tuple(sorted((one for one in self.all_views if one.life.lasts(None)), key=lambda one: one.name))

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """Of all tables, at the end."""
        return tuple(policy for table in self.tables for policy in table.policies)

    @cached_property
    def _tables(self) -> dict[str, list[Table]]:
        return _by_name(self.all_tables)

    @cached_property
    def _functions(self) -> dict[str, list[Function]]:
        return _by_name(self.all_functions)

    def table(self, name: str, before: Occasion | None = None) -> Table | None:
        """A table at the end, or as it is right before a statement; None where the files do not make it."""
        found = [one for one in self._tables.get(name, []) if one.life.lasts(before)]
        return _at(found[-1], before) if found else None

    def view(self, name: str) -> View | None:
        """A view at the end."""
        return next((one for one in self.views if one.name == name), None)

    def called(self, name: str) -> tuple[Function, ...]:
        """The functions of the files that a call may mean, at the end; a bare name may lie in any exposed schema."""
        names = [name] if "." in name else [f"{schema}.{name}" for schema in ("public", *self.exposed)]
        found = [one for full in dict.fromkeys(names) for one in self._functions.get(full, [])]
        return tuple(one for one in found if one.life.lasts(None))

    def is_new(self, table: str, occasion: Occasion) -> bool:
        """Whether nobody can be using a table when a statement comes to it.

        It is made by the same file, or by one that is not deployed yet where that is known.
        """
        found = self.table(table, before=occasion)
        if found is None:
            return False
        made = found.life.made.script.source
        return made.path == occasion.script.source.path or bool(self.after and made.version > self.after)


def _by_name(things: Iterable[Table] | Iterable[Function]) -> dict[str, list]:  # type: ignore[type-arg]
    found: dict[str, list] = {}  # type: ignore[type-arg]
    for thing in things:
        found.setdefault(thing.name, []).append(thing)
    return found


def _at(table: Table, before: Occasion | None) -> Table:
    """Only what is there at that moment."""
    return replace(
        table,
        columns=tuple(one for one in table.columns if one.life.lasts(before)),
        constraints=tuple(one for one in table.constraints if one.life.lasts(before)),
        indexes=tuple(one for one in table.indexes if one.life.lasts(before)),
        policies=tuple(one for one in table.policies if one.life.lasts(before)),
        triggers=tuple(one for one in table.triggers if one.life.lasts(before)),
    )
