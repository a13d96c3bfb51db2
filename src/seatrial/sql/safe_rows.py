"""Many rows changed in batches instead of in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.column import columns_of
from seatrial.sql.safe_part import BATCH, Part, batched
from seatrial.sql.text import expression, quoted, relation, spelled, statement

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import DeleteStmt, Node, RangeVar, TruncateStmt, UpdateStmt

__all__ = ["delete", "truncate", "update"]

_AGAIN = "Again and again, each time in a transaction of its own, until it changes no row (\\watch 1 in psql):"
_ENDLESS = (
    "It reads what it writes, or writes another value each time, so a batch cannot tell which rows are done:",
    "have it cut by the primary key, with a comment in front of it: -- seatrial: batch key=id size=5000",
    "seatrial deploy then does a few thousand rows in a transaction, and none of them twice.",
)
#: A row found by one of these is one row.
_KEYS = {"id", "uuid"}
_VOLATILE = {"random", "gen_random_uuid", "uuid_generate_v4", "uuidv4", "uuidv7", "nextval", "clock_timestamp", "now"}


def update(found: UpdateStmt) -> tuple[Part, ...]:
    """UPDATE, unless it names single rows by their key."""
    if _names_a_row(found):
        return ()
    todo = _still_to_do(found)
    if todo is None:
        return (Part(says=_ENDLESS, statements=(statement(pb.Node(update_stmt=found)),), brief=True),)
    copy = pb.UpdateStmt()
    copy.CopyFrom(found)
    parts = [text for text in (_where(found), todo) if text]
    _restrict(copy.where_clause, _some(found.relation, list(found.from_clause), " AND ".join(parts)), found)
    return (Part(says=(_AGAIN,), statements=(statement(pb.Node(update_stmt=copy)),)),)


def delete(found: DeleteStmt) -> tuple[Part, ...]:
    """DELETE, unless it names single rows by their key."""
    if _names_a_row(found):
        return ()
    copy = pb.DeleteStmt()
    copy.CopyFrom(found)
    _restrict(copy.where_clause, _some(found.relation, list(found.using_clause), _where(found)), found)
    return (Part(says=(_AGAIN,), statements=(statement(pb.Node(delete_stmt=copy)),)),)


def truncate(found: TruncateStmt) -> tuple[Part, ...]:
    """TRUNCATE takes ACCESS EXCLUSIVE and cannot be seen by older snapshots; DELETE in batches can."""
    parts = []
    for item in found.relations:
        table = relation(item.range_var)
        parts.append(batched(table, f"DELETE FROM {table}", ""))  # noqa: S608 - quoted names
    says = ["Then VACUUM gives the space back to the table."]
    if found.behavior == pb.DROP_CASCADE:
        says.append("CASCADE also empties the tables that refer to it: do the same to them, before.")
    if found.restart_seqs:
        says.append("RESTART IDENTITY: ALTER TABLE … ALTER COLUMN … RESTART for each identity, afterwards.")
    last = parts.pop()
    return (*parts, Part(says=(*says, *last.says), statements=last.statements))


def _still_to_do(found: UpdateStmt) -> str | None:
    """A condition that a changed row no longer fulfils; None where none can be made from the statement."""
    targets = [item.res_target for item in found.target_list]
    names = {target.name for target in targets}
    own = found.relation.alias.aliasname or found.relation.relname
    simple = all(t.val.WhichOneof("node") not in {"multi_assign_ref", "set_to_default"} for t in targets)
    if simple and not any(_changes(target.val, names) for target in targets):
        compared = [f"{quoted(own)}.{quoted(t.name)} IS DISTINCT FROM {_in_parentheses(t.val)}" for t in targets]
        return f"({' OR '.join(compared)})"
    looked_for = {_null_tested(part) for part in _conjuncts(found.where_clause)}
    return "" if looked_for & names else None


def _changes(value: Node, written: set[str]) -> bool:
    calls = [spelled(f.funcname) for _, f in postgast.walk(value) if isinstance(f, pb.FuncCall)]
    return bool(set(columns_of(value)) & written) or any(c.rsplit(".", maxsplit=1)[-1] in _VOLATILE for c in calls)


def _in_parentheses(value: Node) -> str:
    text = expression(value)
    return text if value.WhichOneof("node") in {"a_const", "column_ref"} else f"({text})"


def _conjuncts(where: Node) -> list[Node]:
    if where.WhichOneof("node") == "bool_expr" and where.bool_expr.boolop == pb.AND_EXPR:
        return [part for argument in where.bool_expr.args for part in _conjuncts(argument)]
    return [where]


def _null_tested(part: Node) -> str:
    """The column of `column IS NULL`."""
    test = part.null_test
    is_null = part.WhichOneof("node") == "null_test" and test.nulltesttype == pb.IS_NULL
    return str(test.arg.column_ref.fields[-1].string.sval) if is_null and test.arg.column_ref.fields else ""


def _names_a_row(found: UpdateStmt | DeleteStmt) -> bool:
    """`id = '…'` or `id IN (…)` among the conditions, of the table itself."""
    own = found.relation.alias.aliasname or found.relation.relname
    for part in _conjuncts(found.where_clause):
        compared = part.a_expr
        fields = compared.lexpr.column_ref.fields
        constant = compared.rexpr.WhichOneof("node") in {"a_const", "type_cast", "list", "param_ref"}
        is_own = len(fields) == 1 or (len(fields) > 1 and fields[-2].string.sval == own)
        if is_own and fields[-1].string.sval in _KEYS and spelled(compared.name) == "=" and constant:
            return True
    return False


def _where(found: UpdateStmt | DeleteStmt) -> str:
    return f"({expression(found.where_clause)})" if found.HasField("where_clause") else ""


def _some(table: RangeVar, others: list[Node], condition: str) -> str:
    own = table.alias.aliasname or table.relname
    fields = [pb.Node(string=pb.String(sval=name)) for name in (own, "ctid")]
    ctid = pb.ResTarget(val=pb.Node(column_ref=pb.ColumnRef(fields=fields)))
    select = pb.SelectStmt(
        target_list=[pb.Node(res_target=ctid)], from_clause=[pb.Node(range_var=table), *others],
        limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE,
    )  # fmt: skip
    where = f" WHERE {condition}" if condition else ""
    return f"{statement(pb.Node(select_stmt=select))}{where} LIMIT {BATCH}"


def _restrict(where: Node, some: str, found: UpdateStmt | DeleteStmt) -> None:
    """`… AND table.ctid = ANY (ARRAY(SELECT …))`."""
    own = quoted(found.relation.alias.aliasname or found.relation.relname)
    test = f"{own}.ctid = ANY (ARRAY({some}))"
    parts = [text for text in (_where(found), test) if text]
    condition = postgast.parse(f"SELECT 1 WHERE {' AND '.join(parts)}").stmts[0].stmt.select_stmt.where_clause
    where.CopyFrom(condition)
