"""What the catalogs say of tables, as far as it decides which rows go in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PARTITION_KEY", "Check", "Column", "ForeignKey", "Key", "Schema", "Shape", "Table", "Type"]

#: Name of the check that one of the partitions takes a row; as the query says it.
PARTITION_KEY = "partition key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type and what it is made of; object identifiers are 0 where they say nothing."""

    oid: int
    name: str
    #: As it is written in a cast.
    label: str
    #: `pg_type.typtype`
    kind: str
    element: int
    #: At the bottom of a domain.
    base: int
    base_typmod: int
    base_name: str
    not_null: bool
    #: Name and expression over VALUE.
    checks: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]
    subtype: int
    range: int
    #: Type and modifier of each field of a composite.
    fields: tuple[tuple[int, int], ...]
    #: As JSON it, or a part of it, is something that its input function does not read: hstore is an object there.
    own_json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the planner's statistics say of a column: numbers, no values."""

    null_frac: float
    #: Bytes.
    avg_width: int
    #: As in `pg_stats`: negative is a share of the rows.
    n_distinct: float
    correlation: float
    #: How many most common values there are, and the share of the rows that has them.
    common: int
    common_share: float
    #: How many bounds the histogram has.
    bounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; of a domain it has the type at the bottom, and the domain's checks are checks of the table."""

    name: str
    ident: str
    type: Type
    typmod: int
    #: Name of the type as it is written in a cast.
    cast: str
    not_null: bool
    default: str
    #: The expression of a generated column.
    generated: str
    #: The server numbers the rows: identity or a default from a sequence.
    numbered: bool
    sequence: str
    shape: Shape | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that must not be false; over columns that are not generated."""

    name: str
    text: str
    columns: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Columns that no two rows share."""

    name: str
    columns: frozenset[str]
    #: Holds for every row.
    whole: bool
    nulls_distinct: bool
    deferrable: bool
    #: Equal are rows whose columns are equal: no expression, no other operator.
    plain: bool
    #: Values that differ by little may count as equal.
    coarse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Columns that point to a row of a parent."""

    name: str
    parent: str
    columns: tuple[str, ...]
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that may be filled."""

    name: str
    schema: str
    bare: str
    partitioned: bool
    columns: Mapping[str, Column]
    checks: tuple[Check, ...]
    keys: tuple[Key, ...]
    foreign_keys: tuple[ForeignKey, ...]
    #: What each generated column is computed from.
    sources: Mapping[str, frozenset[str]]
    #: Fire even while we fill.
    triggers: tuple[str, ...]
    #: Which of its rows are counted and pointed to, as a condition over `t`; empty for all of them.
    condition: str = ""

    def seen(self, alias: str) -> str:
        """The rows that count, as they are named in FROM."""
        if not self.condition:
            return f"{self.only} AS {alias}"
        return f"(SELECT * FROM {self.only} AS t WHERE {self.condition}) AS {alias}"  # noqa: S608

    @property
    def only(self) -> str:
        """How its own rows are named in FROM: those of tables that inherit from it are not its own."""
        return self.name if self.partitioned else f"ONLY {self.name}"

    def may_be_null(self, columns: tuple[str, ...]) -> bool:
        """Whether a foreign key over the columns may point nowhere."""
        return any(not self.columns[name].not_null for name in columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """All tables by qualified name, all types by object identifier."""

    tables: Mapping[str, Table]
    types: Mapping[int, Type]
