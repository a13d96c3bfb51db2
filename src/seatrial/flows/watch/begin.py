"""How a watch begins, or goes on: what was usual before the deployment, and what the deployment left behind."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.catalog.security import security_of
from seatrial.errors import Exit, SeatrialError
from seatrial.flows.verify import verify
from seatrial.flows.watch.changes import changes_of
from seatrial.flows.watch.deployment import applied_versions, deployment_of, is_before
from seatrial.flows.watch.lookout import Lookout, Noting
from seatrial.model.figures import span
from seatrial.model.journal import EntryKind, Kept
from seatrial.model.packed import unpacked
from seatrial.model.sample import WHOLE, Measured
from seatrial.model.watch import Baseline, Declared, Watch
from seatrial.model.words import count
from seatrial.monitoring.judgement.baseline import usual
from seatrial.monitoring.logs.log import NoLog
from seatrial.monitoring.logs.open import open_log
from seatrial.monitoring.logs.totals import read_back
from seatrial.monitoring.probe import Scope, Unreadable
from seatrial.monitoring.probes.plans import plans_of
from seatrial.monitoring.probes.statements import followed_in
from seatrial.monitoring.sampler import Sampler
from seatrial.monitoring.signals import SIGNALS
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.project.settings import read_supabase_config
from seatrial.project.targets import named_targets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.flows.watch.deployment import Deployment
    from seatrial.flows.watch.reach import Reach
    from seatrial.model.narrator import Narrator
    from seatrial.model.release import Target
    from seatrial.model.sample import Key
    from seatrial.model.undertaking import Watching
    from seatrial.monitoring.logs.log import Log
    from seatrial.pg.connection import Connection
    from seatrial.project.settings import Settings

__all__ = ["Beginning", "begun", "declared_in", "noting"]

#: A time before a deployment says little of one that comes much later.
STALE_SECONDS = 14 * 86_400.0
#: What a log is asked about the time before, where nobody took samples.
LOOK_BACK_SECONDS = 86_400.0
#: Fewer intervals before the deployment are helped out by what the log remembers.
FEW = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a watch begins with."""

    at: Reach
    folder: Folder
    target: Target
    #: The target as the command line names it.
    wanted: str
    how: Watching
    settings: Settings
    narrator: Narrator

    @property
    def connection(self) -> Connection:
        """To the target."""
        return self.at.connected()

    @property
    def root(self) -> Path:
        """The release folder."""
        return self.folder.release.root


def noting(begin: Beginning) -> Noting:
    """Note what is usual: from now on, or on from where it was noted last."""
    journal = begin.at.journal
    kept, now, applied = journal.latest(), begin.at.now(), applied_versions(begin.connection)
    open_one = kept if kept and is_before(kept, applied) and not _is_stale(kept, now) else None
    if open_one is None:
        journal.open()
    # What is applied by now is what there is before the deployment, also when it is noted for a second time.
    journal.add(now, EntryKind.FOUND, applied)
    before = open_one.stand.sample if open_one and open_one.stand else None
    pending = {one.version: one.label for one in begin.folder.migrations if one.version not in applied}
    schema = begin.folder.schema
    scope = replace(
        _scope(begin, since=before.at if before else now), followed=followed_in(before) if before else frozenset(),
        changes=changes_of(schema, pending) if schema else (),
    )  # fmt: skip
    return Noting(journal, Sampler(scope), before)


def begun(begin: Beginning) -> tuple[Lookout, bool]:
    """The watch of what was deployed last: a new one, or the one that is under way; and whether it is over already.

    Raises:
        CannotRun: nothing was deployed that could be watched.
    """
    journal = begin.at.journal
    kept = journal.latest()
    deployment = deployment_of(begin.connection, begin.folder, begin.target, kept, begin.how.after)
    if kept and kept.watch and not _is_of(kept.watch, deployment):
        kept = None
    if kept is None:
        journal.open()
        kept = Kept(watch=None, baseline=None, stand=None, entries=())
    followed = followed_in(kept.stand.sample) if kept.stand else frozenset()
    watch, baseline = (kept.watch, kept.baseline) if kept.watch else (None, None)
    if watch is None or baseline is None:
        watch, baseline = _started(begin, kept, deployment)
        journal.begin(watch, baseline)
        kept = replace(kept, stand=None)
    scope = _scope(begin, since=kept.stand.sample.at if kept.stand else watch.began)
    scope = replace(scope, changes=watch.changes, baseline=baseline, followed=followed)
    lookout = Lookout(watch, baseline, scope.declared, journal, Sampler(scope))
    lookout.go_on(kept)
    return lookout, kept.verdict is not None


def declared_in(settings: Settings) -> tuple[Declared, ...]:
    """The queries of `[[watch.query]]`."""
    return tuple(Declared(name=one.name, sql=one.sql, per=one.per, limit=one.limit) for one in settings.watch.query)


def _is_of(watch: Watch, deployment: Deployment) -> bool:
    return watch.attempt == deployment.attempt and watch.migrations == tuple(deployment.labels.values())


def _is_stale(kept: Kept, now: float) -> bool:
    return kept.stand is not None and now - kept.stand.sample.at > STALE_SECONDS


def _started(begin: Beginning, kept: Kept, deployment: Deployment) -> tuple[Watch, Baseline]:
    connection, folder, how, settings = begin.connection, begin.folder, begin.how, begin.settings.watch
    now = begin.at.now()
    deployed = min(deployment.at or now, now)
    verified, is_verified = _verified(begin) if how.verify else ("", None)
    watch = Watch(
        attempt=deployment.attempt, target=begin.target.name, release=folder.release.name,
        migrations=tuple(deployment.labels.values()), plan=deployment.plan, who=deployment.who, deployed=deployed,
        began=now, window=how.seconds or settings.hours * 3600.0, every=how.every or settings.every_seconds,
        verified=verified, is_verified=is_verified,
        changes=changes_of(folder.schema, deployment.labels) if folder.schema else (),
        server=f"PostgreSQL {connection.info.parameter_status('server_version')}",
    )  # fmt: skip
    return watch, _usual(begin, kept, deployed)


def _verified(begin: Beginning) -> tuple[str, bool | None]:
    """What `verify` says; a watch goes on without it."""
    begin.narrator.say("verifying")
    try:
        outcome = verify(begin.root, begin.wanted, narrator=begin.narrator)
    except SeatrialError as error:
        return f"verify could not run: {error.what}", None
    return outcome.summary, outcome.exit_code is Exit.YES


def _usual(begin: Beginning, kept: Kept, deployed: float) -> Baseline:
    """What was usual, and what the deployment left: policies and plans as they are now are as they were proved."""
    measured = [unpacked(one.body) for one in kept.entries if one.kind is EntryKind.USUAL]
    measured = [one for one in measured if one.at <= deployed]
    before = kept.stand.sample if kept.stand and kept.stand.judged is None else None
    if len(measured) < FEW:
        measured = [*_remembered(begin, measured, deployed), *measured]
    since = min((one.at - one.seconds for one in measured), default=deployed)
    if measured or before:
        noted = f"{count(len(measured), 'interval')} over {span(deployed - since)}"
        begin.narrator.say(f"  usual: {noted} before the deployment")
    else:
        begin.narrator.say("  nobody has noted what was usual before the deployment: only fixed limits hold")
    found = usual(measured, before, since=since, until=deployed)
    return replace(found, security=_security(begin.connection), plans=_plans(begin.connection, begin.folder))


def _remembered(begin: Beginning, measured: Sequence[Measured], deployed: float) -> list[Measured]:
    """Errors of the minutes before, as the log has them."""
    until = min((one.at - one.seconds for one in measured), default=deployed)
    since = until - LOOK_BACK_SECONDS
    try:
        minutes = read_back(_log(begin, since), since, until)
    except (Unreadable, SeatrialError):
        return []
    usual_number = float(rows(begin.connection, load("seatrial.flows", "transactions_a_minute"))[0]["a_minute"])
    return [_minute(at, events, usual_number) for at, events in minutes]


def _minute(at: float, events: Mapping[Key, float], transactions: float) -> Measured:
    """Of the log: how many transactions there were in it nobody has written down, so it is the usual number."""
    values = {
        (signal.name, subject): value for (quantity, subject), value in events.items()
        for signal in SIGNALS if signal.quantity == quantity
    }  # fmt: skip
    weights = dict.fromkeys(values, transactions) | {("rollbacks", WHOLE): transactions}
    return Measured(at=at, seconds=60.0, values=values, weights=weights, looked=frozenset({"log"}))


def _security(connection: Connection) -> dict[str, str]:
    with suppress(SeatrialError):
        return dict(security_of(connection))
    return {}


def _plans(connection: Connection, folder: Folder) -> dict[str, tuple[str, ...]]:
    with suppress(SeatrialError, Unreadable):
        return dict(plans_of(connection, folder.release.workload))
    return {}


def _scope(begin: Beginning, *, since: float) -> Scope:
    return Scope(
        declared=declared_in(begin.settings), workload=begin.folder.release.workload, since=since,
        log=_log(begin, since),
    )  # fmt: skip


def _log(begin: Beginning, since: float) -> Log:
    try:
        return open_log(begin.connection, begin.settings.watch, project_ref=_project(begin), since=since)
    except Unreadable as error:
        return NoLog(error.why)
    except SeatrialError as error:
        return NoLog(error.what)


def _project(begin: Beginning) -> str:
    """The reference of a Supabase project, whose platform has the log; empty for another target."""
    config = read_supabase_config(begin.root / "supabase" / "config.toml")
    known = named_targets(begin.settings, config, begin.root).get(begin.target.name)
    return known.settings.project_ref if known else ""
