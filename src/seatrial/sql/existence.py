"""Whether a condition says that a table exists: a look-up in the catalogs, and which way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import spelled

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

__all__ = ["implies_existence", "looks_up"]

#: Where a look-up says something about a table, view or sequence. (pg_policies, pg_type and the like do not.)
_CATALOGS = frozenset({
    "pg_class", "pg_tables", "pg_views", "pg_matviews", "pg_sequences", "pg_attribute", "pg_partitioned_table",
    "tables", "views", "columns", "sequences",
})  # fmt: skip
_SCHEMAS = frozenset({"", "pg_catalog", "information_schema"})


def looks_up(node: Node) -> bool:
    """Whether a statement or expression asks the catalogs for relations."""
    for _, found in postgast.walk(node):
        if isinstance(found, pb.RangeVar) and found.relname in _CATALOGS and found.schemaname in _SCHEMAS:
            # `tables` alone is somebody's own table.
            return bool(found.schemaname) or found.relname.startswith("pg_")
        if isinstance(found, pb.FuncCall) and spelled(found.funcname).endswith("to_regclass"):
            return True
    return False


def implies_existence(condition: Node, outcome: bool, looked_up: bool) -> bool:  # noqa: FBT001 - a truth value
    """Whether a condition with this outcome means that the look-up in it has found something.

    Args:
        condition: the expression of an IF.
        outcome: true for the THEN branch, false for what comes when it does not hold.
        looked_up: whether the block has looked up something before; then a bare variable stands for that.
    """
    kind = condition.WhichOneof("node")
    match kind:
        case "bool_expr":
            return _of_combination(condition.bool_expr, outcome, looked_up)
        case "null_test":
            is_null = condition.null_test.nulltesttype == pb.IS_NULL
            return looks_up(condition) and is_null is not outcome
        case "column_ref":
            return looked_up and outcome
        case "a_expr":
            zero = condition.a_expr.rexpr.a_const
            none_found = spelled(condition.a_expr.name) == "=" and zero.HasField("ival") and not zero.ival.ival
            return (looks_up(condition) or (looked_up and _is_count(condition))) and none_found is not outcome
        case _:
            return outcome and looks_up(condition)


def _of_combination(found: pb.BoolExpr, outcome: bool, looked_up: bool) -> bool:  # noqa: FBT001 - a truth value
    if found.boolop == pb.NOT_EXPR:
        return implies_existence(found.args[0], not outcome, looked_up)
    parts = [implies_existence(part, outcome, looked_up) for part in found.args]
    # A true AND says that each part is true; a false one, only that some part is false.
    return any(parts) if (found.boolop == pb.AND_EXPR) is outcome else all(parts)


def _is_count(condition: Node) -> bool:
    """`found_tables > 0`, with a variable that holds what was counted."""
    return bool(condition.a_expr.lexpr.WhichOneof("node") == "column_ref")
