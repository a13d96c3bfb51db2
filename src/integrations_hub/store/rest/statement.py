"""SQL as it goes to the database, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integrations_hub.dialect.records import Request

__all__ = ["NOTHING", "Form", "Fragment", "Places", "Statement", "Wanted", "comma", "name", "trusted", "wanted_of_rows"]

Fragment = sql.SQL | sql.Composed | sql.Identifier
Form = Literal["", "rows", "row", "value", "values"]
NOTHING = sql.SQL("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement, its parameters, and how it is to be run."""

    text: bytes
    values: tuple[str, ...]
    writes: bool
    #: Above so many rows, or always without, a second statement explains how many there may be; its parameters.
    cap: int = 0
    explained: bytes | None = None
    explained_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of an answer is wanted; with the shape of the request it decides the text of its SQL."""

    #: What the body is, if there is one: an array, an object, a value, an array of values.
    form: Form = "rows"
    strip_nulls: bool = False
    count: Literal["", "exact", "planned", "estimated"] = ""


class Places:
    """Numbers the parameters of a statement, in the order in which they are needed."""

    def __init__(self) -> None:
        self._taken = 0

    def next(self) -> Fragment:
        """Such as $3."""
        self._taken += 1
        return sql.SQL("${}").format(sql.Literal(self._taken))


def name(*parts: str) -> sql.Identifier:
    """A quoted name."""
    return sql.Identifier(*parts)


def comma(parts: Iterable[Fragment]) -> Fragment:
    """With commas between them."""
    return sql.SQL(", ").join(parts)


def trusted(text: str) -> Fragment:
    """A type or a default as pg_catalog.format_type and pg_get_expr have quoted it, never anything of a request."""
    return sql.SQL(text)


def wanted_of_rows(request: Request) -> Wanted:
    """What a request wants of rows."""
    return Wanted(
        form="" if request.method == "HEAD" else "row" if request.single else "rows",
        strip_nulls=request.strip_nulls, count=request.preferences.count,
    )  # fmt: skip
