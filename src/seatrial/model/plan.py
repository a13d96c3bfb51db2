"""What was rehearsed and may be deployed: steps, limits, forecasts, and what all of it rests on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.archive import Keeping
    from seatrial.model.reversal import Reversal

__all__ = ["Basis", "Plan", "PlanStep", "PlannedLock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLock:
    """A lock on a table that was there before, which somebody will wait for."""

    #: Schema-qualified, quoted where it has to be.
    relation: str
    #: `ACCESS EXCLUSIVE`, as LOCK TABLE spells it.
    mode: str
    #: Whoever waits: reads, writes, schema changes.
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One step of one migration."""

    version: str
    label: str
    number: int
    #: `transaction`, `stand-alone`, `batch`, `ahead`.
    kind: str
    #: Of its statements.
    digest: str
    #: How long a statement may take; 0 where nothing is known of it.
    statement_timeout_ms: int
    #: Seconds that it will take; None where nobody knows the sizes.
    forecast: tuple[float, float] | None
    #: Seconds for which it will hold its locks, at least as long as in the rehearsal where that was long; None where
    #: nobody knows, or it has none.
    held: tuple[float, float] | None
    #: Those of its statements together, each relation once with its strongest mode.
    locks: tuple[PlannedLock, ...]
    #: What must be true before its COMMIT.
    assertions: tuple[str, ...] = ()
    #: `key=id size=5000`, of an UPDATE in batches.
    batch: str = ""
    #: Of an index that is built ahead: the statement, the index, and where the file has it.
    sql: str = ""
    index: str = ""
    offset: int = 0
    #: Tables whose rows nobody has counted, so that there is no forecast.
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the plan holds for, and for nothing else; no value of a row or of a setting is in it."""

    #: Name of the target, and who deploys there.
    target: str
    role: str
    #: Of the cluster and the database that the name led to.
    site: str
    #: Path → digest of the content, of every file of the folder.
    files: Mapping[str, str]
    #: Of `seatrial.toml`.
    settings: str
    #: Of the target's ledger, but for what the plan itself deploys.
    ledger: str
    #: Version → step → digest, of what the plan deploys: what was there already when it was made.
    begun: Mapping[str, Mapping[str, str]]
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
    #: Version and step → what it does to policies, privileges, owners, functions and views: object → digest, empty
    #: for one that is gone. The same must have happened on the target before its COMMIT.
    security: Mapping[str, Mapping[str, str]]
    #: Version and step → what it makes or changes: object → digest, as seen in its transaction.
    expected: Mapping[str, Mapping[str, str]]
    #: `kind name` → digest, of every object that is another one after the release; empty for one that is gone.
    after: Mapping[str, str]
    #: Findings by level.
    findings: Mapping[str, int]
    #: Those that warn, by code.
    codes: Mapping[str, int] = field(default_factory=dict)
    #: Version → what its deployment keeps, so that the way back loses nothing.
    keepings: Mapping[str, Keeping] = field(default_factory=dict)
    #: The ways back as they were proved; none of a version where that was not tried.
    reversals: tuple[Reversal, ...] = ()

    @property
    def versions(self) -> frozenset[str]:
        """Of the migrations that it deploys."""
        return frozenset(step.version for step in self.steps)

    @property
    def digest(self) -> str:
        """SHA-256 over everything but the time."""
        content = _facts(self)
        del content["made_at"]
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=_facts).encode()).hexdigest()


def _facts(one: Any) -> dict[str, Any]:  # noqa: ANN401 - a plan, or a part of one
    """As `asdict`, which also copies all that is in it, and a plan may be large."""
    return {each.name: getattr(one, each.name) for each in fields(one)}
