"""What a rehearsal is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NOTHING", "SAVED", "TIME_LIMIT", "Wishes", "is_saved"]

#: Where a rehearsal starts from when there is no target.
NOTHING = "nothing"
#: What the name of a saved stand-in ends in; no name of a target has a dot.
SAVED = ".json"
#: Seconds that a statement may take; one that never ends has to end at some time.
TIME_LIMIT = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Where it starts from, and what is looked at."""

    #: NOTHING, or a target.
    start: str = NOTHING
    #: From nothing: the last version that counts as deployed.
    after: str = ""
    #: Leave out what fails, and go on.
    keep_going: bool = False
    #: Whether statistics are taken with the sample values in them.
    values: bool = True
    #: How many rows of each table that the release speaks of are copied to the stand-in; none unless asked for.
    sample: int = 0
    #: Ask the target for rows that the release would trip over.
    preflight: bool = False
    #: Apply every file a second time.
    twice: bool = False
    #: Seconds for which a reader has each table open in the rehearsal of the queue; nought for none.
    reader: float = 0.0
    #: Rows by table, for sizes that no target tells.
    rows: Mapping[str, int] = field(default_factory=dict)
    #: Attack what was rehearsed as every kind of user.
    isolation: bool = False
    #: That there are no tenants is an error only for those who asked for the attack by name.
    tenants_expected: bool = False
    #: Weaken the release in one place after the other, to see whether the attack notices.
    mutants: bool = True
    #: Run statements on generated rows to say how long they will take, and try the way back.
    forecast: bool = True
    #: Measure the queries of the workload before and after the release, on generated rows.
    performance: bool = False
    #: Kill its session at every step, and run it again.
    killed: bool = False
    #: Of a target: whether the whole folder is applied from nothing, too.
    fresh: bool = True
    #: Seconds for each statement.
    time_limit: float = TIME_LIMIT


def is_saved(start: str) -> bool:
    """Whether what a rehearsal starts from is a file; a DSN never is, whatever it ends in."""
    return start.endswith(SAVED) and "://" not in start and "=" not in start
