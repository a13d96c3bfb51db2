"""A statement that changes rows, as one that does the same and keeps them as they were and as they become.

Everything is one statement of one snapshot. What an UPDATE changes is locked and read first and then changed by its
key: under the lock nobody else changes a row between the two, so that none is changed without its old image.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.batch_pieces import outside
from seatrial.sql.kept_images import forgotten, left, remembered
from seatrial.sql.text import is_only, quoted, relation, spelled
from seatrial.sql.trees import trees

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from google.protobuf.message import Message
    from postgast.pg_query_pb2 import DeleteStmt, InsertStmt, UpdateStmt

    from seatrial.model.archive import KeptRows

__all__ = ["CannotKeep", "keeps"]

_WRITING = (pb.UpdateStmt, pb.InsertStmt, pb.DeleteStmt, pb.MergeStmt)
#: Functions of the server that answer otherwise when they are asked twice.
_FICKLE = frozenset({
    "clock_timestamp", "gen_random_uuid", "nextval", "random", "random_normal", "timeofday", "uuidv4", "uuidv7",
})  # fmt: skip
#: Names of ours that no author has.
_OLD, _NEW = '"seatrial old"', '"seatrial new"'


class CannotKeep(Exception):
    """The statement cannot be written so that it keeps its rows; says why, as a clause."""


def keeps(text: str, kept: KeptRows, columns: Sequence[str], *, fickle: Collection[str] = ()) -> str:
    """The same statement, which keeps its rows; it counts as many as the original where none was met before.

    A row that the migration changes again keeps its first image in `was`; where somebody else has changed a value in
    between, theirs is the one to go back to. One that the migration itself has inserted is never in `was`.

    Args:
        text: one UPDATE, DELETE or INSERT.
        kept: where to.
        columns: of which the values are kept, the key among them; quoted as in SQL.
        fickle: functions that may answer otherwise when they are asked again, beside the server's own.

    Raises:
        CannotKeep: nothing but triggers sees all that it does.
    """
    node, kept = _single(text), replace(kept, columns=tuple(columns))
    kind = node.WhichOneof("node")
    if kind == "update_stmt":
        return _update(text, node.update_stmt, kept, fickle)
    if kind == "delete_stmt":
        return _delete(text, node.delete_stmt, kept)
    if kind == "insert_stmt":
        return _insert(text, node.insert_stmt, kept)
    raise CannotKeep("it is no UPDATE, DELETE or INSERT")


def _single(text: str) -> pb.Node:
    try:
        [raw] = trees(text)
    except (postgast.PgQueryError, DecodeError, ValueError):
        raise CannotKeep("it is no single statement that can be read") from None
    return raw.stmt


def _update(text: str, found: UpdateStmt, kept: KeptRows, fickle: Collection[str]) -> str:
    _refuse(found)
    if {_bare(name) for name in kept.key} & {item.res_target.name for item in found.target_list}:
        raise CannotKeep("it changes the key itself")
    parts = _Parts(text, "update", found)
    if parts.beside:
        _refuse_fickle([*found.from_clause, found.where_clause, found.with_clause], fickle)
    own, named = _own(found), _naming(kept, "was ")
    beside = f",\n{parts.beside}" if parts.beside else ""
    where = f"\nWHERE {parts.condition}" if parts.condition else ""
    met = " AND ".join(f"{own}.{name} = {_OLD}.{named(name)}" for name in kept.key)
    # Who is met was decided when it was locked; what is plain is asked again all the same, as it may lead to an index.
    is_asked = parts.condition and (parts.beside or _is_plain(found.where_clause))
    asked = f"({parts.condition}\n) AND " if is_asked else ""
    read = f"SELECT {_images(own, kept, named)}\nFROM {_source(found)}{beside}{where}\nFOR NO KEY UPDATE OF {own}"
    changed = (
        f"{parts.head}\nFROM {parts.beside + ', ' if parts.beside else ''}{_OLD}\nWHERE {asked}{met}\n"
        f"RETURNING {_images(own, kept)}{parts.returning}"
    )
    return (
        f"{parts.opening}{_OLD} AS MATERIALIZED (\n{read}\n),\n"
        f'"seatrial was" AS (\n{remembered(kept, _OLD, named, often=bool(parts.beside))}\n),\n'
        f"{_NEW} AS (\n{changed}\n)\n{left(kept, _NEW, _naming(kept))}"
    )


def _delete(text: str, found: DeleteStmt, kept: KeptRows) -> str:
    _refuse(found)
    parts, named = _Parts(text, "delete", found), _naming(kept)
    return (
        f"{parts.opening}{_OLD} AS (\n{parts.whole}\nRETURNING {_images(_own(found), kept)}{parts.returning}\n),\n"
        f'"seatrial gone" AS (\n{forgotten(kept, _OLD, named)}\n)\n{remembered(kept, _OLD, named)}'
    )


def _insert(text: str, found: InsertStmt, kept: KeptRows) -> str:
    if found.on_conflict_clause.action == pb.ONCONFLICT_UPDATE:
        raise CannotKeep("its ON CONFLICT changes rows that were there before")
    _refuse(found)
    parts = _Parts(text, "insert", found)
    return (
        f"{parts.opening}{_NEW} AS (\n{parts.whole}\nRETURNING {_images(_own(found), kept)}{parts.returning}\n)\n"
        f"{left(kept, _NEW, _naming(kept))}"
    )


class _Parts:
    """The text of a statement in pieces."""

    def __init__(self, text: str, word: str, found: Message) -> None:
        """`word` is the one that the statement begins with, behind its WITH."""
        encoded = text.encode()
        tokens = list(outside(text))
        named = found.relation.location
        begin = max(token.start for token in tokens if token.word == word and token.start < named)
        behind = [token for token in tokens if token.start > named]
        returning = next((token for token in behind if token.word == "returning"), None)
        end = returning.start if returning else len(encoded)
        where = next((token for token in behind if token.word == "where" and token.start < end), None)
        until = where.start if where else end
        # `a IS DISTINCT FROM b` in SET is no clause.
        clause = next((two for one, two in pairwise(behind) if two.word == "from" and one.word != "distinct"), None)
        clause = clause if clause and clause.start < until and word == "update" and found.from_clause else None

        def piece(first: int, last: int) -> str:
            return encoded[first:last].decode().strip()

        own = piece(0, begin)
        #: WITH and what the author has there.
        self.opening = f"{own}\n,\n" if own else "WITH "
        #: Up to RETURNING.
        self.whole = piece(begin, end)
        #: UPDATE … SET …
        self.head = piece(begin, clause.start if clause else until)
        #: The author's FROM, without the word.
        self.beside = piece(clause.end, until) + "\n" if clause else ""
        self.condition = piece(where.end, end) if where else ""
        given = piece(returning.end, len(encoded)) if returning else ""
        if given.lower().startswith("with"):
            raise CannotKeep("its RETURNING gives names to the old row and the new one")
        self.returning = f", {given}" if given else ""


def _refuse(found: Message) -> None:
    nodes = [node for _, node in postgast.walk(found) if node is not found]
    if any(isinstance(node, _WRITING) for node in nodes):
        raise CannotKeep("its WITH changes rows as well")
    if any(isinstance(node, pb.CurrentOfExpr) for node in nodes):
        raise CannotKeep("it changes the row of a cursor")


def _refuse_fickle(parts: Iterable[Message], fickle: Collection[str]) -> None:
    """What chooses the rows is asked twice where others stand beside the table, and must answer the same."""
    nodes = [node for part in parts for _, node in postgast.walk(part)]
    selects = [node for node in nodes if isinstance(node, pb.SelectStmt)]
    if any(one.HasField("limit_count") or one.HasField("limit_offset") or one.locking_clause for one in selects):
        raise CannotKeep("it takes some rows of a query, which might be others when it is asked again")
    if any(isinstance(node, pb.RangeTableSample) for node in nodes):
        raise CannotKeep("it takes a sample, which might be another when it is asked again")
    calls = {spelled(node.funcname).rsplit(".", 1)[-1] for node in nodes if isinstance(node, pb.FuncCall)}
    if calls & {*_FICKLE, *fickle}:
        raise CannotKeep("what chooses its rows answers otherwise when it is asked again")


def _is_plain(condition: Message) -> bool:
    """Whether it calls no function and asks no query."""
    return not any(isinstance(node, (pb.FuncCall, pb.SubLink)) for _, node in postgast.walk(condition))


def _own(found: Message) -> str:
    """The name by which the statement calls its table."""
    return quoted(found.relation.alias.aliasname or found.relation.relname)


def _source(found: Message) -> str:
    only = "ONLY " if is_only(found.relation) else ""
    alias = f" AS {_own(found)}" if found.relation.alias.aliasname else ""
    return f"{only}{relation(found.relation)}{alias}"


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _naming(kept: KeptRows, word: str = "") -> Callable[[str], str]:
    """What a column is called in between, so that it is never taken for another of the author's."""
    return lambda name: f'"seatrial {word}{kept.columns.index(name) + 1}"'


def _images(of: str, kept: KeptRows, named: Callable[[str], str] | None = None) -> str:
    called = named or _naming(kept)
    return ", ".join(f"{of}.{name} AS {called(name)}" for name in kept.columns)
