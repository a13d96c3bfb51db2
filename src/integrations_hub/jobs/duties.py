"""What the jobs do; each can be begun again, as its docstring says: a worker can be killed in the middle."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from procrastinate.exceptions import ConnectorException, NoResult
from procrastinate.jobs import Status

from integrations_hub.store.upkeep import CLEAN_UP, HEALTH, INDEXES, RETENTION, Shared, Upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from procrastinate import JobContext

    from integrations_hub.jobs.told import Told

__all__ = ["CHECK", "CHECKS", "STALLED_AFTER", "Duties"]

#: The task that checks one integration, and the queue in which those wait.
CHECK = "check_integration"
CHECKS = "checks"
#: Seconds without a sign of life after which a worker's jobs are given to others; they give one every ten.
STALLED_AFTER = 30
#: How often a job is begun; one that kills its worker each time must not go round for ever.
MOST_ATTEMPTS = 5
#: Hours for which a failed job is kept, for whoever wants to know.
KEPT_HOURS = 7 * 24


class Duties:
    """For one worker; sync code runs in threads."""

    def __init__(
        self, upkeep: Upkeep, *, check: Callable[[str], None], types: Collection[str], told: Told,
    ) -> None:  # fmt: skip
        """Nothing begins yet.

        Args:
            upkeep: what the database does.
            check: checks one integration, by its id.
            types: of integrations that can be checked.
            told: what there is to say.
        """
        self._upkeep = upkeep
        self._check = check
        self._types = tuple(types)
        self._told = told
        self._left: set[str] = set()
        self._saying = threading.Lock()

    def plan_checks(self, timestamp: int) -> None:
        """Queue the checks of the minute that begins then.

        Again: it is one transaction, and what is queued already is not queued twice.
        """
        self._upkeep.plan_checks(_moment(timestamp), self._types, queue=CHECKS, task=CHECK)

    def check(self, integration_id: str) -> None:
        """Check one.

        Again: the provider is asked once more, and the later answer counts.
        """
        self._check(integration_id)

    def record_health(self, timestamp: int) -> None:
        """Note how the integrations are, and raise and end alerts.

        Again: it is one transaction; a second one adds a measurement of the same state, and an alert is raised once.
        """
        self._do(HEALTH, timestamp)

    def roll_up_usage(self, timestamp: int) -> None:
        """Record use by organization and hour.

        Again: it is one statement, and an hour that has its metrics gets no others.
        """
        self._upkeep.roll_up(_moment(timestamp))

    def clean_up(self, timestamp: int) -> None:
        """Announce, switch off and archive what nobody uses.

        Again: it is one transaction, and finds nothing of what the one before it did.
        """
        self._do(CLEAN_UP, timestamp)

    def forget_history(self, timestamp: int) -> None:
        """Remove history that is old enough.

        Again: it removes what is left.
        """
        self._do(RETENTION, timestamp)

    def look_at_indexes(self, timestamp: int) -> None:
        """Judge the indexes.

        Again: it is one transaction; a second one adds a report of its own time, and the latest counts.
        """
        self._do(INDEXES, timestamp)

    async def forget_jobs(self, context: JobContext, timestamp: int) -> None:
        """Remove jobs that ended long ago; those that succeeded are removed when they do.

        Again: it removes what is left.
        """
        del timestamp
        await context.app.job_manager.delete_old_jobs(
            nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )

    async def revive(self, context: JobContext, timestamp: int) -> None:
        """Give the jobs of workers without a sign of life to others.

        Again: a job that somebody gave away already is no more the dead worker's.
        """
        del timestamp
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
            try:
                if job.attempts + 1 < MOST_ATTEMPTS:
                    await manager.retry_job(job)
                    continue
            except ConnectorException:
                # The next check of the same integration waits already, or somebody else was quicker.
                pass
            await self._give_up(context, job.id)

    async def _give_up(self, context: JobContext, job_id: int | None) -> None:
        manager = context.app.job_manager
        # A job that came to its end meanwhile is no more there.
        with suppress(NoResult):
            if job_id is not None and await manager.get_job_status_async(job_id) is Status.DOING:
                await manager.finish_job_by_id_async(job_id, Status.FAILED, delete_job=False)

    def _do(self, work: Shared, timestamp: int) -> None:
        del timestamp
        if self._upkeep.do(work):
            self._left.discard(work.job)
            return
        # A worker may run the same task in two threads, and says it once.
        with self._saying:
            is_said = work.job in self._left
            self._left.add(work.job)
        if not is_said:
            self._told.note("jobs.left_to_pg_cron", job=work.job)


def _moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
