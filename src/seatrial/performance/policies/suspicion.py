"""What was seen of a policy's fault, before its rewrite is tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.performance.policies.known import Policy

__all__ = ["INDEX_LOST", "NOT_PARALLEL", "PER_ROW", "Suspicion"]

PER_ROW, INDEX_LOST, NOT_PARALLEL = "per row", "index lost", "not parallel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """One fault of one policy, as one call shows it."""

    kind: str
    policy: Policy
    code: str
    #: One sentence.
    what: str
    #: Statements that mend it; none where a person has to.
    rewrite: tuple[str, ...] = ()
    #: What is asked then instead of the query; empty: the same.
    query: str = ""
    #: What a person has to know.
    note: str = ""

    @property
    def subject(self) -> tuple[str, ...]:
        """The same for the same fault in another call."""
        return (self.kind, self.policy.table, self.policy.name, self.code, *self.rewrite)
