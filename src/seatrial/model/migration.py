"""A migration and the steps it is executed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.source import Script, Statement, Transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Migration", "Step", "migration_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is executed as one piece: all of it is in the database afterwards, or nothing is."""

    #: Counted from one.
    number: int
    statements: tuple[Statement, ...]
    #: One statement that PostgreSQL refuses to run inside a transaction.
    standalone: bool = False
    #: What the steps before it have set for the session, which is new when a later run begins here.
    settings: tuple[Statement, ...] = ()
    #: How long a statement may wait for a lock, and how long it may take; 0 for what is usual.
    lock_timeout_ms: int = 0
    statement_timeout_ms: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 over the statements: a step that was begun must not be continued with others."""
        return hashlib.sha256("\0".join(statement.text for statement in self.statements).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file of the release, ready to be executed."""

    version: str
    name: str
    script: Script
    steps: tuple[Step, ...]

    @property
    def label(self) -> str:
        """`20250122000000_create_integrations_table`, as in the file's name."""
        return f"{self.version}_{self.name}" if self.name else self.version


def migration_of(script: Script) -> Migration:
    """Cut a script into steps.

    A file is one transaction. An author's outer BEGIN … COMMIT is absorbed; an inner COMMIT ends a step; a stand-alone
    statement is a step of its own; what an author rolls back is never run. A file without a statement is one empty
    step: it still has a row in the ledger. What one step sets for the session holds in those behind it.
    """
    groups: list[tuple[list[Statement], bool]] = []
    current: list[Statement] = []
    for statement in script.statements:
        if statement.transaction in {Transaction.COMMIT, Transaction.STANDALONE}:
            groups.append((current, False))
        if statement.transaction in {Transaction.COMMIT, Transaction.STANDALONE, Transaction.ROLLBACK}:
            current = []
        if statement.transaction is Transaction.STANDALONE:
            groups.append(([statement], True))
        elif statement.transaction is Transaction.NONE:
            current.append(statement)
    groups.append((current, False))
    filled = [group for group in groups if group[0]] or [([], False)]
    return Migration(
        version=script.source.version,
        name=script.source.name,
        script=script,
        steps=tuple(
            Step(
                number=number, statements=tuple(statements), standalone=alone, settings=_settings(filled[: number - 1])
            )
            for number, (statements, alone) in enumerate(filled, start=1)
        ),
    )


def _settings(before: Sequence[tuple[list[Statement], bool]]) -> tuple[Statement, ...]:
    return tuple(statement for statements, _ in before for statement in statements if statement.sets)
