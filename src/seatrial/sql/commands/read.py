"""A script's statements as commands, each at its place; those inside of DO blocks follow the block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.model.commands import CreateTable, Do, Other, SetVariable
from seatrial.sql.commands import objects, rights, routines, rows, tables
from seatrial.sql.commands.bodies import body_offset, in_body
from seatrial.sql.commands.naming import DEFAULT_PATH, full, path_of, searching
from seatrial.sql.commands.places import Places, places_of
from seatrial.sql.trees import parse_text, trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from postgast.pg_query_pb2 import Node, RawStmt

    from seatrial.model.commands import Command, Inner
    from seatrial.model.source import Script, Statement

__all__ = ["ReadCommand", "read_commands"]

_DATA = frozenset({
    "select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "copy_stmt", "call_stmt",
})  # fmt: skip
_PLAIN: dict[str, Callable[[Any], Command]] = {
    **objects.READERS,
    **rights.READERS,
    **rows.READERS,
    "alter_function_stmt": routines.alter_function,
    "create_trig_stmt": routines.trigger,
    "rule_stmt": routines.rule,
    "create_event_trig_stmt": routines.event_trigger,
}
_PLACED: dict[str, Callable[..., Command]] = {
    "create_stmt": tables.create_table,
    "create_foreign_table_stmt": tables.create_foreign_table,
    "index_stmt": tables.index,
    "create_policy_stmt": routines.create_policy,
    "alter_policy_stmt": routines.alter_policy,
    "view_stmt": routines.create_view,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCommand:
    """A statement, or one inside of a DO block."""

    command: Command
    statement: Statement
    offset: int
    in_do: bool = False
    guarded: bool = False


def read_commands(script: Script, knows: Callable[[str], bool] = lambda _: False) -> Iterator[ReadCommand]:
    """Every statement of a script, in order; of what is nested too deeply only that it is there.

    Args:
        script: the file.
        knows: whether something has a qualified name by now; it is asked about bare ones where the file sets a path.
    """
    path: tuple[str, ...] = DEFAULT_PATH
    for statement, raw in zip(script.statements, _trees(script), strict=True):
        with searching(path, knows):
            found = tuple(_read(statement, raw))
        yield from found
        said = found[0].command
        if isinstance(said, SetVariable) and said.name in {"search_path", "all"}:
            path = path_of(said.value)


def _read(statement: Statement, raw: RawStmt | None) -> Iterator[ReadCommand]:
    node = raw.stmt if raw is not None else _tree(statement.text)
    skipped = raw.stmt_location if raw is not None else 0
    places = places_of(statement.text, statement.start, skipped=skipped)
    if node is None:
        yield ReadCommand(command=Other(node=statement.node), statement=statement, offset=statement.start)
        return
    inner: tuple[Inner, ...] = ()
    command: Command
    if node.HasField("do_stmt"):
        held = in_body(node, places, _command)
        inner, command = held.inner, routines.do(node.do_stmt, held)
    else:
        command = _command(node, places)
    yield ReadCommand(command=command, statement=statement, offset=statement.start)
    for one in inner:
        yield ReadCommand(command=one.command, statement=statement, offset=one.offset, in_do=True, guarded=one.guarded)


def _trees(script: Script) -> Sequence[RawStmt | None]:
    """What the file was parsed to; None for each statement where it could not be as a whole."""
    none = [None] * len(script.statements)
    try:
        found = trees(script.source.text) if script.statements else none
    except (postgast.PgQueryError, DecodeError):
        return none
    return found if len(found) == len(none) else none


def _tree(text: str) -> Node | None:
    try:
        [raw] = parse_text(text).stmts
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None
    found: Node = raw.stmt
    return found


def _command(node: Node, places: Places) -> Command:
    """One statement; also of a body, where a nested DO is only said to be there."""
    kind = node.WhichOneof("node") or ""
    if kind in _WHOLE:
        return _WHOLE[kind](node, places)
    if kind in _DATA:
        return rows.data(kind, node, places)
    if kind in _PLACED:
        return _PLACED[kind](getattr(node, kind), places)
    return _PLAIN[kind](getattr(node, kind)) if kind in _PLAIN else Other(node=kind)


def _made_of_query(node: Node, places: Places) -> Command:
    found = node.create_table_as_stmt
    is_view = found.objtype == pb.OBJECT_MATVIEW
    return (routines.materialized_view if is_view else tables.create_table_as)(found, places)


def _function(node: Node, places: Places) -> Command:
    held = in_body(node, places, _command)
    return routines.create_function(node.create_function_stmt, held, body_offset(node, places))


def _select(node: Node, places: Places) -> Command:
    setting = rows.set_config(node)
    if setting is not None:
        return setting
    into = node.select_stmt.into_clause
    if into.HasField("rel"):
        query = rows.data("select_stmt", node, places).query
        return CreateTable(table=full(into.rel, new=True), query=query)
    return rows.data("select_stmt", node, places)


_WHOLE: dict[str, Callable[[Node, Places], Command]] = {
    "select_stmt": _select,
    "create_table_as_stmt": _made_of_query,
    "create_function_stmt": _function,
    "alter_table_stmt": lambda node, places: tables.alter_table(
        node.alter_table_stmt, places, places.prefix + places.skipped
    ),
    "do_stmt": lambda _, __: Do(language="plpgsql"),
}
