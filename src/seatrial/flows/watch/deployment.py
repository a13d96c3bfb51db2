"""Which deployment a watch is of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.flows.folder import again
from seatrial.ledger.attempts import read_attempts
from seatrial.ledger.read import read_history
from seatrial.model.attempt import Result
from seatrial.model.journal import EntryKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.flows.folder import Folder
    from seatrial.model.attempt import PastAttempt
    from seatrial.model.history import Applied
    from seatrial.model.journal import Kept
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["Deployment", "applied_versions", "deployment_of", "is_before"]


#: What a role needs beside pg_monitor.
GRANTS = (
    "GRANT USAGE ON SCHEMA seatrial, supabase_migrations TO {role}; "
    "GRANT SELECT ON ALL TABLES IN SCHEMA seatrial, supabase_migrations TO {role}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What was deployed last."""

    #: Number in the history; 0 where another tool deployed.
    attempt: int
    #: Version → label, in order.
    labels: Mapping[str, str]
    #: Seconds since 1970; None where nobody has written it down.
    at: float | None
    who: str
    plan: str


def deployment_of(
    connection: Connection, folder: Folder, target: Target, kept: Kept | None, after: str
) -> Deployment:  # fmt: skip
    """The last one: what came behind a version, what came since the time before it was noted, or what we deployed.

    Args:
        connection: to the target.
        folder: the release folder.
        target: where.
        kept: the newest watch; the time before a deployment says what was there then.
        after: the newest version that is not of the release; empty where nobody has said.

    Raises:
        CannotRun: nothing was deployed that could be watched.
    """
    try:
        applied, attempts = read_history(connection).applied, read_attempts(connection)
    except CannotRun as error:
        raise CannotRun(
            "watch.history-unreadable", "nobody can tell what was deployed", where=target.name, why=error.why,
            fix=f"as its owner: {GRANTS.format(role=connection.info.user)}; or watch as the role that deploys",
        ) from None  # fmt: skip
    deployed = next((one for one in attempts if _is_deployment(one)), None)
    found = _found(kept)
    if after:
        versions = [one.version for one in applied if one.version > after]
    elif found is not None and (newer := [one.version for one in applied if one.version not in found]):
        versions = newer
    elif deployed is not None and deployed.end is not None:
        there = {one.version for one in applied}
        versions = [version for version in deployed.end.applied if version in there]
    else:
        versions = []
    if not versions:
        raise CannotRun(
            "watch.nothing-deployed", f"nothing was deployed to {target.name} that could be watched",
            where=target.name,
            why=f"its history has nothing newer than {after}" if after else "its history knows of no deployment",
            fix="deploy first: " + again("deploy", folder.release.root, target.argument) + "; or say which version was "
            "there before it: " + again("watch --after VERSION", folder.release.root, target.argument),
        )  # fmt: skip
    return _told(folder, versions, applied, deployed)


def applied_versions(connection: Connection) -> list[str]:
    """What is there before a deployment."""
    return [one.version for one in read_history(connection).applied]


def _told(
    folder: Folder, versions: Sequence[str], applied: Sequence[Applied], deployed: PastAttempt | None
) -> Deployment:  # fmt: skip
    """By us, where our last deployment brought the newest of them."""
    names = {one.version: one.label for one in folder.migrations}
    labels = {version: names.get(version, version) for version in versions}
    ours = deployed if deployed and deployed.end and versions[-1] in deployed.end.applied else None
    last = next((one for one in applied if one.version == versions[-1]), None)
    at = ours.ended_at if ours else last.applied_at if last else ""
    return Deployment(
        attempt=ours.id if ours else 0, labels=labels, at=datetime.fromisoformat(at).timestamp() if at else None,
        who=(ours.attempt.origin.user or ours.deployed_by) if ours else last.applied_by if last else "",
        plan=ours.attempt.plan if ours else "",
    )  # fmt: skip


def _is_deployment(one: PastAttempt) -> bool:
    return one.attempt.command == "deploy" and one.result is Result.COMPLETE and bool(one.end and one.end.applied)


def is_before(kept: Kept, applied: Sequence[str]) -> bool:
    """Whether it is the time before a deployment that has not come yet: nothing was applied since it began."""
    found = _found(kept)
    return kept.watch is None and (found is None or found == frozenset(applied))


def _found(kept: Kept | None) -> frozenset[str] | None:
    if kept is None:
        return None
    entries = [one for one in kept.entries if one.kind is EntryKind.FOUND]
    return frozenset(entries[-1].body) if entries else None
