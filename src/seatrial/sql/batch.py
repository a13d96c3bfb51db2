"""An UPDATE cut by a key: the statement for one range of keys, and the question where the range ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import is_only, literal, quoted, relation
from seatrial.sql.trees import trees
from seatrial.sql.words import CannotRead, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgast.pg_query_pb2 import RangeVar, SelectStmt, UpdateStmt

    from seatrial.sql.words import Token

__all__ = ["CannotCut", "Cut", "cut", "names_key"]

_WRITING = (pb.UpdateStmt, pb.InsertStmt, pb.DeleteStmt, pb.MergeStmt)
#: Columns that are no place in any order that lasts.
_SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})


class CannotCut(Exception):
    """The UPDATE cannot be cut by this key; says why, as a clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """An UPDATE in pieces, to be put together again for a range of keys; texts are SQL."""

    #: As the statement names it, `public.notes`.
    table: str
    #: Without quotes.
    column: str
    #: `ONLY public.notes AS n`.
    source: str
    #: `n.id`
    key: str
    #: The statement up to its condition, the word WHERE among it where there is one.
    head: str
    #: Empty where there is none.
    condition: str
    #: What follows, such as RETURNING.
    tail: str

    def statement(self, above: str | None, upto: str | None) -> str:
        """The same UPDATE for rows with a key above the one value and not above the other; None is without end."""
        opened, closed, bounds = self._around(above, upto)
        if not bounds:
            return self.head + self.condition + self.tail
        return f"{self.head}{opened}{self.condition}{closed}{bounds}\n{self.tail}"

    def offset(self, position: int, above: str | None, upto: str | None) -> int:
        """Where in the original statement a character of such a one is; negative where it is of ours."""
        opened, closed, bounds = self._around(above, upto)
        begins = len(self.head) + len(opened)
        ends = begins + len(self.condition)
        behind = ends + len(closed) + len(bounds) + 1
        if not bounds or position < len(self.head):
            return position
        if position >= behind:
            return position - behind + len(self.head) + len(self.condition)
        return position - len(opened) if begins <= position < ends else -1

    def _around(self, above: str | None, upto: str | None) -> tuple[str, str, str]:
        bounds = " AND ".join(self._bounds(above, upto))
        # A comment at the end of a line must not swallow what comes behind it.
        return ("(", "\n) AND ", bounds) if self.condition else ("\nWHERE ", "", bounds)

    def _bounds(self, above: str | None, upto: str | None) -> Iterator[str]:
        """The values are constants without a type: the server gives them the key's, and compares in its order."""
        if above is not None:
            yield f"{self.key} > {literal(above)}"
        if upto is not None:
            yield f"{self.key} <= {literal(upto)}"

    def question(self, above: str | None, size: int, shown: str = "{}::text") -> str:
        """Asks for the key of the last of the next rows; no row comes where fewer are left.

        Args:
            above: the last key that is done.
            size: how many rows.
            shown: the key as a text that the server reads back as the same value.
        """
        where = "".join(f" WHERE {bound}" for bound in self._bounds(above, None))
        asked = shown.format(self.key)
        return f"SELECT {asked} FROM {self.source}{where} ORDER BY {self.key} OFFSET {size - 1} LIMIT 1"  # noqa: S608 - quoted names

    def rest(self, above: str | None) -> str:
        """A query for the rows that are still to be looked at."""
        where = "".join(f" WHERE {bound}" for bound in self._bounds(above, None))
        return f"SELECT FROM {self.source}{where}"


def cut(text: str, key: str) -> Cut:
    """Take an UPDATE apart.

    Args:
        text: one statement.
        key: a column of its table, without quotes.

    Raises:
        CannotCut: it is no UPDATE, or the batches would not do together what the statement does.
    """
    found = _update(text)
    _refuse(found, key)
    head, condition, tail = _pieces(text)
    own = found.relation.alias.aliasname or found.relation.relname
    alias = f" AS {quoted(own)}" if found.relation.alias.aliasname else ""
    only = "ONLY " if is_only(found.relation) else ""
    return Cut(
        table=relation(found.relation), column=key, source=f"{only}{relation(found.relation)}{alias}",
        key=f"{quoted(own)}.{quoted(key)}", head=head, condition=condition, tail=tail,
    )  # fmt: skip


def names_key(text: str) -> str | None:
    """The column that a word stands for, quoted or not; None where it is no name."""
    try:
        found = tokens(text)
    except CannotRead:
        return None
    if len(found) != 1 or not found[0].name or found[0].text != text:
        return None
    return found[0].name if found[0].text.startswith('"') else found[0].name.lower()


def _update(text: str) -> UpdateStmt:
    try:
        [raw] = trees(text)
    except (postgast.PgQueryError, DecodeError, ValueError):
        raise CannotCut("it is no single statement that can be read") from None
    if raw.stmt.WhichOneof("node") != "update_stmt":
        raise CannotCut("it is no UPDATE")
    return raw.stmt.update_stmt


def _refuse(found: UpdateStmt, key: str) -> None:
    if key in _SYSTEM:
        raise CannotCut(f'"{key}" is no column that keeps its value')
    if key in {item.res_target.name for item in found.target_list}:
        raise CannotCut(f'it changes "{key}" itself, so a row could be met twice or never')
    if found.where_clause.WhichOneof("node") == "current_of_expr":
        raise CannotCut("it changes the row of a cursor")
    nodes = [node for _, node in postgast.walk(found) if node is not found]
    if any(isinstance(node, _WRITING) for node in nodes):
        raise CannotCut("its WITH changes rows as well, which every batch would do again")
    if any(map(_is_limited, _choosing(found))):
        raise CannotCut("it takes some rows of a query with LIMIT, and every batch would take others")
    refs = [node for node in nodes if isinstance(node, pb.ColumnRef)]
    if any(ref.fields[-1].string.sval in _SYSTEM - {"tableoid"} for ref in refs if ref.fields):
        raise CannotCut("it finds rows by where they lie, which is another place after each batch")
    if any(_is_same(node, found.relation) for node in nodes if isinstance(node, pb.RangeVar)):
        raise CannotCut("it reads the table that it changes, and a batch sees what those before it have changed")


def _choosing(found: UpdateStmt) -> Iterator[SelectStmt]:
    """The queries that decide which rows are changed; one in SET, or in EXISTS, is asked for each row alone."""
    parts = [found.where_clause, *found.from_clause, found.with_clause]
    nodes = [node for part in parts for _, node in postgast.walk(part)]
    links = [node for node in nodes if isinstance(node, pb.SubLink)]
    alone = [one.subselect.select_stmt for one in links if one.sub_link_type == pb.EXISTS_SUBLINK]
    yield from (node for node in nodes if isinstance(node, pb.SelectStmt) and node not in alone)


def _is_limited(query: SelectStmt) -> bool:
    return bool(query.HasField("limit_count") or query.HasField("limit_offset"))


def _is_same(read: RangeVar, changed: RangeVar) -> bool:
    if read is changed or (read.location == changed.location and read.relname == changed.relname):
        return False
    schemas = {read.schemaname, changed.schemaname} - {""}
    return bool(read.relname == changed.relname) and len(schemas) <= 1


def _pieces(text: str) -> tuple[str, str, str]:
    """What stands before the condition, the condition, and what follows; WHERE and RETURNING are reserved words."""
    outside = list(_outside(tokens(text)))
    where = next((token for token in outside if token.word == "where"), None)
    behind = next((token for token in outside if token.word == "returning"), None)
    encoded = text.encode()
    end = behind.start if behind else len(encoded)
    begin = where.end if where else end
    return encoded[:begin].decode(), encoded[begin:end].decode(), encoded[end:].decode()


def _outside(found: tuple[Token, ...]) -> Iterator[Token]:
    """Those in no brackets."""
    depth = 0
    for token in found:
        depth += (token.text in {"(", "["}) - (token.text in {")", "]"})
        if depth == 0:
            yield token
