"""What the parameters of a statement stand for: which column each is compared with or written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.subtree import parts
from seatrial.sql.text import relation, spelled
from seatrial.sql.trees import parse_text
from seatrial.sql.words import CannotRead, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from google.protobuf.message import Message
    from postgast.pg_query_pb2 import Node

__all__ = ["Parameters", "Use", "parameters", "within", "without_constants"]

_LONGEST = 100_000
_Verb = Literal["select", "insert", "update", "delete"]
_VERBS: dict[str, _Verb] = {
    "select_stmt": "select", "insert_stmt": "insert", "update_stmt": "update", "delete_stmt": "delete",
}  # fmt: skip
_OPERATORS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">=", "~~", "~~*", "!~~", "!~~*"})
_SEVERAL = frozenset({pb.AEXPR_OP_ANY, pb.AEXPR_OP_ALL})
_KINDS = _SEVERAL | {
    pb.AEXPR_OP, pb.AEXPR_DISTINCT, pb.AEXPR_NOT_DISTINCT, pb.AEXPR_IN, pb.AEXPR_LIKE, pb.AEXPR_ILIKE,
    pb.AEXPR_BETWEEN, pb.AEXPR_NOT_BETWEEN, pb.AEXPR_BETWEEN_SYM, pb.AEXPR_NOT_BETWEEN_SYM,
}  # fmt: skip
#: Of these functions the value of the argument comes out, in another spelling at most.
_TRANSPARENT = frozenset({"lower", "upper", "btrim", "date_trunc"})
#: Types whose constants may be written with the type in front: `interval '1 day'`.
_TYPES = frozenset(
    {"interval", "timestamp", "timestamptz", "time", "timetz", "date", "uuid", "json", "jsonb", "inet", "cidr", "bool",
     "boolean", "numeric", "text", "varchar", "bytea", "int4", "int8", "float8"}
)  # fmt: skip
_LITERALS = frozenset({pb.SCONST, pb.USCONST, pb.BCONST, pb.XCONST})
_Scope = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What one parameter is there for."""

    #: `compared`, `written`, `limit` or `offset`.
    kind: str
    #: Relations, as SQL writes them here, of which one has the column, and its bare name; the likeliest first.
    columns: tuple[tuple[str, str], ...] = ()
    #: It is an array of values that are compared with the column.
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """One SELECT, INSERT, UPDATE or DELETE."""

    #: What it does to rows, inside of WITH too: so the REST layer writes.
    verb: _Verb
    #: As SQL writes them here, in the order in which they are met.
    relations: tuple[str, ...]
    #: By number; a parameter of which nothing is known is not among them.
    uses: Mapping[int, Use]
    #: The highest number.
    count: int


def parameters(statement: str) -> Parameters | None:
    """What the parameters of a statement stand for; None for other commands, and for what cannot be read."""
    try:
        statements = parse_text(statement).stmts
    except (postgast.PgQueryError, DecodeError):
        return None
    kind = statements[0].stmt.WhichOneof("node") if len(statements) == 1 else None
    if kind not in _VERBS:
        return None
    finder = _Finder()
    finder.visit(statements[0].stmt, ())
    return Parameters(
        verb=finder.verb or _VERBS[kind], relations=tuple(finder.relations), uses=finder.uses, count=finder.count
    )


def without_constants(statement: str) -> str | None:
    """A statement as pg_stat_statements has it, on one line, with parameters only; None where a constant may be left.

    Comments may hold anything, and go. Where the server had no time to, constants are made parameters here; and what
    the grammar does not take is put right, such as `interval $1`.
    """
    if len(statement) > _LONGEST or "\0" in statement:
        return None
    try:
        bare = _replaced(_on_one_line(statement), _typed, takes_before=True)
        plain: str = postgast.normalize(bare)
        is_bare = not any(token.token in _LITERALS for token in postgast.scan(plain).tokens)
    except (postgast.PgQueryError, CannotRead):
        return None
    return plain if is_bare else None


def _typed(before: str, parameter: str) -> str | None:
    return f"CAST({parameter} AS {before})" if before.lower() in _TYPES else None


def _on_one_line(statement: str) -> str:
    pieces, end = [], 0
    for word in tokens(statement):
        pieces.append(" " * (word.start > end) + word.text)
        end = word.end
    return "".join(pieces).strip().rstrip("; ")


def within(statement: str, number: int, around: str) -> str:
    """A statement with something around one of its parameters: `ARRAY[{}]`."""
    return _replaced(statement, lambda _, param: around.format(param) if param == f"${number}" else None)


def _replaced(statement: str, new: Callable[[str, str], str | None], *, takes_before: bool = False) -> str:
    words = tokens(statement)
    encoded, pieces, done = statement.encode(), [], 0
    for before, word in zip((None, *words), words, strict=False):
        is_parameter = word.text.startswith("$") and word.text[1:].isdecimal()
        if is_parameter and (text := new(before.text if before else "", word.text)) is not None:
            start = before.start if takes_before and before else word.start
            pieces += [encoded[done:start].decode(), text]
            done = word.end
    return "".join([*pieces, encoded[done:].decode()])


@dataclass(slots=True, kw_only=True)
class _Finder:
    """Walks the tree of one statement with the relations that are in scope, the innermost first."""

    verb: _Verb | None = None
    relations: dict[str, None] = field(default_factory=dict)
    uses: dict[int, Use] = field(default_factory=dict)
    count: int = 0
    #: Names of WITH, which hide tables.
    named: set[str] = field(default_factory=set)

    def visit(self, message: Message, scopes: tuple[_Scope, ...]) -> None:
        """Any part of the tree, and all below it."""
        message = postgast.unwrap_node(message)
        reader = self._READERS.get(type(message))
        if reader is not None:
            scopes = reader(self, message, scopes)
        # As it is read: WITH stands in front.
        for part in sorted(parts(message), key=lambda part: not isinstance(part, pb.WithClause)):
            self.visit(part, scopes)

    def _with(self, found: Any) -> None:  # noqa: ANN401 - any statement with a WITH
        self.named.update(cte.common_table_expr.ctename for cte in found.with_clause.ctes)

    def _param(self, found: pb.ParamRef, scopes: tuple[_Scope, ...]) -> tuple[_Scope, ...]:
        self.count = max(self.count, found.number)
        return scopes

    def _range(self, found: pb.RangeVar, scopes: tuple[_Scope, ...]) -> tuple[_Scope, ...]:
        if found.schemaname or found.relname not in self.named:
            self.relations[relation(found)] = None
        return scopes

    def _select(self, found: pb.SelectStmt, scopes: tuple[_Scope, ...]) -> tuple[_Scope, ...]:
        self._with(found)
        for kind, node in (("limit", found.limit_count), ("offset", found.limit_offset)):
            for number in _numbers(node):
                self.uses.setdefault(number, Use(kind=kind))
        return (self._sources(found.from_clause), *scopes)

    def _insert(self, found: pb.InsertStmt, scopes: tuple[_Scope, ...]) -> tuple[_Scope, ...]:
        self._with(found)
        self.verb = self.verb or "insert"
        table, columns = relation(found.relation), [column.res_target.name for column in found.cols]
        select = found.select_stmt.select_stmt
        rows = [list(row.list.items) for row in select.values_lists]
        for row in [*rows, [target.res_target.val for target in select.target_list]]:
            for column, value in zip(columns, row, strict=False):
                self._written(table, column, value)
        self._set(table, found.on_conflict_clause.target_list)
        return ({found.relation.alias.aliasname or found.relation.relname: table, "excluded": table}, *scopes)

    def _update(self, found: pb.UpdateStmt, scopes: tuple[_Scope, ...]) -> tuple[_Scope, ...]:
        self._with(found)
        self.verb = self.verb or "update"
        self._set(relation(found.relation), found.target_list)
        return (self._target(found.relation) | self._sources(found.from_clause), *scopes)

    def _delete(self, found: pb.DeleteStmt, scopes: tuple[_Scope, ...]) -> tuple[_Scope, ...]:
        self._with(found)
        self.verb = self.verb or "delete"
        return (self._target(found.relation) | self._sources(found.using_clause), *scopes)

    def _compare(self, found: pb.A_Expr, scopes: tuple[_Scope, ...]) -> tuple[_Scope, ...]:
        if found.kind in _KINDS and spelled(found.name[-1:]) in _OPERATORS | {"BETWEEN", "NOT BETWEEN"}:
            for left, right in _paired(found.lexpr, found.rexpr):
                for column, value in ((left, right), (right, left)):
                    self._compared(_column(column), value, scopes, several=found.kind in _SEVERAL)
        return scopes

    def _compared(self, names: Sequence[str], value: Node, scopes: tuple[_Scope, ...], *, several: bool) -> None:
        for number in _numbers(value) if names else ():
            use = Use(kind="compared", columns=tuple(_candidates(names, scopes)), several=several and not _items(value))
            self.uses.setdefault(number, use)

    def _set(self, table: str, targets: Iterable[Node]) -> None:
        for target in targets:
            self._written(table, target.res_target.name, target.res_target.val)

    def _written(self, table: str, column: str, value: Node) -> None:
        for number in _numbers(value):
            self.uses[number] = Use(kind="written", columns=((table, column),))

    @staticmethod
    def _target(found: pb.RangeVar) -> _Scope:
        return {found.alias.aliasname or found.relname: relation(found)}

    def _sources(self, nodes: Iterable[Node]) -> _Scope:
        """By alias; what is made inside of the statement has columns that nobody knows."""
        found: _Scope = {}
        for node in nodes:
            if node.HasField("join_expr"):
                found |= self._sources([node.join_expr.larg, node.join_expr.rarg])  # codespell:ignore larg
            elif node.HasField("range_var"):
                named = node.range_var
                is_table = named.schemaname or named.relname not in self.named
                found |= self._target(named) if is_table else {}
        return found

    _READERS: ClassVar[dict[type[Message], Callable[[_Finder, Any, tuple[_Scope, ...]], tuple[_Scope, ...]]]] = {
        pb.A_Expr: _compare,
        pb.DeleteStmt: _delete,
        pb.InsertStmt: _insert,
        pb.ParamRef: _param,
        pb.RangeVar: _range,
        pb.SelectStmt: _select,
        pb.UpdateStmt: _update,
    }


def _candidates(names: Sequence[str], scopes: tuple[_Scope, ...]) -> Iterable[tuple[str, str]]:
    """Tables that may have a column: by its alias, or all that are in scope."""
    *table, column = names
    for scope in scopes:
        for alias, known in scope.items():
            if not table or alias == table[-1]:
                yield known, column


def _paired(left: Node, right: Node) -> Iterable[tuple[Node, Node]]:
    """`(a, b) < ($1, $2)` compares one by one."""
    if left.HasField("row_expr") and right.HasField("row_expr"):
        return zip(left.row_expr.args, right.row_expr.args, strict=False)
    return [(left, right)]


def _column(node: Node) -> Sequence[str]:
    match node.WhichOneof("node"):
        case "column_ref":
            return [part.string.sval for part in node.column_ref.fields]
        case "type_cast":
            return _column(node.type_cast.arg)
        case "collate_clause":
            return _column(node.collate_clause.arg)
        case "func_call" if spelled(node.func_call.funcname[-1:]) in _TRANSPARENT and node.func_call.args:
            return _column(node.func_call.args[-1])
        case _:
            return []


def _numbers(node: Node) -> list[int]:
    """The parameters that an expression is, or that its items are."""
    match node.WhichOneof("node"):
        case "param_ref":
            return [node.param_ref.number]
        case "type_cast":
            return _numbers(node.type_cast.arg)
        case _:
            return [number for item in _items(node) for number in _numbers(item)]


def _items(node: Node) -> Sequence[Node]:
    match node.WhichOneof("node"):
        case "a_array_expr":
            return list(node.a_array_expr.elements)
        case "list":
            return list(node.list.items)
        case "type_cast":
            return _items(node.type_cast.arg)
        case _:
            return []
