"""`seatrial health`: the indexes and tables of a target, looked at now or as a scheduled run has seen them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Exit
from seatrial.flows.folder import target_of
from seatrial.flows.shipped import DEMO, shipped_release
from seatrial.model.health import Soundness, most_urgent_first
from seatrial.model.outcome import HealthChecked, Outcome
from seatrial.model.words import count
from seatrial.monitoring.health.run import examine
from seatrial.monitoring.health.schedule import read_runs, scheduling
from seatrial.pg.connection import connect, display
from seatrial.project.document import Kind, refuse_unwritable, write_documents
from seatrial.project.settings import read_settings
from seatrial.report.health.page import page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.model.health import Examined
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["health", "last"]

PAGE = Kind(
    what="page of seatrial health", begins=r'(?s)\s*<!doctype html>.*?<meta name="generator" content="seatrial ',
    elsewhere="give another file to --html",
)  # fmt: skip


def health(root: Path, wanted: str, *, html: Path | None = None) -> Outcome:
    """Look at it now; the target is only read.

    Args:
        root: the release folder; only its settings are read.
        wanted: name or DSN of the target.
        html: where a page is written.

    Raises:
        CannotRun: no connection, or nothing at all could be looked at.
    """
    _refuse_unwritable(html, root)
    columns = _tenant_columns(shipped_release() if wanted == DEMO else root)
    with target_of(root, wanted) as target, connect(target.dsn, read_only=True) as connection:
        examined = most_urgent_first(examine(connection, columns))
        if all(one.soundness is Soundness.NOT_RUN for one in examined):
            raise CannotRun(
                "health.blind", f"nothing of {target.name} could be looked at", where=display(target.dsn),
                why=examined[0].remark, fix="mend the reason, then run the command again",
            )  # fmt: skip
        body = HealthChecked(
            target=target.name, server=_server(connection), examined=examined,
            at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        )  # fmt: skip
    return _outcome(body, html)


def last(root: Path, wanted: str, *, html: Path | None = None) -> Outcome:
    """What the last scheduled run has written, beside the one before it.

    Raises:
        CannotRun: no connection, or nothing was ever written.
    """
    _refuse_unwritable(html, root)
    with target_of(root, wanted) as target, connect(target.dsn, read_only=True) as connection:
        found = scheduling(connection)
        runs = read_runs(connection) if found.has_reports else ()
        if not runs:
            raise _never_run(target, cron=found.cron)
        newest, *before = runs
        seen, seen_before = (_objects(one.examined) for one in (newest, before[0] if before else newest))
        body = HealthChecked(
            target=target.name, server=_server(connection), at=newest.at, scheduled=True,
            examined=most_urgent_first(newest.examined), before=before[0].at if before else "",
            new=tuple(one for one in seen if one not in seen_before),
            gone=tuple(one for one in seen_before if one not in seen and _was_asked(one, newest.examined)),
        )  # fmt: skip
    return _outcome(body, html)


def _refuse_unwritable(html: Path | None, root: Path) -> None:
    """Before the target is asked anything."""
    if html is not None:
        refuse_unwritable(PAGE, html, root=root)


def _never_run(target: Target, *, cron: str) -> CannotRun:
    if cron:
        return CannotRun(
            "health.not-yet", f"no scheduled run has written anything on {target.name} yet",
            where=display(target.dsn), why=f"the job runs at {cron!r} (UTC)",
            fix=f"seatrial health --target {target.argument} looks now",
        )  # fmt: skip
    return CannotRun(
        "health.not-scheduled", f"nothing is scheduled on {target.name}", where=display(target.dsn),
        fix=f"seatrial health --schedule --target {target.argument}",
    )  # fmt: skip


def _objects(examined: Sequence[Examined]) -> tuple[tuple[str, str], ...]:
    return tuple((one.check, ailment.object) for one in examined for ailment in one.ailments)


def _was_asked(found: tuple[str, str], examined: Sequence[Examined]) -> bool:
    """What nobody could look at is not gone."""
    return any(one.check == found[0] and one.soundness is not Soundness.NOT_RUN for one in examined)


def _tenant_columns(root: Path) -> tuple[tuple[str, str], ...] | None:
    """Tables and columns by which row security keeps tenants apart; None where nobody has said so."""
    tenancy = read_settings(root / "seatrial.toml").tenancy
    if tenancy is None:
        return None
    named = ((table, column) for table, rule in tenancy.tables.items() for column in (rule.tenant, rule.through))
    return tuple((table, column) for table, column in named if column)


def _server(connection: Connection) -> str:
    version = connection.info.parameter_status("server_version") or "?"
    return f"PostgreSQL {version.split()[0]}"


def _outcome(body: HealthChecked, html: Path | None) -> Outcome:
    """Yes where nothing is urgent: what is not may wait for a person, and must not make a weekly job fail."""
    urgent = sum(ailment.urgent for one in body.examined for ailment in one.ailments)
    written = ""
    if html is not None:
        write_documents(PAGE, {html: page(body)})
        written = f" The page is {html}."
    return Outcome(
        command="health", exit_code=Exit.NO if urgent else Exit.YES, body=body,
        summary=f"{_sentence(body, urgent)}{written}",
    )  # fmt: skip


def _sentence(body: HealthChecked, urgent: int) -> str:
    findings = sum(len(one.ailments) for one in body.examined)
    unknown = sum(one.soundness is Soundness.NOT_RUN for one in body.examined)
    asked = count(len(body.examined) - unknown, "check")
    facts = (
        f"{body.target}, as it was at {body.at}" if body.scheduled else body.target,
        f": {count(findings, 'thing')} to do, {urgent or 'none'} urgent" if findings else ": nothing to do",
        f", {len(body.new)} new" if body.before else "",
        f"; {asked}",
        f", {unknown} not known" if unknown else "",
    )
    return f"{''.join(facts)}."
