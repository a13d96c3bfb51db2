"""What a CREATE FUNCTION or CREATE PROCEDURE is called with."""

from __future__ import annotations

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import expression, spelled, tree, type_text

__all__ = ["signature"]

_OUTPUT = {pb.FUNC_PARAM_OUT, pb.FUNC_PARAM_TABLE}


def signature(text: str) -> str:
    """`public.grade(int, text DEFAULT 'a')`, of a statement that creates a function or procedure; else empty."""
    try:
        [raw] = tree(text).stmts
    except (postgast.PgQueryError, DecodeError, ValueError):
        return ""
    found = raw.stmt.create_function_stmt
    inputs = [one.function_parameter for one in found.parameters if one.function_parameter.mode not in _OUTPUT]
    return f"{spelled(found.funcname)}({', '.join(map(_input, inputs))})" if found.funcname else ""


def _input(parameter: pb.FunctionParameter) -> str:
    variadic = "VARIADIC " if parameter.mode == pb.FUNC_PARAM_VARIADIC else ""
    default = f" DEFAULT {expression(parameter.defexpr)}" if parameter.HasField("defexpr") else ""
    return f"{variadic}{type_text(parameter.arg_type)}{default}"
