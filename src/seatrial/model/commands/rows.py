"""What reads or changes rows, maintains tables, and sets variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.expression import Expression

__all__ = ["Data", "Maintain", "SetVariable", "Truncate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """SELECT, INSERT, UPDATE, DELETE, MERGE, COPY: what reads or changes rows."""

    #: `select`, `insert`, `update`, `delete`, `merge`, `copy`, `call`
    kind: str
    #: The table that is changed; empty for SELECT.
    table: str = ""
    #: The first table in FROM of INSERT … SELECT, whose rows batches go through.
    first: str = ""
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
