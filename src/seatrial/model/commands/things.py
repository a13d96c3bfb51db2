"""What is the same for things of any kind, and the small ones."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AlterEnum",
    "AlterPublication",
    "ChangeOwner",
    "Comment",
    "CreateDomain",
    "CreateExtension",
    "CreateSchema",
    "CreateType",
    "Drop",
    "Other",
    "Rename",
    "SetSchema",
]


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
class Other:
    """Whatever else there is."""

    #: The grammar's node name: `create_cast_stmt`.
    node: str
