"""Names and pieces of a syntax tree as SQL text, quoted where the grammar asks for it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.trees import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from postgast.pg_query_pb2 import Node, ParseResult, RangeVar, TypeName

__all__ = [
    "default_name",
    "dotted",
    "expression",
    "is_only",
    "literal",
    "qualified",
    "quoted",
    "relation",
    "spelled",
    "statement",
    "tree",
    "type_text",
]

#: What the parser writes into each of its trees.
GRAMMAR = 180004
#: NAMEDATALEN - 1.
LONGEST_NAME = 63
_BARE = re.compile(r"[a-z_][a-z0-9_$]*")
#: Keywords that may stand where a name does without quotes.
_FREE = {pb.NO_KEYWORD, pb.UNRESERVED_KEYWORD}


@cache
def quoted(name: str) -> str:
    """An identifier as it must be written: bare where it may be."""
    if _BARE.fullmatch(name) and postgast.scan(name).tokens[0].keyword_kind in _FREE:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string constant."""
    escaped = text.replace("'", "''")
    return f"E'{escaped}'".replace("\\", "\\\\") if "\\" in text else f"'{escaped}'"


def qualified(schema: str, name: str) -> str:
    """`schema.name`, or the name alone where there is no schema, quoted where needed."""
    return f"{quoted(schema)}.{quoted(name)}" if schema else quoted(name)


def relation(named: RangeVar) -> str:
    """A table as the statement names it, without ONLY and alias."""
    return qualified(named.schemaname, named.relname)


def spelled(names: Iterable[Node]) -> str:
    """A list of name parts, such as a function's, joined with dots, not quoted."""
    return ".".join(part.string.sval for part in names)


def dotted(named: RangeVar) -> str:
    """A relation's name for a person and for comparing: `schema.name` as written, never quoted."""
    return f"{named.schemaname}.{named.relname}" if named.schemaname else str(named.relname)


def is_only(named: RangeVar) -> bool:
    """Whether the statement says ONLY."""
    return not named.inh  # codespell:ignore inh


def statement(node: Node) -> str:
    """A whole statement."""
    text: str = postgast.deparse(pb.ParseResult(version=GRAMMAR, stmts=[pb.RawStmt(stmt=node)]))
    return text


def expression(node: Node) -> str:
    """An expression, as the only column of a SELECT would be written."""
    target = pb.Node(res_target=pb.ResTarget(val=node))
    select = pb.SelectStmt(target_list=[target], limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE)
    return statement(pb.Node(select_stmt=select)).removeprefix("SELECT ")


def type_text(name: TypeName) -> str:
    """A type with its modifiers: `varchar(20)[]`."""
    null = pb.Node(a_const=pb.A_Const(isnull=True))
    return expression(pb.Node(type_cast=pb.TypeCast(arg=null, type_name=name))).removeprefix("NULL::")


def default_name(table: str, column: str, suffix: str) -> str:
    """The name that PostgreSQL gives a constraint or sequence without one, as long as it is not taken.

    Source: makeObjectName in PostgreSQL's indexcmds.c.
    """
    first, second = table.encode(), column.encode()
    room = LONGEST_NAME - len(suffix) - 1 - (1 if column else 0)
    while len(first) + len(second) > room:
        if len(first) > len(second):
            first = first[:-1]
        else:
            second = second[:-1]
    parts = [first.decode(errors="ignore"), second.decode(errors="ignore"), suffix]
    return "_".join(filter(None, parts))


def tree(text: str) -> ParseResult:
    """The syntax tree of a text."""
    return parse_text(text)
