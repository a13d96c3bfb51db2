"""What a rehearsal has seen, put together for those who judge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.bodies import BodyFault
    from seatrial.model.evidence import Evidence, Lock
    from seatrial.model.forecast import Forecast
    from seatrial.model.source import Script, Statement

__all__ = ["StatementTrial", "Trial", "UnindexedKey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTrial:
    """One statement that went through, and all that is known of it."""

    script: Script
    statement: Statement
    #: Statements with the same migration and step share a transaction.
    step: int
    #: What it did on the scratch, where tables may be empty.
    evidence: Evidence
    #: How long it will take on the target; None where nobody knows the sizes.
    forecast: Forecast | None = None
    #: How long its locks will be held there: until the end of its transaction.
    held: Forecast | None = None
    #: What it did on generated rows, where it was run on them.
    at_size: Evidence | None = None
    #: The safe way, as SQL for exactly this statement; empty where there is none.
    safer: str = ""
    #: Every index that it makes on a table of before is built ahead of its file, and only found by it.
    ahead: bool = False

    @property
    def strong_locks(self) -> tuple[Lock, ...]:
        """Those on tables that were there before the release and that keep writes waiting, longer than for a batch."""
        if self.statement.batch:
            return ()
        found = (lock for lock in self.evidence.locks if lock.existed and lock.kind in _WAITED_FOR)
        return tuple(lock for lock in found if "writes" in lock.blocks)

    @property
    def rewrites(self) -> tuple[str, ...]:
        """Tables that were there before the release and got a new file, with their indexes."""
        seen = self.at_size or self.evidence
        return tuple(one.relation for one in seen.rewrites if one.existed and one.kind in _WAITED_FOR)

    @property
    def scans(self) -> tuple[str, ...]:
        """Tables that were there before the release and were read from end to end."""
        seen = self.at_size or self.evidence
        return () if self.ahead else tuple(one.relation for one in seen.scans if one.existed and one.scans)

    @property
    def is_short(self) -> bool:
        """Whether its locks are known to be gone on the target before anybody would mind."""
        return self.held is not None and not self.held.assumed and self.held.high < SHORT_SECONDS

    @property
    def works_on_rows(self) -> bool:
        """Whether it takes longer the more rows there are."""
        return bool(self.rewrites or self.scans)


#: As long as a statement may wait for a lock, with everybody behind it.
SHORT_SECONDS = 0.5
#: Nobody waits for an index but through its table.
_WAITED_FOR = frozenset({"table", "materialized view"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnindexedKey:
    """A foreign key of the release whose columns no index begins with."""

    #: Name of the constraint.
    name: str
    table: str
    parent: str
    #: `CREATE INDEX …` for it.
    index: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Everything, in the order in which it happened."""

    statements: tuple[StatementTrial, ...]
    #: What stand-alone statements left half-made: `index public.a (INVALID)`.
    half_made: tuple[str, ...] = ()
    unindexed_keys: tuple[UnindexedKey, ...] = ()
    bodies: tuple[BodyFault, ...] = ()

    def transaction_of(self, trial: StatementTrial) -> tuple[StatementTrial, ...]:
        """The statements that share its transaction, itself among them."""
        return tuple(
            one for one in self.statements
            if (one.script.source.version, one.step) == (trial.script.source.version, trial.step)
        )  # fmt: skip
