"""What a request asks for: its shape, which decides the text of the SQL, and its values, which are parameters of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EVERYTHING", "Column", "Filter", "Logic", "Order", "Preferences", "Query", "Request", "Term", "Window"]

Nulls = Literal["", "first", "last"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the answer, under its own name or another one; `*` is all of them."""

    name: str
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A condition on one column; it takes the next of the request's values, `is` none and a language one more."""

    column: str
    #: As in the query string: eq, like, in …; `is` comes with what it is, such as `is null`.
    operator: str
    negated: bool = False
    #: Any or all of an array of values.
    quantifier: Literal["", "any", "all"] = ""
    #: Of a full-text search: the first of its two values.
    has_language: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic:
    """Conditions of which all must hold, or one."""

    connective: Literal["and", "or"]
    terms: tuple[Term, ...]
    negated: bool = False


Term = Filter | Logic


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One column by which rows are ordered."""

    column: str
    descending: bool = False
    nulls: Nulls = ""


EVERYTHING = (Column(name="*"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The shape: equal ones have the same SQL."""

    select: tuple[Column, ...] = EVERYTHING
    where: tuple[Term, ...] = ()
    order: tuple[Order, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which rows of the answer are wanted."""

    offset: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What the header Prefer asks for; empty where it does not."""

    count: Literal["", "exact", "planned", "estimated"] = ""
    returns: Literal["", "minimal", "headers-only", "representation"] = ""
    resolution: Literal["", "merge-duplicates", "ignore-duplicates"] = ""
    missing: Literal["", "default", "null"] = ""
    handling: Literal["", "strict", "lenient"] = ""
    tx: Literal["", "commit", "rollback"] = ""
    #: Counts with strict handling only.
    max_affected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that was read: everything but its body."""

    method: str
    schema: str
    #: The schema was named in a header, and the answer names it too.
    schema_named: bool = False
    query: Query = Query()
    values: tuple[str, ...] = ()
    window: Window = Window()
    #: Parameters of the query string that are no filters: arguments of a function.
    arguments: Mapping[str, str]
    columns: tuple[str, ...] | None = None
    on_conflict: tuple[str, ...] | None = None
    preferences: Preferences = Preferences()
    #: One object in place of an array.
    single: bool = False
    strip_nulls: bool = False

    @property
    def reads(self) -> bool:
        """Whether it is a method that must not change anything."""
        return self.method in {"GET", "HEAD"}
