"""Tables, their columns, constraints and indexes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.expression import Expression

__all__ = ["Action", "AlterTable", "Column", "Constraint", "CreateIndex", "CreateTable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as CREATE TABLE or ADD COLUMN writes it."""

    name: str
    #: As the grammar spells it, without schema `pg_catalog` and with modifiers: `int4`, `varchar(50)`, `timestamptz`.
    type: str
    offset: int
    not_null: bool = False
    default: Expression | None = None
    #: GENERATED ALWAYS AS (…) STORED or VIRTUAL.
    generated: Expression | None = None
    stored: bool = False
    identity: bool = False
    #: serial, bigserial, smallserial
    serial: bool = False
    #: PRIMARY KEY, UNIQUE, REFERENCES and CHECK that stand at the column.
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A constraint of a table."""

    #: `primary key`, `unique`, `foreign key`, `check`, `exclude`, `not null`
    kind: str
    offset: int
    name: str = ""
    columns: tuple[str, ...] = ()
    parent: str = ""
    parent_columns: tuple[str, ...] = ()
    #: `cascade`, `set null`, `set default`, `restrict`; empty for no action.
    on_delete: str = ""
    on_update: str = ""
    not_valid: bool = False
    #: An index that is there already.
    using_index: str = ""
    expression: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTable:
    """CREATE TABLE, CREATE TABLE AS, SELECT INTO, CREATE FOREIGN TABLE."""

    table: str
    columns: tuple[Column, ...] = ()
    #: Those that stand beside the columns; of columns, see there.
    constraints: tuple[Constraint, ...] = ()
    if_not_exists: bool = False
    temporary: bool = False
    unlogged: bool = False
    foreign: bool = False
    partitioned: bool = False
    partition_of: str = ""
    inherits: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    #: Of WITH (…): name → value.
    options: Mapping[str, str] = field(default_factory=dict)
    #: Of CREATE TABLE AS.
    query: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action of ALTER TABLE."""

    #: `add column`, `drop column`, `set type`, `set default`, `drop default`, `set not null`, `drop not null`,
    #: `add constraint`, `drop constraint`, `validate constraint`, `alter constraint`, `enable row security`,
    #: `disable row security`, `force row security`, `no force row security`, `set logged`, `set unlogged`,
    #: `set access method`, `set tablespace`, `cluster on`, `replica identity`, `enable trigger`, `disable trigger`,
    #: `add identity`, `set identity`, `drop identity`, `drop expression`, `set expression`, `attach partition`,
    #: `detach partition`, `inherit`, `no inherit`, `set statistics`, `set options`, `reset options`, `owner`, `other`
    kind: str
    offset: int
    #: The column, constraint, trigger, partition or role that is meant.
    name: str = ""
    column: Column | None = None
    constraint: Constraint | None = None
    #: USING of a change of type; a new default.
    expression: Expression | None = None
    if_exists: bool = False
    cascade: bool = False
    concurrently: bool = False
    #: Of SET (…): name → value.
    options: Mapping[str, str] = field(default_factory=dict)
    #: `full`, `nothing`, `default`, `index` of REPLICA IDENTITY.
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterTable:
    """ALTER TABLE and its like."""

    table: str
    actions: tuple[Action, ...]
    #: `table`, `view`, `materialized view`, `index`, `sequence`, `foreign table`, `type`
    kind: str = "table"
    if_exists: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIndex:
    """CREATE INDEX."""

    #: Without a schema: it lies in that of its table. Empty where the statement gives no name.
    index: str
    table: str
    #: Its columns in order; an empty name for an expression.
    columns: tuple[str, ...]
    expressions: tuple[Expression, ...] = ()
    included: tuple[str, ...] = ()
    where: Expression | None = None
    unique: bool = False
    concurrently: bool = False
    if_not_exists: bool = False
    method: str = "btree"
    only: bool = False
