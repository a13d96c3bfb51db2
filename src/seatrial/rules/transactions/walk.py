"""Walks through a script's statements and says for each whether the author's own transaction is open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.lexis import blanked
from seatrial.model.source import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.source import Script, Statement

__all__ = ["Visit", "changes", "left_open", "line_of", "walk"]

#: Statements that leave nothing behind that a failure after them could make wrong.
_HARMLESS = frozenset({"variable_set_stmt", "comment_stmt"})
#: Hands the transaction over to a transaction manager.
_PREPARE = re.compile(r"prepare\b", re.IGNORECASE)
_CHAIN = re.compile(r"\band\s+chain\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One statement, with what was open when it was reached."""

    statement: Statement
    #: The author's BEGIN that is open here; None outside of one.
    begin: Statement | None


def walk(script: Script) -> Iterator[Visit]:
    """Every statement in turn."""
    begin: Statement | None = None
    for statement in script.statements:
        yield Visit(statement=statement, begin=begin)
        begin = _open_after(statement, begin)


def left_open(script: Script) -> Statement | None:
    """The author's BEGIN that is open where the script ends."""
    begin: Statement | None = None
    for statement in script.statements:
        begin = _open_after(statement, begin)
    return begin


def changes(statement: Statement) -> bool:
    """Whether a statement does something to the database: neither transaction control, nor SET, nor COMMENT."""
    return statement.transaction in {Transaction.NONE, Transaction.STANDALONE} and statement.node not in _HARMLESS


def line_of(script: Script, statement: Statement) -> int:
    """The line on which a statement begins, counted from one."""
    return script.source.text.count("\n", 0, statement.start) + 1


def _open_after(statement: Statement, begin: Statement | None) -> Statement | None:
    if statement.transaction is Transaction.BEGIN:
        return begin or statement
    if statement.transaction in {Transaction.COMMIT, Transaction.ROLLBACK}:
        return statement if _CHAIN.search(blanked(statement.text)) else None
    if statement.node == "transaction_stmt" and _PREPARE.match(statement.text):
        return None
    return begin
