"""What comes back behind the main transaction, so that nobody waits for it: indexes, keys, what is to be validated.

Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Key", "concurrently", "key", "unvalidated", "without_not_null"]

_INDEX = re.compile(r"CREATE (UNIQUE )?INDEX ")
_KEY = re.compile(
    r'ALTER TABLE ONLY (?P<table>\S.*?) ADD CONSTRAINT (?P<name>"(?:[^"]|"")+"|\S+) '
    r"(?P<kind>PRIMARY KEY|UNIQUE)(?P<nulls> NULLS NOT DISTINCT)? (?P<columns>\((?:[^()]|\"[^\"]*\")*\))"
    r"(?P<include> INCLUDE \([^()]*\))?"
    r"(?P<storage> WITH \([^()]*\))?(?P<deferrable>(?: DEFERRABLE)?(?: INITIALLY DEFERRED)?)(?P<more>; .*)?",
    re.DOTALL,
)
_CONSTRAINT = re.compile(r'ALTER TABLE (?P<table>\S.*?) ADD CONSTRAINT (?P<name>"(?:[^"]|"")+"|\S+) ')
_NOT_NULL = re.compile(r' CONSTRAINT (?:"(?:[^"]|"")+"|\S+) NOT NULL(?: NO INHERIT)?$| NOT NULL$')


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key in two steps."""

    #: Builds its index beside the writers.
    index: str
    #: Makes a key of it.
    constraint: str


def concurrently(index: str) -> str:
    """CREATE INDEX, beside the writers."""
    return _INDEX.sub(lambda found: f"{found[0]}CONCURRENTLY ", index, count=1)


def key(sql: str) -> Key | None:
    """A primary or unique key by way of its index; None for one that cannot be had so, such as an exclusion."""
    found = _KEY.fullmatch(sql)
    if not found or "WITHOUT OVERLAPS" in found["columns"]:
        return None
    return Key(
        index=f"CREATE UNIQUE INDEX CONCURRENTLY {found['name']} ON {found['table']} {found['columns']}"
        f"{found['include'] or ''}{found['nulls'] or ''}{found['storage'] or ''}",
        constraint=f"ALTER TABLE {found['table']} ADD CONSTRAINT {found['name']} {found['kind']}"
        f" USING INDEX {found['name']}{found['deferrable']}{found['more'] or ''}",
    )


def unvalidated(sql: str) -> tuple[str, str]:
    """A check or foreign key that looks only at new rows, and what looks at the others; empty where nothing is to."""
    found = _CONSTRAINT.match(sql)
    if not found or sql.endswith(" NOT VALID") or " NOT ENFORCED" in sql:
        return sql, ""
    return f"{sql} NOT VALID", f"ALTER TABLE {found['table']} VALIDATE CONSTRAINT {found['name']}"


def without_not_null(column: str) -> tuple[str, bool]:
    """A column's definition that takes NULL, and whether it did not."""
    bare = _NOT_NULL.sub("", column)
    return bare, bare != column
