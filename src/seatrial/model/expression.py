"""What an expression or a query mentions: enough to say what a policy rests on, without running it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Call", "Comparison", "Expression", "SubQuery"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function that is called."""

    #: As it is written, in lower case where it is not quoted: `auth.uid`, `current_org`.
    name: str
    #: Character offset in the script.
    offset: int
    #: Columns of the row itself that its arguments mention.
    columns: tuple[str, ...] = ()
    #: Its arguments that are constants, as text; None for the others.
    arguments: tuple[str | None, ...] = ()
    #: It is the only thing in a sub-select without FROM, which is evaluated once: `(select auth.uid())`.
    once: bool = False
    #: It stands in a sub-select that reads a table.
    nested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`left operator right`, IN, LIKE and IS [NOT] DISTINCT FROM among them."""

    #: `=`, `<>`, `~~` for LIKE, `in`, `any`, `is distinct from`, `is not distinct from` …
    operator: str
    #: Both sides as SQL.
    left: str
    right: str
    #: Columns that each side is, where it is nothing but one: `org_id`, `m.org_id`; casts do not count. Else empty.
    left_column: str = ""
    right_column: str = ""
    offset: int = -1
    #: It stands in a sub-select that reads a table.
    nested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SubQuery:
    """A sub-select that reads tables."""

    #: `exists`, `any` (IN and = ANY), `all`, `scalar`, `array`
    kind: str
    #: Qualified; a name without a schema is `public.NAME`.
    tables: tuple[str, ...]
    offset: int
    #: It mentions a column of the row itself, and so runs once for each row.
    correlated: bool = False
    #: It cannot give more than one row: it aggregates, or is limited to one.
    single: bool = False
    #: Functions that it calls.
    calls: tuple[str, ...] = ()
    #: Its WHERE compares something.
    has_where: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression, or a whole query."""

    #: As SQL; a whole query is not written out and has an empty one.
    text: str
    #: Character offset in the script.
    offset: int
    #: What it is for every row, where that can be told: `true`, `1 = 1`, `a or true`.
    constant: bool | None = None
    calls: tuple[Call, ...] = ()
    #: Columns of the row itself, without the name of the table before them.
    columns: tuple[str, ...] = ()
    #: String constants, those in arguments and JSON paths among them.
    strings: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    #: What is tested by IS NULL, as SQL; and by IS NOT NULL.
    is_null: tuple[str, ...] = ()
    is_not_null: tuple[str, ...] = ()
    subqueries: tuple[SubQuery, ...] = ()
    #: Every table that is read at any depth, qualified.
    tables: tuple[str, ...] = ()
    #: Of the top level, as SQL: what OR joins; one where there is no OR.
    alternatives: tuple[str, ...] = ()
    #: `current_user`, `session_user`, `current_role` and their like.
    keywords: tuple[str, ...] = ()
    #: Columns of the row that are cast as they are, with the type.
    casts: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Of the functions that are called."""
        return frozenset(call.name for call in self.calls)
