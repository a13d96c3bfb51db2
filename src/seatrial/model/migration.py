"""A migration and the steps it is executed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.model.source import Assertion, Script, Statement, Transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BEHIND", "UNDO", "Migration", "Step", "StepKind", "migration_of"]

#: What the version of a way back begins with.
UNDO = "undo-"
#: The steps that run behind a file are counted from here on, so that nobody takes them for the file's.
BEHIND = 1_000_000


class StepKind(StrEnum):
    """How a step is executed."""

    TRANSACTION = "transaction"
    #: One statement that PostgreSQL refuses to run inside a transaction.
    ALONE = "stand-alone"
    #: One UPDATE, cut by a key into transactions that each know how far they came.
    BATCH = "batch"
    #: An index of the file, built CONCURRENTLY before the file: its IF NOT EXISTS then finds it.
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is executed as one piece: all of it is in the database afterwards, or the ledger says how far it came."""

    #: Counted from one; those that a plan puts in front of the file end at nought: -1, 0.
    number: int
    statements: tuple[Statement, ...]
    kind: StepKind = StepKind.TRANSACTION
    #: What the steps before it have set for the session, which is new when a later run begins here.
    settings: tuple[Statement, ...] = ()
    #: What must be true before its COMMIT.
    assertions: tuple[Assertion, ...] = ()
    #: Digest of the file's own statements, where others run beside them or in their place.
    content: str = ""

    @property
    def standalone(self) -> bool:
        """Whether it is one statement outside of any transaction."""
        return self.kind in {StepKind.ALONE, StepKind.AHEAD}

    @property
    def digest(self) -> str:
        """SHA-256 over the statements: a step that was begun must not be continued with others."""
        text = "\0".join(statement.text for statement in self.statements)
        return self.content or hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file of the release, ready to be executed."""

    version: str
    name: str
    script: Script
    steps: tuple[Step, ...]
    #: Of a way back: the version that it takes back, which the ledger forgets with its last step.
    undoes: str = ""

    @property
    def label(self) -> str:
        """`20250122000000_create_integrations_table`, as in the file's name."""
        return f"{self.version}_{self.name}" if self.name else self.version


def migration_of(script: Script) -> Migration:
    """Cut a script into steps.

    A file is one transaction. An author's outer BEGIN … COMMIT is absorbed; an inner COMMIT ends a step; a stand-alone
    statement and an UPDATE in batches are steps of their own; what an author rolls back is never run. A file without a
    statement is one empty step: it still has a row in the ledger. What one step sets for the session holds in those
    behind it.
    """
    groups: list[tuple[list[Statement], StepKind]] = []
    current: list[Statement] = []
    for statement in script.statements:
        alone = _alone(statement)
        if alone or statement.transaction is Transaction.COMMIT:
            groups.append((current, StepKind.TRANSACTION))
        if alone or statement.transaction in {Transaction.COMMIT, Transaction.ROLLBACK}:
            current = []
        if alone:
            groups.append(([statement], alone))
        elif statement.transaction is Transaction.NONE:
            current.append(statement)
    groups.append((current, StepKind.TRANSACTION))
    filled = [group for group in groups if group[0]] or [([], StepKind.TRANSACTION)]
    return Migration(
        version=script.source.version,
        name=script.source.name,
        script=script,
        steps=tuple(
            Step(
                number=number, statements=tuple(statements), kind=kind, settings=_settings(filled[: number - 1]),
                assertions=_assertions(script, filled, number),
            )
            for number, (statements, kind) in enumerate(filled, start=1)
        ),
    )  # fmt: skip


def _alone(statement: Statement) -> StepKind | None:
    if statement.transaction is Transaction.STANDALONE:
        return StepKind.ALONE
    return StepKind.BATCH if statement.batch else None


def _settings(before: Sequence[tuple[list[Statement], StepKind]]) -> tuple[Statement, ...]:
    return tuple(statement for statements, _ in before for statement in statements if statement.sets)


def _assertions(
    script: Script, groups: Sequence[tuple[list[Statement], StepKind]], number: int
) -> tuple[Assertion, ...]:
    """Those that stand behind the first statement of a step and before the next step; the first has what leads."""
    begins = groups[number - 1][0][0].start if number > 1 else 0
    ends = groups[number][0][0].start if number < len(groups) else len(script.source.text) + 1
    return tuple(one for one in script.assertions if begins <= one.start < ends)
