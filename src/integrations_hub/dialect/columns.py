"""Lists of columns: `select=id,kind:integration_type`, `order=name.desc.nullslast`, `columns=`, `on_conflict=`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from integrations_hub.dialect.records import Column, Order
from integrations_hub.dialect.scanner import Scanner

if TYPE_CHECKING:
    from integrations_hub.dialect.records import Nulls

__all__ = ["read_names", "read_order", "read_select"]

AGGREGATE = re.compile(r"\.(sum|avg|min|max|count)\(\)")
ALIAS = re.compile(r":(?!:)")
DIRECTION = re.compile(r"\.(asc|desc)(?=\.|,|$| )")
NULLS = re.compile(r"\.nulls(first|last)(?=,|$| )")
SPACE = re.compile(r"[ \t]*")
#: Of which what was read is kept: clients send the same again and again.
TEXTS = 512


@lru_cache(maxsize=TEXTS)
def read_select(text: str) -> tuple[Column, ...]:
    """The parameter `select`.

    Raises:
        Refusal: it cannot be read, or asks for what the hub does not have.
    """
    scanner = Scanner(text, "select parameter")
    if scanner.ended:
        return ()
    columns = [_column(scanner)]
    while scanner.takes(","):
        columns.append(_column(scanner))
    scanner.end('"," or end of input')
    return tuple(columns)


@lru_cache(maxsize=TEXTS)
def read_order(text: str) -> tuple[Order, ...]:
    """The parameter `order`.

    Raises:
        Refusal: as of read_select.
    """
    scanner = Scanner(text, "order")
    terms = [_order(scanner)]
    while scanner.takes(","):
        terms.append(_order(scanner))
    scanner.end('delimiter (.), "," or end of input')
    return tuple(terms)


def read_names(text: str, what: str) -> tuple[str, ...]:
    """The parameters `columns` and `on_conflict`.

    Raises:
        Refusal: it cannot be read.
    """
    scanner = Scanner(text, f"{what} parameter")
    names = [scanner.name()]
    while scanner.takes(","):
        names.append(scanner.name())
    scanner.end('"," or end of input')
    return tuple(dict.fromkeys(names))


def _column(scanner: Scanner) -> Column:
    scanner.match(SPACE)
    if scanner.takes("..."):
        raise scanner.lacks("spread of an embedded resource (...)")
    if scanner.takes("*"):
        return Column(name="*")
    name, alias = scanner.name(), ""
    if scanner.match(ALIAS):
        name, alias = scanner.name(), name
    _only_a_column(scanner, name)
    return Column(name=name, alias=alias)


def _only_a_column(scanner: Scanner, name: str) -> None:
    """Name what else it could be in PostgREST."""
    if scanner.sees("->"):
        raise scanner.lacks("JSON paths (-> and ->>)")
    if scanner.sees("::"):
        raise scanner.lacks("casts (::)")
    if scanner.match(AGGREGATE) or (name == "count" and scanner.sees("()")):
        raise scanner.lacks("aggregate functions")
    if scanner.sees("(") or scanner.sees("!"):
        raise scanner.lacks("embedding of other resources")
    scanner.match(SPACE)


def _order(scanner: Scanner) -> Order:
    scanner.match(SPACE)
    column = scanner.column()
    if scanner.sees("("):
        raise scanner.lacks("order by columns of an embedded resource")
    direction = scanner.match(DIRECTION)
    nulls = scanner.match(NULLS)
    scanner.match(SPACE)
    return Order(
        column=column, descending=direction is not None and direction[1] == "desc",
        nulls=cast("Nulls", nulls[1]) if nulls else "",
    )  # fmt: skip
