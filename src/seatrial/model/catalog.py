"""A database's schema as records, in a form that is the same on PostgreSQL 15 to 18."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Catalog", "CatalogObject", "Change", "Difference", "Identity"]

#: Kind and name, such as `("column", "public.contacts.email")`.
Identity = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogObject:
    """A table, a column, a policy, a function … and every fact that makes it what it is."""

    kind: str
    #: Schema-qualified; unique within the kind; a function's with its argument types.
    name: str
    #: The object that this one goes away with (a column's table), if any.
    parent: Identity | None
    #: Fact by name, as text: `{"type": "uuid", "not null": "yes", "default": "gen_random_uuid()"}`.
    facts: Mapping[str, str]

    @property
    def identity(self) -> Identity:
        """What finds the same object in another catalog."""
        return self.kind, self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All objects of a database that a release can make or change."""

    #: As `server_version_num`: 180006.
    server_version: int
    objects: Mapping[Identity, CatalogObject]


class Change(StrEnum):
    """How an observed object departs from the expected one."""

    MISSING = "missing"
    ALTERED = "altered"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One departure, of one object or of one fact of it."""

    change: Change
    kind: str
    name: str
    #: The fact that was altered; empty when the object as a whole is missing or unexpected.
    fact: str = ""
    expected: str = ""
    observed: str = ""
