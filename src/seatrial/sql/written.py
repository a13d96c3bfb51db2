"""Which tables a statement writes, and what it calls that might write to others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.body import inner_statements
from seatrial.sql.text import dotted, spelled
from seatrial.sql.trees import trees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.message import Message
    from postgast.pg_query_pb2 import Node

__all__ = ["Written", "altered_table", "names_of", "setting", "written"]

_ACTIONS = {pb.InsertStmt: "insert", pb.UpdateStmt: "update", pb.DeleteStmt: "delete", pb.MergeStmt: "merge"}
#: How a writing statement looks in a text that is put together while it runs.
_WRITING = re.compile(
    r"\b(insert\s+into|delete\s+from|merge\s+into|truncate|copy)\b|\bupdate\b.{1,200}?\bset\b",
    re.IGNORECASE | re.DOTALL,
)
_ALTERING = frozenset({pb.AT_DropColumn, pb.AT_AlterColumnType})
_PART = re.compile(r'"(?:[^"]|"")*"|[^."]+')
_EXECUTE = re.compile(r"\bexecute\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Names are as the statement has them, without quotes: `public.contacts`, `contacts`."""

    #: Action and table: `("update", "public.contacts")`.
    tables: frozenset[tuple[str, str]]
    #: Columns that an UPDATE sets, whatever its table.
    sets: frozenset[str] = frozenset()
    #: Functions and procedures that are called.
    calls: frozenset[str] = frozenset()
    #: Whether a part of it is SQL that is built or prepared elsewhere.
    is_dynamic: bool = False

    def __or__(self, other: Written) -> Written:
        """Both of them."""
        return Written(
            tables=self.tables | other.tables, sets=self.sets | other.sets, calls=self.calls | other.calls,
            is_dynamic=self.is_dynamic or other.is_dynamic,
        )  # fmt: skip


NOTHING = Written(tables=frozenset())


def written(text: str) -> Written:
    """Of one or more statements; also of those in a DO block or in the body of a function that is created."""
    try:
        nodes = [raw.stmt for raw in trees(text)]
    except (postgast.PgQueryError, DecodeError):
        return Written(tables=frozenset(), is_dynamic=_WRITING.search(text) is not None)
    found = NOTHING
    for node in nodes:
        found |= _of(node)
    return found


def setting(text: str) -> tuple[str, tuple[str, ...]] | None:
    """What a SET sets for the session or the transaction, and to what; None where the statement is none.

    `RESET` and `TO DEFAULT` set it to nothing.
    """
    try:
        [raw] = trees(text)
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None
    if raw.stmt.WhichOneof("node") != "variable_set_stmt":
        return None
    one = raw.stmt.variable_set_stmt
    values = [part.a_const.sval.sval for part in one.args]
    return one.name, tuple(name.strip().strip('"') for value in values for name in value.split(",") if name.strip())


def altered_table(text: str) -> str:
    """The table whose columns a statement drops, renames or gives another type; empty where there is none."""
    try:
        [raw] = trees(text)
    except (postgast.PgQueryError, DecodeError, ValueError):
        return ""
    kind = raw.stmt.WhichOneof("node")
    if kind == "rename_stmt" and raw.stmt.rename_stmt.rename_type == pb.OBJECT_COLUMN:
        return dotted(raw.stmt.rename_stmt.relation)
    commands = [one.alter_table_cmd.subtype for one in raw.stmt.alter_table_stmt.cmds]
    return dotted(raw.stmt.alter_table_stmt.relation) if _ALTERING & set(commands) else ""


def _of(node: Node) -> Written:
    kind = node.WhichOneof("node")
    if kind in {"do_stmt", "create_function_stmt"}:
        return _of_body(node)
    nodes = [inner for _, inner in postgast.walk(node)]
    calls = {spelled(one.funcname) for one in nodes if isinstance(one, pb.FuncCall)}
    updates = [one for one in nodes if isinstance(one, pb.UpdateStmt)]
    return Written(
        tables=frozenset(_tables(nodes)),
        sets=frozenset(item.res_target.name for one in updates for item in one.target_list),
        calls=frozenset(calls),
        is_dynamic=kind == "execute_stmt",
    )


def _of_body(node: Node) -> Written:
    texts = [one.sval for _, one in postgast.walk(node) if isinstance(one, pb.String)]
    inner = inner_statements(node)
    found = NOTHING
    for one in inner:
        found |= _of(one.node)
    is_built = not inner or any(_EXECUTE.search(text) for text in texts)
    is_dynamic = is_built and any(_WRITING.search(text) for text in texts)
    return found | Written(tables=frozenset(), is_dynamic=is_dynamic)


def _tables(nodes: list[Message]) -> Iterator[tuple[str, str]]:
    for one in nodes:
        if type(one) in _ACTIONS:
            yield _ACTIONS[type(one)], dotted(one.relation)
            if isinstance(one, pb.InsertStmt) and one.on_conflict_clause.action == pb.ONCONFLICT_UPDATE:
                yield "update", dotted(one.relation)
            if isinstance(one, pb.MergeStmt):
                yield from ((action, dotted(one.relation)) for action in ("insert", "update", "delete"))
        elif isinstance(one, pb.TruncateStmt):
            yield from (("truncate", dotted(item.range_var)) for item in one.relations)
        elif isinstance(one, pb.CopyStmt) and one.is_from:
            yield "copy", dotted(one.relation)


def names_of(name: str) -> tuple[str, ...]:
    """The parts of a qualified name, without their quotes."""
    return tuple(part[1:-1].replace('""', '"') if part[0] == '"' else part for part in _PART.findall(name))
