"""SQL statements as records: what each does to a schema, as far as its text says it.

Names of relations, functions and types are qualified; where the statement does not say the schema, it is `public`.
Offsets are characters of the script.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.expression import Expression

__all__ = [
    "Action",
    "AlterDefaultPrivileges",
    "AlterEnum",
    "AlterFunction",
    "AlterPolicy",
    "AlterPublication",
    "AlterRole",
    "AlterTable",
    "ChangeOwner",
    "Column",
    "Command",
    "Comment",
    "Constraint",
    "CreateDomain",
    "CreateExtension",
    "CreateFunction",
    "CreateIndex",
    "CreatePolicy",
    "CreateSchema",
    "CreateTable",
    "CreateTrigger",
    "CreateType",
    "CreateView",
    "Data",
    "Do",
    "Drop",
    "Grant",
    "GrantRole",
    "Inner",
    "Maintain",
    "Other",
    "Parameter",
    "Rename",
    "SetSchema",
    "SetVariable",
    "Truncate",
]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """DROP of anything."""

    #: `table`, `view`, `materialized view`, `index`, `sequence`, `function`, `procedure`, `policy`, `trigger`, `rule`,
    #: `type`, `domain`, `schema`, `extension`, `role`, `publication`, `database`, `owned` …
    kind: str
    #: Qualified where that kind of thing lies in a schema; of a policy, trigger or rule its own name.
    names: tuple[str, ...]
    #: The table of a policy, trigger or rule.
    table: str = ""
    #: Of functions, for each name the types of its arguments; None where the statement names none.
    signatures: tuple[tuple[str, ...] | None, ...] = ()
    cascade: bool = False
    if_exists: bool = False
    concurrently: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """RENAME of anything."""

    #: As in Drop, and `column`, `constraint`, `attribute`, `enum value`.
    kind: str
    #: The table, view, type or whatever is renamed, or whose part is.
    name: str
    #: Of a column, constraint, policy, trigger, attribute or value: its old name.
    part: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSchema:
    """ALTER … SET SCHEMA."""

    kind: str
    name: str
    schema: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOwner:
    """ALTER … OWNER TO, of anything but a table."""

    kind: str
    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePolicy:
    """CREATE POLICY."""

    policy: str
    table: str
    #: `all`, `select`, `insert`, `update`, `delete`
    command: str
    permissive: bool
    #: `public` where the statement names none.
    roles: tuple[str, ...]
    using: Expression | None = None
    check: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterPolicy:
    """ALTER POLICY; what it does not change is None."""

    policy: str
    table: str
    roles: tuple[str, ...] | None = None
    using: Expression | None = None
    check: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A statement or an expression in the body of a function."""

    command: Command
    offset: int
    #: Reached only where a look-up in the catalog has found something, or its failure is caught.
    guarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Of a function."""

    name: str
    type: str
    #: `in`, `out`, `inout`, `variadic`, `table`
    mode: str = "in"
    has_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFunction:
    """CREATE FUNCTION and CREATE PROCEDURE."""

    function: str
    parameters: tuple[Parameter, ...]
    #: `void`, `trigger`, `uuid`; empty for a procedure and for RETURNS TABLE.
    returns: str
    returns_set: bool
    language: str
    replace: bool = False
    procedure: bool = False
    definer: bool = False
    #: `volatile`, `stable`, `immutable`
    volatility: str = "volatile"
    #: `unsafe`, `restricted`, `safe`
    parallel: str = "unsafe"
    leakproof: bool = False
    strict: bool = False
    #: SET of the definition: name → value as SQL; `search_path` → `""`.
    settings: Mapping[str, str] = field(default_factory=dict)
    #: Its source; empty where it has none that we read.
    body: str = ""
    #: Where the body begins in the script; -1 where that is not known.
    body_offset: int = -1
    #: What of the body could be read.
    inner: tuple[Inner, ...] = ()
    #: Expressions of EXECUTE, with what is put together there.
    dynamic: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterFunction:
    """ALTER FUNCTION; what it does not change is None."""

    function: str
    #: Types of the arguments; None where the statement names none.
    types: tuple[str, ...] | None = None
    definer: bool | None = None
    volatility: str | None = None
    parallel: str | None = None
    leakproof: bool | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    #: Settings that RESET takes away; `all` for every one.
    reset: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateView:
    """CREATE VIEW and CREATE MATERIALIZED VIEW."""

    view: str
    query: Expression
    materialized: bool = False
    replace: bool = False
    if_not_exists: bool = False
    temporary: bool = False
    #: Of WITH (…), lower case: `security_invoker` → `true`.
    options: Mapping[str, str] = field(default_factory=dict)
    #: Names of its columns, as far as the text tells them; an empty name where it does not.
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTrigger:
    """CREATE TRIGGER, CREATE RULE and CREATE EVENT TRIGGER."""

    trigger: str
    #: Empty for an event trigger.
    table: str
    function: str = ""
    #: `before`, `after`, `instead of`; `rule`, `event trigger`
    timing: str = ""
    events: tuple[str, ...] = ()
    replace: bool = False
    for_each_row: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """GRANT and REVOKE of privileges."""

    #: In lower case; `all` for all of them.
    privileges: tuple[str, ...]
    #: `table`, `sequence`, `function`, `schema`, `type`, `database` …
    kind: str
    #: Qualified; of `ALL … IN SCHEMA` the schemas.
    names: tuple[str, ...]
    roles: tuple[str, ...]
    #: Of functions, as in Drop.
    signatures: tuple[tuple[str, ...] | None, ...] = ()
    revoke: bool = False
    all_in_schema: bool = False
    #: Of column privileges: the columns.
    columns: tuple[str, ...] = ()
    grant_option: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """GRANT role TO role."""

    granted: tuple[str, ...]
    roles: tuple[str, ...]
    revoke: bool = False
    admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterDefaultPrivileges:
    """ALTER DEFAULT PRIVILEGES."""

    grant: Grant
    #: Empty for every schema.
    schemas: tuple[str, ...] = ()
    for_roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterRole:
    """CREATE ROLE, ALTER ROLE, and ALTER ROLE … SET."""

    role: str
    create: bool
    #: `superuser` → `true`, `bypassrls` → `true`, `login` → `false`; of SET, `set NAME` → value.
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateType:
    """CREATE TYPE."""

    type: str
    #: `enum`, `composite`, `range`, `base`
    kind: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterEnum:
    """ALTER TYPE … ADD VALUE or RENAME VALUE."""

    type: str
    value: str
    #: BEFORE or AFTER is there.
    placed: bool = False
    if_not_exists: bool = False
    #: The old value of RENAME VALUE.
    renamed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDomain:
    """CREATE DOMAIN, and ALTER DOMAIN where `alters` says what it does."""

    domain: str
    type: str = ""
    #: It has a CHECK or NOT NULL.
    constrained: bool = False
    not_valid: bool = False
    #: `add constraint`, `drop constraint`, `validate constraint`, `set not null`, `drop not null`, `set default`
    alters: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSchema:
    """CREATE SCHEMA."""

    schema: str
    if_not_exists: bool = False
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateExtension:
    """CREATE EXTENSION."""

    extension: str
    schema: str = ""
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterPublication:
    """CREATE PUBLICATION and ALTER PUBLICATION."""

    publication: str
    create: bool
    #: `add`, `drop`, `set`
    change: str = "set"
    tables: tuple[str, ...] = ()
    all_tables: bool = False
    schemas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """COMMENT ON."""

    kind: str
    #: The object; of a column, constraint, policy or trigger its table.
    name: str
    #: The column, constraint, policy or trigger.
    part: str = ""
    #: Of a function, as in Drop.
    signature: tuple[str, ...] | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """SELECT, INSERT, UPDATE, DELETE, MERGE, COPY: what reads or changes rows."""

    #: `select`, `insert`, `update`, `delete`, `merge`, `copy`, `call`
    kind: str
    #: The table that is changed; empty for SELECT.
    table: str = ""
    #: Columns that INSERT lists, or UPDATE sets.
    columns: tuple[str, ...] = ()
    has_where: bool = False
    has_returning: bool = False
    #: INSERT … VALUES with constants only.
    constant_rows: bool = False
    #: ON CONFLICT is there.
    on_conflict: bool = False
    #: All that the statement mentions.
    query: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate:
    """TRUNCATE."""

    tables: tuple[str, ...]
    cascade: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintain:
    """LOCK, VACUUM, CLUSTER, REINDEX, ANALYZE, REFRESH MATERIALIZED VIEW, ALTER SYSTEM, and their like."""

    #: `lock`, `vacuum`, `vacuum full`, `cluster`, `reindex`, `analyze`, `refresh`, `alter system`, `alter database`,
    #: `create database`, `create tablespace`, `load`, `listen` …
    kind: str
    #: Qualified relations, or what else is named.
    names: tuple[str, ...] = ()
    #: Of LOCK: `access exclusive`, `share` …; of REINDEX: `table`, `index`, `schema`, `database`.
    mode: str = ""
    concurrently: bool = False
    nowait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariable:
    """SET, SET LOCAL, RESET and set_config."""

    #: In lower case: `lock_timeout`, `role`, `search_path`; `all` of RESET ALL.
    name: str
    #: As text; None for RESET and DEFAULT.
    value: str | None
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Do:
    """A DO block; what it holds follows as statements of their own."""

    language: str
    #: Expressions of EXECUTE that are not plain constants.
    dynamic: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Whatever else there is."""

    #: The grammar's node name: `create_cast_stmt`.
    node: str


Command = (
    CreateTable | AlterTable | CreateIndex | Drop | Rename | SetSchema | ChangeOwner | CreatePolicy | AlterPolicy
    | CreateFunction | AlterFunction | CreateView | CreateTrigger | Grant | GrantRole | AlterDefaultPrivileges
    | AlterRole | CreateType | AlterEnum | CreateDomain | CreateSchema | CreateExtension | AlterPublication | Comment
    | Data | Truncate | Maintain | SetVariable | Do | Other
)  # fmt: skip
