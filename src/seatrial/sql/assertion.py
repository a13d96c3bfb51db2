"""What may be asserted: one expression or one query, that only reads."""

from __future__ import annotations

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.trees import trees

__all__ = ["assertion_fault", "assertion_question"]

_WRITING = (pb.UpdateStmt, pb.InsertStmt, pb.DeleteStmt, pb.MergeStmt, pb.IntoClause, pb.LockingClause)


def assertion_question(text: str) -> str:
    """The query whose only value is true where the assertion holds."""
    # A comment at its end must not swallow the bracket.
    return f"SELECT ({text}\n)::boolean"


def assertion_fault(text: str) -> str:
    """Why a text is nothing that could be asserted, as a clause; empty where it could be."""
    try:
        found = trees(assertion_question(text))
    except postgast.PgQueryError as error:
        return f"it is no expression and no query: {error.message}"
    except DecodeError:
        return "it is nested too deeply"
    if len(found) != 1 or not _is_one_value(found[0].stmt):
        return "it is more than one expression or query"
    if any(isinstance(node, _WRITING) for _, node in postgast.walk(found[0].stmt)):
        return "it writes or locks rows"
    return ""


def _is_one_value(node: pb.Node) -> bool:
    """`SELECT (…)::boolean`, and nothing behind the brackets that the text has closed itself."""
    select = node.select_stmt
    alone = pb.SelectStmt(
        target_list=select.target_list, limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE
    )  # fmt: skip
    targets = select.target_list
    is_cast = len(targets) == 1 and targets[0].res_target.val.WhichOneof("node") == "type_cast"
    return node.WhichOneof("node") == "select_stmt" and is_cast and select == alone
