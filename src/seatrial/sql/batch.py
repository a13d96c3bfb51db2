"""A statement cut by a key: the one for a range of keys, and the question where the range ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from seatrial.sql.batch_insert import called, gone_through
from seatrial.sql.batch_pieces import CannotCut, pieces, refuse
from seatrial.sql.text import is_only, literal, quoted, relation
from seatrial.sql.trees import trees
from seatrial.sql.words import CannotRead, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgast.pg_query_pb2 import InsertStmt, Node, RangeVar, UpdateStmt

__all__ = ["CannotCut", "Cut", "cut", "names_key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A statement in pieces, to be put together again for a range of keys; texts are SQL."""

    #: UPDATE or INSERT.
    verb: str
    #: What it changes, as the statement names it: `public.notes`.
    changed: str
    #: Whose rows are met one after the other: of an UPDATE the same, of an INSERT the first one in FROM.
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
    #: Names of the functions that the query of an INSERT calls, as only the target knows which are aggregates.
    calls: tuple[str, ...] = ()

    def statement(self, above: str | None, upto: str | None) -> str:
        """The same for rows with a key above the one value and not above the other; None is without end."""
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
    """Take an UPDATE, or an INSERT … SELECT, apart.

    Args:
        text: one statement.
        key: a column of the table of the UPDATE, or of the first one in FROM of the INSERT, without quotes.

    Raises:
        CannotCut: it is neither, or the batches would not do together what the statement does.
    """
    found = _statement(text)
    if found.WhichOneof("node") == "update_stmt":
        return _cut_update(text, found.update_stmt, key)
    if found.WhichOneof("node") == "insert_stmt":
        return _cut_insert(text, found.insert_stmt, key)
    raise CannotCut("it is no UPDATE, and no INSERT with a SELECT")


def names_key(text: str) -> str | None:
    """The column that a word stands for, quoted or not; None where it is no name."""
    try:
        found = tokens(text)
    except CannotRead:
        return None
    if len(found) != 1 or not found[0].name or found[0].text != text:
        return None
    return found[0].name if found[0].text.startswith('"') else found[0].name.lower()


def _statement(text: str) -> Node:
    try:
        [raw] = trees(text)
    except (postgast.PgQueryError, DecodeError, ValueError):
        raise CannotCut("it is no single statement that can be read") from None
    return raw.stmt


def _cut_update(text: str, found: UpdateStmt, key: str) -> Cut:
    if key in {item.res_target.name for item in found.target_list}:
        raise CannotCut(f'it changes "{key}" itself, so a row could be met twice or never')
    if found.where_clause.WhichOneof("node") == "current_of_expr":
        raise CannotCut("it changes the row of a cursor")
    # A query in SET is asked for each row alone.
    refuse(found, found.relation, key, [found.where_clause, *found.from_clause, found.with_clause])
    parts = pieces(text, is_conditional=found.HasField("where_clause"), ends=frozenset({"returning"}))
    return _made("UPDATE", found.relation, found.relation, key, parts)


def _cut_insert(text: str, found: InsertStmt, key: str) -> Cut:
    first = gone_through(text, found, key)
    query = found.select_stmt.select_stmt
    end = found.on_conflict_clause.location if found.HasField("on_conflict_clause") else -1
    parts = pieces(
        text, is_conditional=query.HasField("where_clause"), ends=frozenset({"order", "for", "returning"}), end=end
    )  # fmt: skip
    return replace(_made("INSERT", found.relation, first, key, parts), calls=called(found))


def _made(verb: str, changed: RangeVar, met: RangeVar, key: str, parts: tuple[str, str, str]) -> Cut:
    head, condition, tail = parts
    own = met.alias.aliasname or met.relname
    alias = f" AS {quoted(own)}" if met.alias.aliasname else ""
    only = "ONLY " if is_only(met) else ""
    return Cut(
        verb=verb, changed=relation(changed), table=relation(met), column=key,
        source=f"{only}{relation(met)}{alias}", key=f"{quoted(own)}.{quoted(key)}",
        head=head, condition=condition, tail=tail,
    )  # fmt: skip
