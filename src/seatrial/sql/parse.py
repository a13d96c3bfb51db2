"""A file's text becomes statements with their places, or the place where the grammar gave up."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from seatrial.model.source import Script, Statement, SyntaxFault, Transaction
from seatrial.sql.directives import directed
from seatrial.sql.objects import created
from seatrial.sql.revert import with_revert
from seatrial.sql.transaction import concurrent_index, sets, transaction_of
from seatrial.sql.trees import trees

if TYPE_CHECKING:
    from collections.abc import Callable

    from postgast.pg_query_pb2 import RawStmt

    from seatrial.model.source import Source

__all__ = ["content_digest", "ends_transaction", "is_one_query", "is_one_request", "parse"]

#: What an application asks a database.
_REQUESTS = frozenset({"select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})


def parse(source: Source) -> Script:
    """Parse a source with PostgreSQL's own grammar (version 18).

    A NUL character is a fault, as the server would not take it; so is a file that is not text.
    """
    text = source.text
    digest = content_digest(text)
    if "\0" in text:
        fault = SyntaxFault(message="NUL character in SQL text", start=text.index("\0"))
        return Script(source=source, statements=(), fault=fault, digest=digest)
    try:
        statements = _statements(text)
    except postgast.PgQueryError as error:
        # Unlike the places of statements, an error's position is counted in characters.
        fault = SyntaxFault(message=error.message, start=max(0, error.cursorpos - 1))
        return Script(source=source, statements=(), fault=fault, digest=digest)
    return with_revert(directed(Script(source=source, statements=statements, digest=digest)), parse)


def is_one_query(text: str) -> bool:
    """Whether a text is a single SELECT (or VALUES, or WITH … SELECT) and nothing else."""
    try:
        return [statement.node for statement in _statements(text)] == ["select_stmt"]
    except postgast.PgQueryError:
        return False


def is_one_request(text: str) -> bool:
    """Whether a text is a single statement that reads or changes rows, and nothing else."""
    try:
        nodes = [statement.node for statement in _statements(text)]
    except postgast.PgQueryError:
        return False
    return len(nodes) == 1 and nodes[0] in _REQUESTS


def ends_transaction(text: str) -> bool:
    """Whether a COMMIT or a ROLLBACK is among the statements; text that the grammar refuses has none."""
    try:
        return any(s.transaction in {Transaction.COMMIT, Transaction.ROLLBACK} for s in _statements(text))
    except postgast.PgQueryError:
        return False


def content_digest(text: str) -> str:
    """SHA-256 over the tokens of a script: white space, comments and semicolons between statements do not count.

    Where the scanner gives up (a quote that never ends, say) the digest is over the text itself.
    """
    encoded = text.encode()
    try:
        tokens = postgast.scan(text.replace("\0", "")).tokens
    except postgast.PgQueryError:
        return hashlib.sha256(encoded.replace(b"\r\n", b"\n")).hexdigest()
    digest = hashlib.sha256()
    for token in tokens:
        word = encoded[token.start : token.end]
        if not word.startswith((b"--", b"/*")) and word != b";":
            digest.update(word.replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _statements(text: str) -> tuple[Statement, ...]:
    try:
        return _statements_of_tree(text)
    except DecodeError:
        return _one_by_one(text)


def _one_by_one(text: str) -> tuple[Statement, ...]:
    """The grammar took the text, but a tree in it is nested more deeply than its reader allows (100 levels).

    The parser still says where the statements end, so that only the deep ones stay without a node; what is so deep
    is an expression or a query, and nothing that ends a transaction.
    """
    found: list[Statement] = []
    end = 0
    for piece in postgast.split(text):
        start = text.index(piece, end)
        end = start + len(piece)
        try:
            alone = _statements_of_tree(piece)
        except DecodeError:
            body = piece.lstrip()
            found.append(Statement(text=body.rstrip(), start=end - len(body), node=""))
        else:
            found.extend(replace(statement, start=start + statement.start) for statement in alone)
    return tuple(found)


def _statements_of_tree(text: str) -> tuple[Statement, ...]:
    encoded, offset = text.encode(), _character_offsets(text)
    return tuple(_statement(raw, encoded, offset) for raw in trees(text))


def _statement(raw: RawStmt, encoded: bytes, offset: Callable[[int], int]) -> Statement:
    end = raw.stmt_location + raw.stmt_len if raw.stmt_len else len(encoded)
    return Statement(
        text=encoded[raw.stmt_location : end].decode().rstrip(),
        start=offset(raw.stmt_location),
        node=raw.stmt.WhichOneof("node") or "",
        transaction=transaction_of(raw.stmt),
        sets=sets(raw.stmt),
        index=concurrent_index(raw.stmt),
        creates=created(raw.stmt),
    )


def _character_offsets(text: str) -> Callable[[int], int]:
    """The parser counts bytes; a person and Python count characters."""
    if text.isascii():
        return lambda position: position
    ends = list(accumulate(len(character.encode()) for character in text))
    return lambda position: bisect_right(ends, position)
