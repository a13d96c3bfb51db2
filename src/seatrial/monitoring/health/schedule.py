"""Has pg_cron look at the health of a database every week, and reads what it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.model.health import HealthRun
from seatrial.monitoring.health.judge import judged, not_run
from seatrial.monitoring.health.registry import CHECKS
from seatrial.monitoring.health.run import query_of
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.health import Examined
    from seatrial.pg.connection import Connection

__all__ = ["Scheduling", "read_runs", "schedule", "scheduling", "unschedule"]

PACKAGE = "seatrial.monitoring.health"
LIMITS = "SET LOCAL lock_timeout = '4s'; SET LOCAL client_min_messages = warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduling:
    """What of scheduled runs is on a target."""

    has_cron: bool
    #: It is not installed, and could be.
    could_have_cron: bool
    #: Something was written, or could be.
    has_reports: bool
    has_function: bool
    #: When our job runs; empty where there is none.
    cron: str


def scheduling(connection: Connection) -> Scheduling:
    """What is there now."""
    [found] = rows(connection, load(PACKAGE, "scheduled"))
    jobs = rows(connection, load(PACKAGE, "scheduled_job")) if found["has_cron"] else []
    return Scheduling(**found, cron=jobs[0]["schedule"] if jobs else "")


def schedule(connection: Connection, cron: str) -> None:
    """Make the table, the function and the job, or bring them up to date; all or nothing.

    Args:
        connection: outside a transaction, where pg_cron is.
        cron: five fields, as cron reads them, in UTC.

    Raises:
        StatementFailed: the role may not, or pg_cron does not understand the schedule.
    """
    with translated(connection), connection.transaction():
        execute(connection, LIMITS)
        execute(connection, load(PACKAGE, "schedule"))
        for check in CHECKS:
            if not check.needs:
                execute(connection, load(PACKAGE, "schedule_check"), {"name": check.name, "query": query_of(check)})
        rows(connection, load(PACKAGE, "schedule_job"), {"cron": cron})


def unschedule(connection: Connection, found: Scheduling) -> None:
    """Take the job and the function away; what they have written stays."""
    with translated(connection), connection.transaction():
        execute(connection, LIMITS)
        if found.has_cron:
            rows(connection, load(PACKAGE, "unschedule_job"))
        execute(connection, load(PACKAGE, "unschedule"))


def read_runs(connection: Connection) -> tuple[HealthRun, ...]:
    """The last two scheduled runs, newest first."""
    return tuple(
        HealthRun(at=row["at"], examined=_examined(row["answers"]))
        for row in rows(connection, load(PACKAGE, "reports"))
    )


def _examined(answers: Sequence[Mapping[str, Any]]) -> tuple[Examined, ...]:
    """A check that is not asked any more is left out."""
    by_name = {one["check"]: one for one in answers}
    return tuple(
        not_run(check, f"Not looked at: {failed}.")
        if (failed := by_name[check.name].get("failed"))
        else judged(check, by_name[check.name]["rows"])
        for check in CHECKS
        if check.name in by_name
    )
