"""What a piece of SQL inside a function may mean by its names: columns, variables of the function, relations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.trees import parse_text
from seatrial.sql.words import CannotRead, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from postgast.pg_query_pb2 import Node, SelectStmt


__all__ = ["Mention", "References", "references", "replaced"]

_EXPRESSION = "SELECT "


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name that stands where a column or a variable may stand: `a`, `a.b`, `a.b.*`."""

    fields: tuple[str, ...]
    #: Byte offset in the text; negative where the place is not known.
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What was found in one text."""

    #: The kind of each statement, as the parser names it: `select_stmt`.
    kinds: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    #: `$1`, with the byte offset.
    numbers: tuple[tuple[int, int], ...] = ()
    #: Names, without schema, and aliases of what is read or written.
    relations: frozenset[str] = frozenset()
    #: How many columns a single SELECT without a star has; else 0.
    width: int = 0
    #: The value, where the whole expression is one string constant.
    constant: str | None = None


def references(text: str, *, expression: bool = False) -> References:
    """What a statement, or an expression as PL/pgSQL takes it (a SELECT without its first word), refers to.

    Raises:
        CannotRead: the grammar refused it, or it is nested too deeply.
    """
    prefix = _EXPRESSION if expression else ""
    try:
        statements = [raw.stmt for raw in parse_text(prefix + text).stmts]
    except postgast.PgQueryError as error:
        raise CannotRead(error.message) from error
    except DecodeError as error:
        raise CannotRead("it is nested too deeply") from error
    found = _Finder(shift=len(prefix))
    for statement in statements:
        found.visit(statement)
    select = statements[0].select_stmt if len(statements) == 1 and statements[0].HasField("select_stmt") else None
    return References(
        kinds=tuple(statement.WhichOneof("node") or "" for statement in statements),
        mentions=tuple(found.mentions),
        numbers=tuple(found.numbers),
        relations=frozenset(found.relations),
        width=_width(select) if select is not None else 0,
        constant=_constant(select) if select is not None else None,
    )


def replaced(text: str, changes: Mapping[int, tuple[int, str]]) -> str:
    """The text with names changed: at a byte offset, so many names with the dots between them become something else.

    Raises:
        CannotRead: at one of the places there is no name.
    """
    if not changes:
        return text
    encoded, words = text.encode(), tokens(text)
    by_start = {token.start: place for place, token in enumerate(words)}
    pieces, done = [], 0
    for start in sorted(changes):
        count, new = changes[start]
        if start not in by_start:
            raise CannotRead("a name was not found at its place")
        last = words[by_start[start] + 2 * (count - 1)]
        pieces += [encoded[done:start].decode(), new]
        done = last.end
    return "".join([*pieces, encoded[done:].decode()])


def _width(select: SelectStmt) -> int:
    targets = select.target_list
    if not targets or any(_is_star(target.res_target.val) for target in targets):
        return 0
    return len(targets)


def _is_star(node: Node) -> bool:
    if node.HasField("a_indirection"):
        return any(part.HasField("a_star") for part in node.a_indirection.indirection)
    return node.HasField("column_ref") and any(part.HasField("a_star") for part in node.column_ref.fields)


def _constant(select: SelectStmt) -> str | None:
    if len(select.target_list) != 1 or select.from_clause:
        return None
    value = select.target_list[0].res_target.val
    is_text = value.HasField("a_const") and value.a_const.HasField("sval")
    return str(value.a_const.sval.sval) if is_text else None


@dataclass(slots=True, kw_only=True)
class _Finder:
    shift: int
    mentions: list[Mention] = field(default_factory=list)
    numbers: list[tuple[int, int]] = field(default_factory=list)
    relations: set[str] = field(default_factory=set)
    #: Names in ORDER BY that stand for a column of the result and never for a variable.
    outputs: set[int] = field(default_factory=set)

    def visit(self, message: Message) -> None:
        """Look at a part of the tree and at all below it."""
        reader = _READERS.get(type(message).__name__)
        if reader is not None:
            reader(self, message)
        for part in _parts(message):
            self.visit(part)

    def column(self, reference: pb.ColumnRef) -> None:
        if reference.location in self.outputs:
            return
        names = [part.string.sval if part.HasField("string") else "*" for part in reference.fields]
        if names[0] != "*":
            self.mentions.append(Mention(fields=tuple(names), start=reference.location - self.shift))

    def number(self, reference: pb.ParamRef) -> None:
        self.numbers.append((reference.number, reference.location - self.shift))

    def relation(self, reference: pb.RangeVar) -> None:
        self.relations.add(reference.relname)

    def alias(self, reference: pb.Alias) -> None:
        self.relations.add(reference.aliasname)

    def common_table(self, reference: pb.CommonTableExpr) -> None:
        self.relations.add(reference.ctename)

    def index_element(self, element: pb.IndexElem) -> None:
        # ON CONFLICT (a) is compiled like an expression, and meets the same doubt.
        if element.name:
            self.mentions.append(Mention(fields=(element.name,), start=-1))

    def select(self, select: SelectStmt) -> None:
        targets = [target.res_target for target in select.target_list]
        labels = {target.name or _last_name(target.val) for target in targets}
        has_star = any(_is_star(target.val) for target in targets)
        for item in [*select.sort_clause, *select.distinct_clause]:
            reference = (item.sort_by.node if item.HasField("sort_by") else item).column_ref
            is_output = has_star or not targets or (reference.fields and reference.fields[0].string.sval in labels)
            # Without targets it sorts a UNION, which knows nothing but the columns of its result.
            if len(reference.fields) == 1 and is_output:
                self.outputs.add(reference.location)


def _last_name(node: Node) -> str:
    return str(node.column_ref.fields[-1].string.sval) if node.HasField("column_ref") else ""


def _parts(message: Message) -> Iterator[Message]:
    for descriptor, value in message.ListFields():
        if descriptor.type == descriptor.TYPE_MESSAGE:
            if isinstance(value, Message):
                yield value
            else:
                yield from value


_READERS = {
    "ColumnRef": _Finder.column,
    "ParamRef": _Finder.number,
    "RangeVar": _Finder.relation,
    "Alias": _Finder.alias,
    "CommonTableExpr": _Finder.common_table,
    "IndexElem": _Finder.index_element,
    "SelectStmt": _Finder.select,
}
