"""Bodies that no grammar takes, and the place where it gave up."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from seatrial.model.source import SyntaxFault
from seatrial.sql.text import literal, statement
from seatrial.sql.trees import parse_text

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

    from seatrial.sql.commands.places import Places

__all__ = ["of_plpgsql", "of_sql"]

#: The parser's reader of PL/pgSQL knows no catalog: what it says of types and of fields of variables does not count.
_SYNTAX = ("syntax error", "unterminated ", "missing ", "mismatched ", "unexpected end ")
_NEAR = re.compile(r'at or near "(?P<word>.+)"', re.DOTALL)


def of_sql(body: str, places: Places) -> SyntaxFault | None:
    """Of statements that stand one after another."""
    try:
        parse_text(body)
    except postgast.PgQueryError as error:
        return _fault(error, body, max(0, error.cursorpos - 1), places)
    except (ValueError, DecodeError):
        # The grammar took it; the tree is nested more deeply than its reader allows.
        pass
    return None


def of_plpgsql(node: Node, body: str, places: Places, doubt: int) -> SyntaxFault | None:
    """Of PL/pgSQL where our own reader has given up; None where the parser's reader takes it.

    Args:
        node: CREATE FUNCTION, CREATE PROCEDURE or DO.
        body: its body.
        places: of the body.
        doubt: the byte of the body where our reader gave up; the parser's often says only which word it was.
    """
    try:
        postgast.parse_plpgsql(f"DO {literal(body)}" if node.HasField("do_stmt") else statement(node))
    except postgast.PgQueryError as error:
        start = error.cursorpos - 1 if error.cursorpos > 0 else len(body.encode()[:doubt].decode(errors="ignore"))
        return _fault(error, body, start, places)
    except json.JSONDecodeError:
        # It took the body, and wrote a tree that is no JSON.
        pass
    return None


def _fault(error: postgast.PgQueryError, body: str, start: int, places: Places) -> SyntaxFault | None:
    """With the place of the word that the message names, where it comes next; the end of a body is its last word."""
    if not error.message.startswith(_SYNTAX):
        return None
    near = _NEAR.search(error.message)
    found = near and re.compile(rf"[\w\s]*?(?P<word>{re.escape(near['word'])})", re.IGNORECASE).match(body, start)
    start = min(found.start("word") if found else start, len(body.rstrip()))
    return SyntaxFault(message=error.message, start=places.at(len(body[:start].encode())))
