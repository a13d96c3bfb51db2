"""Privileges and roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AlterDefaultPrivileges", "AlterRole", "Grant", "GrantRole"]


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
