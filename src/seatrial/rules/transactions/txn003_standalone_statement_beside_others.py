"""A statement that no transaction can hold, in one file with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.source import Transaction
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.transactions.walk import changes, line_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.WARNS


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each file, at its first such statement; SET and COMMENT beside it do no harm."""
    for script in texts(scripts):
        alone = [
            visit.statement
            for visit in walk(script)
            if visit.statement.transaction is Transaction.STANDALONE and visit.begin is None
        ]
        if alone and sum(map(changes, script.statements)) > 1:
            lines = ", ".join(str(line_of(script, statement)) for statement in alone)
            yield Hit(
                script=script,
                offset=alone[0].start,
                what=f"{_shown(alone[0].text)} runs outside any transaction, in one file with other statements "
                f"(line{'s' if len(alone) > 1 else ''} {lines})",
                effect="the file is not applied as a whole: when a statement fails, those before it stay; Seatrial "
                "goes on at the statement that failed, other tools begin the file again",
                fix="Move each such statement into a migration of its own",
            )


def _shown(text: str) -> str:
    """The words that make it stand alone: `CREATE INDEX CONCURRENTLY`, `VACUUM`, `ALTER SYSTEM`."""
    words = text.replace("(", " ").upper().split()
    return " ".join(words[: words.index("CONCURRENTLY") + 1] if "CONCURRENTLY" in words[:4] else words[:2])
