"""Which task does what when; the times of the release's own jobs are those that it gives to pg_cron."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from procrastinate import BaseRetryStrategy, RetryDecision, RetryStrategy

from integrations_hub.jobs.duties import CHECK, CHECKS
from integrations_hub.jobs.threads import in_thread

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job

    from integrations_hub.jobs.duties import Duties

__all__ = ["FIRST", "UPKEEP", "register"]

#: The queue of everything that is not a check; it goes first.
UPKEEP = "upkeep"
FIRST = 10
#: Seconds; also what a worker does not end that is told to stop.
AGAIN = RetryStrategy(max_attempts=5, wait=20)


class WhenStopped(BaseRetryStrategy):
    """A check that fails is not tried again, as its next turn comes; one that a worker did not end is."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """As the queue asks for it."""
        del job
        return RetryDecision() if isinstance(exception, asyncio.CancelledError) else None


def register(app: App, duties: Duties) -> None:
    """Make the tasks known to the queue; each worker knows all of them, and each minute is planned by one."""
    app.task(name=CHECK, queue=CHECKS, retry=WhenStopped())(in_thread(duties.check))
    for name, cron, duty in (
        ("plan_checks", "* * * * *", duties.plan_checks),
        ("record_health", "*/15 * * * *", duties.record_health),
        ("roll_up_usage", "5 * * * *", duties.roll_up_usage),
        ("clean_up", "17 3 * * *", duties.clean_up),
        ("forget_history", "47 3 * * *", duties.forget_history),
        ("look_at_indexes", "23 4 * * 0", duties.look_at_indexes),
    ):
        app.periodic(cron=cron)(app.task(name=name, queue=UPKEEP, priority=FIRST, retry=AGAIN)(in_thread(duty)))
    for name, cron, beside in (
        ("forget_jobs", "37 3 * * *", duties.forget_jobs),
        ("revive", "* * * * *", duties.revive),
    ):
        app.periodic(cron=cron)(
            app.task(name=name, queue=UPKEEP, priority=FIRST, retry=AGAIN, pass_context=True)(beside)
        )
