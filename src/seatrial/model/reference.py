"""A schema as a person looks it up: what its pages, its diagram and the documentation proof are made from."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ColumnPrivilege",
    "Reference",
    "ReferenceColumn",
    "ReferenceConstraint",
    "ReferenceFunction",
    "ReferenceIndex",
    "ReferenceKey",
    "ReferencePolicy",
    "ReferenceTable",
    "ReferenceTrigger",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceColumn:
    """A column of a table or a view."""

    name: str
    #: As `format_type` has it.
    type: str
    nullable: bool
    #: The default, or the expression of a generated column; empty for none.
    default: str = ""
    generated: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceKey:
    """A foreign key."""

    name: str
    columns: tuple[str, ...]
    #: `public.organizations`
    parent: str
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceConstraint:
    """A check, a unique or an exclusion constraint."""

    name: str
    #: As `pg_get_constraintdef` has it.
    definition: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTrigger:
    """A trigger."""

    name: str
    #: As `pg_get_triggerdef` has it.
    definition: str
    enabled: bool = True
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPrivilege:
    """What a role may do with some columns of a table, where it may not with all of them."""

    role: str
    #: SELECT, INSERT, UPDATE or REFERENCES.
    privilege: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceIndex:
    """An index, those behind keys among them."""

    name: str
    #: As `pg_get_indexdef` has it.
    definition: str
    unique: bool
    #: Whether a primary key, a unique or an exclusion constraint is made of it.
    constraint: bool
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePolicy:
    """A policy of row-level security."""

    name: str
    #: SELECT, INSERT, UPDATE, DELETE or ALL.
    command: str
    permissive: bool
    roles: tuple[str, ...]
    #: As `pg_get_expr` has it; empty where there is none.
    using: str = ""
    check: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTable:
    """A table, a view, a materialized view or a foreign table."""

    schema: str
    name: str
    #: `table`, `partitioned table`, `partition`, `view`, `materialized view`, `foreign table`
    kind: str
    comment: str = ""
    columns: tuple[ReferenceColumn, ...] = ()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ReferenceKey, ...] = ()
    indexes: tuple[ReferenceIndex, ...] = ()
    policies: tuple[ReferencePolicy, ...] = ()
    row_security: bool = False
    forced: bool = False
    #: Role → what it may do, in the order of the letters: `("DELETE", "INSERT", "SELECT")`; the owner is left out.
    privileges: tuple[tuple[str, tuple[str, ...]], ...] = ()
    column_privileges: tuple[ColumnPrivilege, ...] = ()
    #: Those that are neither a primary nor a foreign key.
    constraints: tuple[ReferenceConstraint, ...] = ()
    triggers: tuple[ReferenceTrigger, ...] = ()
    #: Of a view: whether it reads as whoever asks, not as its owner.
    invoker: bool = False
    #: What it is a partition of, or inherits from.
    parent: str = ""

    @property
    def full_name(self) -> str:
        """`public.contacts`."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFunction:
    """A function or a procedure; those of extensions are left out."""

    schema: str
    name: str
    #: As `pg_get_function_arguments` has it.
    arguments: str
    returns: str
    language: str
    security_definer: bool
    #: Roles that may call it, without its owner; `PUBLIC` for everybody.
    callers: tuple[str, ...]
    is_trigger: bool = False
    comment: str = ""
    #: `function`, `procedure` or `aggregate`.
    kind: str = "function"

    @property
    def full_name(self) -> str:
        """`public.evaluate_alert_rules(organization uuid)`."""
        return f"{self.schema}.{self.name}({self.arguments})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Everything that belongs to the project, by name; schemas of the platform and of extensions are left out."""

    tables: tuple[ReferenceTable, ...] = ()
    functions: tuple[ReferenceFunction, ...] = ()
