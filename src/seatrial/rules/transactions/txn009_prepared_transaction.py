"""PREPARE TRANSACTION and what ends a prepared one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.lexis import blanked
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS

_PREPARED = re.compile(r"prepare\s+transaction\b|(?:commit|rollback)\s+prepared\b", re.IGNORECASE)


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each statement of the two-phase protocol."""
    for script in texts(scripts):
        for statement in script.statements:
            match = _PREPARED.match(blanked(statement.text)) if statement.node == "transaction_stmt" else None
            if match:
                yield Hit(
                    script=script,
                    offset=statement.start,
                    what=f"{' '.join(match[0].upper().split())} belongs to a transaction manager, not to a migration",
                    effect="a prepared transaction keeps its locks, over restarts too, until somebody ends it by name; "
                    "the ledger cannot tell whether its change is there",
                    fix="Delete the statement: the file is one transaction without it",
                )
