"""What was read of a target, enough to lay a stand-in of it elsewhere; no row of a user's table is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.catalog import Catalog, Identity

__all__ = ["ColumnStatistics", "Definition", "NotCarried", "Picture", "RelationStatistics", "TableSize"]


#: Bytes of a row with its header and its pointer.
SMALLEST_ROW = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """How large a table or materialized view is on the target."""

    #: As the planner knows it; None where nobody has counted yet.
    rows: float | None
    #: On disk, without indexes.
    bytes: int
    #: Of 8 kB, as of the last VACUUM or ANALYZE.
    pages: int

    @property
    def most_rows(self) -> int:
        """As counted; where nobody has, as many as there can be at most."""
        return round(self.rows) if self.rows is not None else self.bytes // SMALLEST_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """SQL that makes one object, or one fact of it: its owner, its privileges, its comment."""

    #: As the catalog names it: `("table", "public.contacts")`.
    kind: str
    name: str
    #: What of the object this is about; empty for the object itself.
    fact: str = ""
    #: When it is made, as one of a fixed list: `tables`, `foreign keys`.
    phase: str
    #: The object that this one is a part of; a column's table.
    parent: Identity | None = None
    #: One or more statements; of a column, only what stands between the parentheses of CREATE TABLE. Names in it are
    #: qualified, so that it means the same on every search path.
    sql: str = field(repr=False)
    #: Of a table: what stands after the parentheses.
    tail: str = field(default="", repr=False)
    #: Takes it away again, where one that is there and does not belong must go.
    undo: str = field(default="", repr=False)
    #: Of a view: one with the same columns and no content, to begin a circle with.
    shell: str = field(default="", repr=False)
    #: Who must run it; empty for a superuser.
    role: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Finds the same in another database."""
        return self.kind, self.name, self.fact

    @property
    def identity(self) -> Identity:
        """The object that it makes, or is about."""
        return self.kind, self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCarried:
    """Something of the target that the stand-in does not have."""

    #: `extension postgis`
    what: str
    #: The server's words, or ours; never a value of a row or of a setting.
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationStatistics:
    """What the planner knows of a table, a materialized view or an index."""

    schema: str
    name: str
    pages: int
    rows: float
    all_visible: int
    #: Of a table: how long its file is now; 0 where that was not read.
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStatistics:
    """What the planner knows of a column, by the names of `pg_stats`; holds values of rows, so it is never shown."""

    schema: str
    table: str
    column: str
    inherited: bool
    facts: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A target at one moment."""

    #: As `server_version_num`: 180006.
    server_version: int
    #: The login.
    role: str
    database: str
    #: What the stand-in is compared with.
    catalog: Catalog = field(repr=False)
    #: In an order in which each finds what it needs.
    definitions: tuple[Definition, ...] = field(repr=False)
    #: Table of the ledger → its rows, as text that its row type reads.
    ledger: Mapping[str, tuple[str, ...]] = field(repr=False)
    relation_statistics: tuple[RelationStatistics, ...] = field(repr=False)
    column_statistics: tuple[ColumnStatistics, ...] = field(repr=False)
    #: By quoted and qualified name.
    sizes: Mapping[str, TableSize] = field(repr=False)
    #: Of the server, that decide between plans: name → value, in the unit that the server counts in.
    planner_settings: Mapping[str, str] = field(default_factory=dict)
    #: What reading already had to leave behind.
    left: tuple[NotCarried, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """Quoted names of the roles that matter to this database."""
        return tuple(one.name for one in self.definitions if one.kind == "role" and not one.fact)
