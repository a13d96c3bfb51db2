"""Several statements of one file that each go through the same table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.locks.reading import by_statement
from seatrial.rules.locks.rewriting import rewrites
from seatrial.rules.locks.scanning import scans
from seatrial.rules.naming import line_at, lines, quoted
from seatrial.rules.spelling import relation
from seatrial.rules.usage import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.INFORMS

#: One takes the other back.
_ALONE = frozenset({"set logged", "set unlogged"})
_NAME = r'(?:"(?:[^"]|"")+"|[\w$]+)'
_HEAD = re.compile(
    rf"\s*alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{_NAME}(?:\s*\.\s*{_NAME})?\s*\*?\s*", re.IGNORECASE
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each table and transaction, at the second statement."""
    found: dict[tuple[tuple[str, int], str], dict[int, Occasion]] = {}
    for source in (rewrites, scans):
        for group in by_statement(source(schema)):
            for each in group:
                if _can_be_joined(each.occasion):
                    key = each.occasion.transaction, each.table
                    found.setdefault(key, {})[each.occasion.number] = each.occasion
    for (_, table), occasions in found.items():
        statements = [occasions[number] for number in sorted(occasions)]
        if len(statements) > 1:
            second = statements[1]
            numbers = [line_at(each.script, each.offset) for each in statements]
            yield Hit(
                script=second.script,
                offset=second.offset,
                what=f"{quoted(table)} is gone through {len(statements)} times by one transaction ({lines(numbers)})",
                effect="the table is closed for the sum of them, where one pass would do for all",
                fix=_together(table, statements),
            )


def _can_be_joined(occasion: Occasion) -> bool:
    altered = occasion.command
    return isinstance(altered, AlterTable) and not any(action.kind in _ALONE for action in altered.actions)


def _together(table: str, statements: Sequence[Occasion]) -> str:
    texts = [written(each) for each in statements]
    heads = [_HEAD.match(text) for text in texts]
    if not all(heads):
        return f"One ALTER TABLE {relation(table)} with all of these actions, separated by commas"
    actions = [text[head.end() :].strip() for text, head in zip(texts, heads, strict=True) if head]
    return f"alter table {relation(table)}\n    " + ",\n    ".join(actions) + ";"
