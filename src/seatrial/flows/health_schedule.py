"""`seatrial health --schedule`: has the target look at itself every week, where it has pg_cron."""

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Exit
from seatrial.flows.folder import again, target_of, typed_name
from seatrial.flows.question import Question
from seatrial.model.outcome import Done, Outcome
from seatrial.monitoring.health.schedule import schedule, scheduling, unschedule
from seatrial.pg.connection import connect, display, refuse_read_only, stay

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seatrial.model.release import Target
    from seatrial.monitoring.health.schedule import Scheduling

__all__ = ["WEEKLY", "schedule_health", "unschedule_health"]

#: Monday, 06:00 in UTC.
WEEKLY = "0 6 * * 1"
_FIELDS = re.compile(r"[\d*/,$\w-]+(?: +[\d*/,$\w-]+){4}")


def schedule_health(root: Path, wanted: str, cron: str, *, confirm: Callable[[Question], None]) -> Outcome:
    """Make the job, or bring it up to date; where there is no pg_cron say what else calls the command every week.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        cron: five fields, in UTC.
        confirm: asks a person before the target is changed; raises to refuse.

    Raises:
        CannotRun: no connection, a target that takes no writes, or no such schedule.
        Refused: the person said no.
        StatementFailed: the role may not; nothing was changed.
    """
    if not _FIELDS.fullmatch(cron.strip()):
        raise CannotRun(
            "health.cron", f"{cron!r} is no schedule", where="--at",
            why="it has five fields: minute, hour, day of the month, month, day of the week",
            fix=f"seatrial health --schedule --at {quote(WEEKLY)}",
        )  # fmt: skip
    with target_of(root, wanted) as target, connect(target.dsn) as connection:
        stay(connection)
        found = scheduling(connection)
        if not found.has_cron:
            return _elsewhere(root, target, cron, found)
        refuse_read_only(connection)
        confirm(Question(name=typed_name(target), lines=tuple(_question(target, cron, found))))
        schedule(connection, cron)
    return Outcome(
        command="health", body=Done(), next=(f"{again('health', root, target.argument)} --last",),
        summary=f"{target.name} looks at its indexes and tables at {cron!r} (UTC), by pg_cron.",
    )  # fmt: skip


def unschedule_health(root: Path, wanted: str, *, confirm: Callable[[Question], None]) -> Outcome:
    """Take the job and what it needs away; what it has written stays.

    Raises:
        CannotRun: no connection, or a target that takes no writes.
        Refused: the person said no.
        StatementFailed: the role may not; nothing was changed.
    """
    with target_of(root, wanted) as target, connect(target.dsn) as connection:
        stay(connection)
        found = scheduling(connection)
        if not (found.cron or found.has_function):
            return Outcome(command="health", summary=f"Nothing was scheduled on {target.name}.")
        refuse_read_only(connection)
        lines = (
            f"Unschedule the look at indexes and tables on {typed_name(target)} ({display(target.dsn)}):",
            "  - the job seatrial-health of pg_cron, seatrial.record_health(), seatrial.health_checks",
            "  what it has written stays in seatrial.health_reports",
        )
        confirm(Question(name=typed_name(target), lines=lines))
        unschedule(connection, found)
    return Outcome(
        command="health",
        summary=f"Unscheduled on {target.name}; what was written stays in seatrial.health_reports.",
    )


def _question(target: Target, cron: str, found: Scheduling) -> list[str]:
    before = f", in place of {found.cron!r}" if found.cron and found.cron != cron else ""
    return [
        f"Have {typed_name(target)} ({display(target.dsn)}) look at its indexes and tables:",
        f"  + the job seatrial-health of pg_cron, at {cron!r} (UTC){before}",
        "  + seatrial.record_health(), seatrial.health_checks, seatrial.health_reports: only their owner may use them",
    ]


def _elsewhere(root: Path, target: Target, cron: str, found: Scheduling) -> Outcome:
    """Nothing was changed."""
    command = again("health", root, target.argument)
    why = (
        "pg_cron could be installed there: CREATE EXTENSION pg_cron; and run this again. Or let another machine look:"
        if found.could_have_cron
        else "Let another machine look:"
    )
    notes = (
        why, "",
        "# crontab", f"{cron} {command}", "",
        "# /etc/systemd/system/seatrial-health.service",
        "[Service]", "Type=oneshot", f"ExecStart=/usr/bin/env {command}", "",
        "# /etc/systemd/system/seatrial-health.timer; systemctl enable --now seatrial-health.timer",
        "[Timer]", f"OnCalendar={_calendar(cron)}", "Persistent=true", "", "[Install]", "WantedBy=timers.target", "",
        "# .github/workflows/health.yml", "on:", "  schedule:", f"    - cron: '{cron}'", "jobs:", "  health:",
        "    runs-on: ubuntu-latest", "    steps:", "      - uses: actions/checkout@v4",
        "      - run: pipx install seatrial", f"      - run: {command}", "",
    )  # fmt: skip
    return Outcome(
        command="health", exit_code=Exit.NO, body=Done(notes=notes),
        summary=f"{target.name} has no pg_cron, so nothing was scheduled.",
    )  # fmt: skip


def _calendar(cron: str) -> str:
    """As systemd writes it; what needs more than minute, hour and day of the week is left to the reader."""
    minute, hour, day, month, weekday = cron.split()
    days = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    if not (minute.isdecimal() and hour.isdecimal() and day == month == "*" and weekday in {"*", *"01234567"}):
        return f"…  # as {cron} says: systemd.time(7)"
    at = f"*-*-* {int(hour):02}:{int(minute):02}:00 UTC"
    return at if weekday == "*" else f"{days[int(weekday)]} {at}"
