"""Which columns a condition or a function looks at, and the constants that it compares them with.

It decides nothing: from what is found here, users and rows of every kind are made, and the server decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from seatrial.sql.comparison import Finder, sources
from seatrial.sql.function_text import is_definition, prefix_of
from seatrial.sql.plpgsql import read_body
from seatrial.sql.plpgsql_tree import Assign, Branch, Dynamic, Evaluate, Loop, Query, Text
from seatrial.sql.trees import parse_text
from seatrial.sql.words import CannotRead, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from postgast.pg_query_pb2 import Node

    from seatrial.sql.plpgsql_tree import Name

__all__ = ["Compared", "compared", "compared_in_body"]

_QUOTED = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was found in one condition or one function."""

    #: By the bare name of a column: the constants, as text, that it is compared with; of an array column or an array
    #: constant its elements. None for a column that is looked at in another way. In a function, its variables too.
    columns: Mapping[str, tuple[str, ...]]
    #: Every string constant, each once, names of settings and of JSON keys among them.
    constants: tuple[str, ...]


def compared(expression: str) -> Compared:
    """What an expression, as pg_get_expr gives it, looks at, sub-selects included.

    Of text that cannot be parsed there are the string constants alone.
    """
    finder = Finder()
    _read_expression(finder, expression, is_condition=True)
    return _result(finder)


def compared_in_body(language: str, source: str) -> Compared:
    """What a function's source looks at: `pg_proc.prosrc`, a SQL-standard body, or a whole definition.

    Of what cannot be read, and of other languages than SQL and PL/pgSQL, there are the string constants alone.
    What a message of RAISE says does not count.
    """
    finder = Finder()
    if language.lower() == "plpgsql" and not is_definition(source):
        _read_plpgsql(finder, source)
    elif language.lower() in {"sql", "plpgsql"}:
        _read_sql(finder, source)
    else:
        _read_words(finder, source)
    return _result(finder)


def _result(finder: Finder) -> Compared:
    columns = {name: tuple(constants) for name, constants in finder.columns.items()}
    return Compared(columns=columns, constants=tuple(finder.constants))


def _statements(text: str) -> list[Node] | None:
    try:
        return [raw.stmt for raw in parse_text(text).stmts]
    except (postgast.PgQueryError, DecodeError):
        return None


def _read_expression(finder: Finder, text: str, *, is_condition: bool) -> None:
    statements = _statements("SELECT " + text)
    if statements is None:
        _read_words(finder, text)
        return
    for statement in statements:
        if is_condition and len(statement.select_stmt.target_list) == 1:
            finder.condition(statement.select_stmt.target_list[0].res_target.val)
        else:
            finder.visit(statement)


def _read_sql(finder: Finder, text: str) -> None:
    statements = _statements(prefix_of(text) + text)
    if statements is None:
        _read_words(finder, text)
    for statement in statements or ():
        body = _quoted_body(statement)
        if body is None:
            finder.visit(statement)
        else:
            (_read_plpgsql if body[0] == "plpgsql" else _read_sql)(finder, body[1])


def _quoted_body(statement: Node) -> tuple[str, str] | None:
    """Language and source of a CREATE FUNCTION … AS '…'."""
    options = {option.def_elem.defname: option.def_elem.arg for option in statement.create_function_stmt.options}
    if "as" not in options or "language" not in options:
        return None
    return options["language"].string.sval.lower(), options["as"].list.items[0].string.sval


def _read_plpgsql(finder: Finder, source: str) -> None:
    try:
        body = read_body(source)
    except CannotRead:
        _read_words(finder, source)
        return
    set_from: list[tuple[Name, str]] = []
    for owner, text in _texts(body, None):
        _read_piece(finder, owner, text)
        set_from.extend(_set_from(owner, text))
    for variable, column in set_from:
        finder.hand_over(variable[-1], column)


def _texts(node: Any, owner: Any) -> Iterator[tuple[Any, Text]]:  # noqa: ANN401 - any part of the tree
    """Each piece of SQL, with the statement that it belongs to; those of RAISE are messages."""
    if isinstance(node, Text):
        yield owner, node
    elif isinstance(node, tuple):
        for part in node:
            yield from _texts(part, owner)
    elif is_dataclass(node) and not (isinstance(node, Evaluate) and node.is_error):
        for part in fields(node):
            if part.name != "place":
                yield from _texts(getattr(node, part.name), node)


def _read_piece(finder: Finder, owner: Any, text: Text) -> None:  # noqa: ANN401 - any statement
    statements = _statements(text.text) if isinstance(owner, Query) else None
    if statements is not None:
        for statement in statements:
            finder.visit(statement)
    else:
        is_while = isinstance(owner, Loop) and text in owner.values and not owner.counter
        _read_expression(finder, text.text, is_condition=is_while or isinstance(owner, Branch))
    if isinstance(owner, Dynamic):
        _read_dynamic(finder, text.text)


def _read_dynamic(finder: Finder, command: str) -> None:
    """EXECUTE of a constant is SQL that can be read."""
    inside = Finder()
    _read_expression(inside, command, is_condition=False)
    for constant in inside.constants:
        for statement in _statements(constant) or ():
            finder.visit(statement)


def _set_from(owner: Any, text: Text) -> Iterator[tuple[Name, str]]:  # noqa: ANN401 - any statement
    """Which variables the statement sets from which columns."""
    if isinstance(owner, Query) and owner.into:
        targets, statements = owner.into, _statements(text.text)
    elif isinstance(owner, Assign):
        targets, statements = (owner.target,), _statements("SELECT " + text.text)
    else:
        return
    for statement in statements or ():
        for target, given in zip(targets, statement.select_stmt.target_list, strict=False):
            yield from ((target, column) for column in sources(given.res_target.val))


def _read_words(finder: Finder, text: str) -> None:
    """The string constants of a text that no grammar takes."""
    try:
        found = [token.text for token in tokens(text) if token.text.endswith("'")]
    except CannotRead:
        found = [match.group(0) for match in _QUOTED.finditer(text)]
    for quoted in found:
        inside = _QUOTED.search(quoted)
        if inside is not None:
            finder.constants[inside.group(1).replace("''", "'")] = None
