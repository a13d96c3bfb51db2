"""What was rehearsed and may be deployed: steps, limits, forecasts, and what all of it rests on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Basis", "Plan", "PlanStep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One step of one migration."""

    version: str
    label: str
    number: int
    #: Whether it is one transaction; else it is a statement that stands alone.
    transaction: bool
    #: Of its statements.
    digest: str
    #: How long a statement may wait for a lock; 0 for the usual time.
    lock_timeout_ms: int
    #: How long a statement may take; 0 where nothing is known of it.
    statement_timeout_ms: int
    #: Seconds that it will take; None where nobody knows the sizes.
    forecast: tuple[float, float] | None
    #: `ACCESS EXCLUSIVE on public.contacts: reads, writes, schema changes wait`
    locks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the plan holds for, and for nothing else; no value of a row or of a setting is in it."""

    #: Name of the target, and who deploys there.
    target: str
    role: str
    #: Path → digest of the content, of every file of the folder.
    files: Mapping[str, str]
    #: Of `seatrial.toml`.
    settings: str
    #: Of the target's ledger.
    ledger: str
    #: `kind name` → digest of the facts, of every object of the target.
    schema: Mapping[str, str]
    #: Of what the catalog does not tell: the server, roles and their memberships, settings, casts, owners.
    surroundings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A release on its way to one target."""

    #: ISO 8601.
    made_at: str
    tool: str
    #: Where it was rehearsed, and what the target runs on.
    rehearsed_on: str
    target_server: str
    steps: tuple[PlanStep, ...]
    basis: Basis
    #: Version → what its migration does to policies, privileges, owners, functions and views: object → digest, empty
    #: for one that is gone. The same must have happened on the target before its COMMIT.
    security: Mapping[str, Mapping[str, str]]
    #: Findings by level.
    findings: Mapping[str, int]

    @property
    def digest(self) -> str:
        """SHA-256 over everything but the time."""
        content = asdict(self)
        del content["made_at"]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
