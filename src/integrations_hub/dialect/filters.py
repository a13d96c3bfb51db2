"""Filters of the query string: `status=eq.active`, `or=(a.eq.1,not.and(b.gt.2,c.is.null))`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, cast

from integrations_hub.dialect.records import Filter, Logic
from integrations_hub.dialect.scanner import Scanner

if TYPE_CHECKING:
    from integrations_hub.dialect.records import Term

__all__ = ["DEPTH", "OPERATORS", "QUANTIFIED", "SEARCHES", "read_filter", "read_logic"]

#: Each compares a column with one value, and may be asked of any or all of an array.
QUANTIFIED = ("eq", "gte", "gt", "lte", "lt", "like", "ilike", "match", "imatch")
#: Each compares a column with one value.
SIMPLE = ("neq", "isdistinct", "cs", "cd", "ov", "sl", "sr", "nxl", "nxr", "adj")
#: Full text, in an optional language.
SEARCHES = ("fts", "plfts", "phfts", "wfts")
OPERATORS = (*QUANTIFIED, *SIMPLE, *SEARCHES, "is", "in")
IS = {"null": "is null", "not_null": "is not null", "true": "is true", "false": "is false", "unknown": "is unknown"}

#: How deep conditions may be in conditions.
DEPTH = 16

OPERATOR = re.compile(r"[a-z]+")
QUANTIFIER = re.compile(r"\((any|all)\)")
LANGUAGE = re.compile(r"\(([\w ]+)\)")
CONNECTIVE = re.compile(r"((?:not\.)?(?:and|or))[ \t]*\(")
WORD = re.compile(r"\w+")
SPACE = re.compile(r"[ \t]*")
#: A value in a list or in a condition, when it is not in quotes.
BARE = re.compile(r"[^,)]*")
ARRAY = re.compile(r"\{[^{}]*\}")


def read_filter(column: str, text: str) -> tuple[Filter, list[str]]:
    """A parameter such as `status=not.in.(active,error)`, and its values.

    Raises:
        Refusal: it is none.
    """
    scanner = Scanner(text, "filter")
    values: list[str] = []
    found = _condition(scanner, column, values, inside=False)
    scanner.end()
    return found, values


def read_logic(name: str, text: str) -> tuple[Logic, list[str]]:
    """A parameter such as `or=(a.eq.1,b.eq.2)`, whose name may begin with `not.`, and its values.

    Raises:
        Refusal: it is none.
    """
    scanner = Scanner(text, "logic tree")
    values: list[str] = []
    scanner.match(SPACE)
    scanner.need("(")
    found = _logic(scanner, name, values, depth=1)
    scanner.match(SPACE)
    scanner.end()
    return found, values


def _term(scanner: Scanner, values: list[str], depth: int) -> Term:
    scanner.match(SPACE)
    found: Term
    if opening := scanner.match(CONNECTIVE):
        found = _logic(scanner, opening[1], values, depth)
    else:
        column = scanner.column()
        scanner.need(".", "delimiter (.)")
        found = _condition(scanner, column, values, inside=True)
    scanner.match(SPACE)
    return found


def _logic(scanner: Scanner, name: str, values: list[str], depth: int) -> Logic:
    """What stands between parentheses, the first of which is behind."""
    if depth > DEPTH:
        raise scanner.too_deep(DEPTH)
    terms = [_term(scanner, values, depth + 1)]
    while scanner.takes(","):
        terms.append(_term(scanner, values, depth + 1))
    scanner.need(")", '"," or ")"')
    connective = cast("Literal['and', 'or']", name.removeprefix("not."))
    return Logic(connective=connective, terms=tuple(terms), negated=name.startswith("not."))


def _condition(scanner: Scanner, column: str, values: list[str], *, inside: bool) -> Filter:
    negated = scanner.takes("not.")
    start = scanner.mark()
    word = scanner.match(OPERATOR)
    operator = word[0] if word else ""
    if operator not in OPERATORS:
        scanner.reset(start)
        raise scanner.unexpected("operator (eq, gt, ...)" if negated else '"not" or operator (eq, gt, ...)')
    quantifier = scanner.match(QUANTIFIER) if operator in QUANTIFIED else None
    language = scanner.match(LANGUAGE) if operator in SEARCHES else None
    scanner.need(".", "delimiter (.)")
    if operator == "is":
        return Filter(column=column, operator=_is(scanner), negated=negated)
    if language:
        values.append(language[1].strip())
    values.append(_value(scanner, operator, inside=inside))
    return Filter(
        column=column, operator=operator, negated=negated, has_language=language is not None,
        quantifier=cast("Literal['any', 'all']", quantifier[1]) if quantifier else "",
    )  # fmt: skip


def _is(scanner: Scanner) -> str:
    start = scanner.mark()
    word = scanner.match(WORD)
    if word and (known := IS.get(word[0].lower())):
        return known
    scanner.reset(start)
    raise scanner.unexpected("isVal: (null, not_null, true, false, unknown)")


def _value(scanner: Scanner, operator: str, *, inside: bool) -> str:
    if operator == "in":
        return _list(scanner)
    value = _element(scanner, arrays=True) if inside else scanner.rest()
    return value.replace("*", "%") if operator in {"like", "ilike"} else value


def _list(scanner: Scanner) -> str:
    """The values of a list, as the text of an array: the database makes of it what the column is."""
    scanner.match(SPACE)
    scanner.need("(")
    elements = [_element(scanner)]
    while scanner.takes(","):
        elements.append(_element(scanner))
    scanner.need(")", '"," or ")"')
    scanner.match(SPACE)
    return "{}" if elements == [""] else "{" + ",".join(map(_array_element, elements)) + "}"


def _element(scanner: Scanner, *, arrays: bool = False) -> str:
    """A value that ends at a comma or a closing parenthesis; these may be inside of quotes, or of an array."""
    start = scanner.mark()
    found = scanner.quoted()
    if found is None and arrays and (array := scanner.match(ARRAY)):
        found = array[0]
    if found is not None and (scanner.ended or scanner.sees(",") or scanner.sees(")")):
        return found
    scanner.reset(start)
    bare = scanner.match(BARE)
    return bare[0] if bare else ""


def _array_element(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
