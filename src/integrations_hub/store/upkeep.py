"""What the jobs ask of the database: which checks are due, and the release's own functions, each in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

from integrations_hub.domain.caller import SERVICE, Caller
from integrations_hub.store.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from integrations_hub.store.database import Database, Rows

__all__ = ["CHECK_EVERY", "CLEAN_UP", "HEALTH", "INDEXES", "OURSELVES", "RETENTION", "Shared", "Upkeep"]

#: The role that the hub logged in as: the queue is its own, and it has no other right.
OURSELVES = Caller(role="none")
#: Seconds between two checks of an integration.
CHECK_EVERY = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Work of the release that pg_cron does where it is scheduled there, and the service elsewhere."""

    #: As the release schedules it.
    job: str
    #: That it calls.
    functions: tuple[str, ...]
    queries: tuple[LiteralString, ...]


HEALTH = Shared(
    job="phase3-integration-health", functions=("record_integration_health", "evaluate_alert_rules"),
    queries=("upkeep_health", "upkeep_alerts"),
)  # fmt: skip
CLEAN_UP = Shared(
    job="phase3-integration-cleanup", functions=("cleanup_inactive_integrations",), queries=("upkeep_clean_up",)
)
RETENTION = Shared(
    job="phase3-history-retention", functions=("purge_usage_history", "purge_health_history"),
    queries=("upkeep_purge_usage", "upkeep_purge_health"),
)  # fmt: skip
INDEXES = Shared(job="phase3-index-health", functions=("record_index_health",), queries=("upkeep_indexes",))


class Upkeep:
    """For sync code in threads; whoever runs the same task at the same time waits until it is done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def do(self, work: Shared) -> bool:
        """Do it, unless pg_cron does; whether it was done.

        Both are looked at in the transaction that does the work, however they came to be scheduled.
        """
        with self._database.transaction(OURSELVES) as connection:
            _take_turn(connection, work.job)
            if _is_left(connection, work):
                return False
            _become(connection, SERVICE)
            for query in work.queries:
                connection.execute(load(query)).fetchall()
            return True

    def left(self) -> list[str]:
        """The jobs that pg_cron does at the moment."""
        with self._database.transaction(OURSELVES) as connection:
            return [work.job for work in (HEALTH, CLEAN_UP, RETENTION, INDEXES) if _is_left(connection, work)]

    def roll_up(self, moment: datetime) -> int:
        """Record the use of the full hours before a moment; how many metrics it added."""
        with self._database.transaction(SERVICE) as connection:
            _take_turn(connection, "roll-up")
            found: int = _one(connection, "usage_roll_up", {"moment": moment})["metrics"]
            return found

    def plan_checks(self, moment: datetime, types: Collection[str], *, queue: str, task: str) -> int:
        """Queue the checks that are due in the minute after a moment, however many in two statements; how many.

        Args:
            moment: the beginning of the minute.
            types: of integrations that can be checked.
            queue: in which they wait.
            task: that does one.
        """
        with self._database.transaction(SERVICE) as connection:
            _take_turn(connection, "plan")
            asked = {"moment": moment, "types": list(types), "every": CHECK_EVERY}
            due = connection.execute(load("checks_due"), asked).fetchall()
            _become(connection, OURSELVES)
            connection.execute(load("queue_path"))
            told = {"queue": queue, "task": task, "ids": [row["id"] for row in due], "at": [row["at"] for row in due]}
            found: int = _one(connection, "checks_defer", told)["deferred"]
            return found


def _take_turn(connection: Rows, task: str) -> None:
    connection.execute(load("upkeep_turn"), {"task": task})


def _is_left(connection: Rows, work: Shared) -> bool:
    found: bool = _one(connection, "upkeep_is_left", {"job": work.job, "functions": list(work.functions)})["is_left"]
    return found


def _become(connection: Rows, caller: Caller) -> None:
    connection.execute(load("become"), {"role": caller.role, "claims": caller.claims_json})


def _one(connection: Rows, query: LiteralString, values: dict[str, Any]) -> dict[str, Any]:
    found = connection.execute(load(query), values).fetchone()
    if found is None:
        raise LookupError(query)
    return found
