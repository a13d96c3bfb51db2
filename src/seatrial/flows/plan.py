"""Makes a plan of a rehearsal, and says what has changed since one was made."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial import __version__
from seatrial.catalog.fingerprint import object_digest
from seatrial.catalog.ours import changed, is_ours
from seatrial.errors import Refused
from seatrial.flows.folder import again
from seatrial.flows.undo.kept import kept
from seatrial.model.archive import Keeping
from seatrial.model.finding import Level
from seatrial.model.migration import Step, StepKind
from seatrial.model.plan import Basis, Plan, PlannedLock, PlanStep
from seatrial.model.source import Statement, Transaction
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from seatrial.flows.conduct import Conducted
    from seatrial.flows.folder import Folder
    from seatrial.model.catalog import Catalog
    from seatrial.model.evidence import Lock
    from seatrial.model.forecast import Forecast
    from seatrial.model.history import History
    from seatrial.model.migration import Migration
    from seatrial.model.release import Target
    from seatrial.model.standin import Definition
    from seatrial.model.trial import StatementTrial

__all__ = ["Observed", "basis_of", "plan_of", "planned", "refuse_if_changed"]

#: A statement may take so many times what was forecast, and at least so many milliseconds.
PATIENCE, LEAST_MS = 5, 60_000
#: Seconds that a rehearsal, on tables that may be empty, must hold a lock to be held against the step.
LONG = 0.5
#: How many changed objects are named.
NAMED = 5
#: What an index that is built again CONCURRENTLY leaves when it is cut off.
_HALF_MADE = re.compile(r"_cc(?:new|old)\d*\"?$")


def plan_of(conducted: Conducted) -> Plan:
    """The plan of a rehearsal that was complete, on a stand-in for a target."""
    stage, picture, target = conducted.rehearsal.stage, conducted.picture, conducted.target
    assert picture is not None, "a plan is made for a target"  # noqa: S101 - the command has seen to it
    assert target is not None, "a plan is made for a target"  # noqa: S101 - the same
    return Plan(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        tool=f"seatrial {__version__}",
        rehearsed_on=str(stage.server.installation),
        target_server=str(picture.server_version),
        steps=tuple(_steps(conducted)),
        basis=basis_of(
            conducted.folder,
            target,
            Observed(
                role=picture.role,
                site=conducted.site,
                history=stage.history,
                catalog=picture.catalog,
                definitions=picture.definitions,
            ),
            {migration.version for migration in stage.pending},
        ),
        security={**conducted.rehearsal.security, **_noted(conducted, "security")},
        expected={**conducted.rehearsal.expected, **_noted(conducted, "expected")},
        after=_after(conducted),
        findings=dict(Counter(str(finding.level) for finding in conducted.findings)),
        codes=dict(Counter(finding.code for finding in conducted.findings if finding.level is Level.WARNS)),
        keepings={one.keeping.version: one.keeping for one in conducted.proved or () if not one.keeping.is_empty},
        reversals=tuple(one.reversal for one in conducted.proved or ()),
    )


def _noted(conducted: Conducted, what: str) -> Mapping[str, Mapping[str, str]]:
    """What files do with everything beside them that is kept."""
    return {key: seen for one in conducted.proved or () for key, seen in getattr(one, what).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a target was at one moment."""

    role: str
    #: Of `site_of`.
    site: str
    history: History
    catalog: Catalog
    definitions: Sequence[Definition]


def basis_of(folder: Folder, target: Target, observed: Observed, versions: Collection[str]) -> Basis:
    """Digests of everything that a plan rests on; `versions` are those that it deploys, or has deployed since."""
    applied = [(one.version, one.name, one.digest) for one in observed.history.applied if one.version not in versions]
    begun = {
        version: dict(one.digests) for version, one in observed.history.progress.items() if version not in versions
    }
    return Basis(
        target=target.name,
        role=observed.role,
        site=observed.site,
        files={script.source.path: script.digest for script in folder.scripts},
        settings=folder.release.settings,
        ledger=_digest([applied, begun]),
        begun=_begun(observed.history, versions),
        schema={
            f"{kind} {name}": object_digest(one)
            for (kind, name), one in sorted(observed.catalog.objects.items())
            if not is_ours(name)
        },
        surroundings=_digest(
            [
                observed.catalog.server_version,
                sorted(
                    (*one.key, one.sql, one.tail, one.role) for one in observed.definitions if not is_ours(one.name)
                ),
            ]
        ),
    )


def refuse_if_changed(
    plan: Plan, now: Basis, target: Target, folder: Folder, path: str, *, command: str = "deploy"
) -> None:  # fmt: skip
    """Stop when anything is not as it was rehearsed, or as the plan itself has left it since: then it is gone on with.

    Raises:
        Refused: names what changed.
    """
    changed = list(_changed(plan, now))
    if changed:
        command = f"rehearse --from {target.argument} --plan {path}" if path else command
        raise Refused(
            "deploy.plan-outdated",
            "what was rehearsed is not what would be deployed now",
            where=path,
            why="; ".join(changed),
            fix="rehearse again: " + again(command, folder.release.root, "" if path else target.argument),
        )


def planned(plan: Plan, migrations: Sequence[Migration], path: str) -> tuple[Migration, ...]:
    """The migrations with every step that the plan has for them.

    Raises:
        Refused: a comment to Seatrial in a file is not what it was.
    """
    return tuple(_planned(plan, migration, path) for migration in migrations)


def _planned(plan: Plan, migration: Migration, path: str) -> Migration:
    steps = [step for step in plan.steps if step.version == migration.version]
    if [_said_in_plan(step) for step in steps if step.number > 0] != [_said_in_file(step) for step in migration.steps]:
        raise Refused(
            "deploy.comments-changed", "a comment that tells how to deploy is not what was rehearsed",
            where=migration.script.source.path, why=f"batches or assertions differ from {path}",
            fix="rehearse again, with the plan saved to the same file",
        )  # fmt: skip
    planned = replace(migration, steps=(*(_ahead(step) for step in steps if step.number < 1), *migration.steps))
    return kept(planned, plan.keepings.get(migration.version, Keeping(version=migration.version)))


def _said_in_plan(step: PlanStep) -> tuple[object, ...]:
    return step.number, step.kind, step.digest, step.assertions, step.batch


def _said_in_file(step: Step) -> tuple[object, ...]:
    return step.number, str(step.kind), step.digest, tuple(one.text for one in step.assertions), _batch(step)


def _batch(step: Step) -> str:
    batch = step.statements[0].batch if step.kind is StepKind.BATCH else None
    return f"key={batch.key} size={batch.size}{' triggers=off' * batch.triggers_off}" if batch else ""


def _ahead(step: PlanStep) -> Step:
    statement = Statement(
        text=step.sql, start=step.offset, node="index_stmt", transaction=Transaction.STANDALONE, index=step.index
    )
    return Step(number=step.number, statements=(statement,), kind=StepKind.AHEAD)


def _begun(history: History, versions: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Steps that are there, of migrations that are complete all of them: `*`."""
    steps = {
        version: {str(number): digest for number, digest in one.digests.items()}
        for version, one in history.progress.items() if version in versions
    }  # fmt: skip
    return steps | {one.version: {"*": one.digest} for one in history.applied if one.version in versions}


def _changed(plan: Plan, now: Basis) -> Iterator[str]:
    then, goes_on = plan.basis, bool(now.begun)
    if (then.target, then.role) != (now.target, now.role):
        yield f"the plan is for {then.role} on {then.target}, and this is {now.role} on {now.target}"
    if then.site != now.site:
        yield f"another database: {now.target} led to another one when it was rehearsed"
    if files := _differing(then.files, now.files):
        yield f"files: {files}"
    if then.settings != now.settings:
        yield "settings: seatrial.toml"
    in_turn = _is_in_turn([step.version for step in plan.steps], now.begun)
    if then.ledger != now.ledger or not in_turn or not _is_within(then.begun, now.begun):
        yield "the target's ledger: somebody deployed or repaired"
    expected = {name for name in plan.after if goes_on}
    if objects := _differing(then.schema, now.schema, expected):
        yield f"the target's schema: {objects}"
    elif then.surroundings != now.surroundings and not goes_on:
        yield "the target's server, roles, memberships or settings"


def _is_in_turn(versions: Sequence[str], begun: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether the files that are there are the first ones, and only the next one is begun: as the plan would do it."""
    complete = ["*" in begun.get(version, {}) for version in dict.fromkeys(versions)]
    waiting = [version for version, done in zip(dict.fromkeys(versions), complete, strict=True) if not done]
    return complete == sorted(complete, reverse=True) and not any(version in begun for version in waiting[1:])


def _is_within(then: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether all that was there of the plan's own files is still there, or complete."""
    return all(
        version in now and ("*" in now[version] or steps.items() <= now[version].items())
        for version, steps in then.items()
    )


def _differing(then: Mapping[str, str], now: Mapping[str, str], expected: Collection[str] = ()) -> str:
    names = sorted(
        name for name in then.keys() | now.keys()
        if then.get(name) != now.get(name) and name not in expected and not (expected and _HALF_MADE.search(name))
    )  # fmt: skip
    more = f" and {count(len(names) - NAMED, 'other')}" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _steps(conducted: Conducted) -> Iterator[PlanStep]:
    trials = conducted.rehearsal.trial.statements
    took = {
        run.version: {one.start: one.seconds for one in run.statements}
        for run in conducted.rehearsal.execution.runs
    }  # fmt: skip
    for migration in conducted.rehearsal.stage.pending:
        ahead = conducted.ahead.get(migration.version, ())
        for step in ahead:
            yield _step_ahead(migration, step, trials, ahead)
        for step in migration.steps:
            yield _step(migration, step, trials, ahead, took.get(migration.version, {}))


def _step(
    migration: Migration,
    step: Step,
    trials: Sequence[StatementTrial],
    ahead: Sequence[Step],
    took: Mapping[int, float],
) -> PlanStep:
    mine = [one for one in trials if one.script is migration.script and one.step == step.number]
    # What is built ahead is found by the file, which then takes no time for it.
    found = {one.statements[0].start for one in ahead}
    known = [one.forecast for one in mine if one.forecast and one.statement.start not in found]
    uncounted = _uncounted(known)
    limit = 0
    if not step.standalone and not uncounted:
        limit = max(LEAST_MS, *(int(one.high * 1000 * PATIENCE) for one in known), 0)
    return PlanStep(
        version=migration.version, label=migration.label, number=step.number, kind=str(step.kind),
        digest=step.digest, statement_timeout_ms=limit, uncounted=uncounted,
        forecast=_together(known), held=_held(step, mine, found, took),
        locks=_locks(mine), assertions=tuple(one.text for one in step.assertions), batch=_batch(step),
    )  # fmt: skip


def _held(
    step: Step, mine: Sequence[StatementTrial], found: Collection[int], took: Mapping[int, float]
) -> tuple[float, float] | None:
    """As forecast; what took long in the rehearsal, whatever it waited for, takes at least as long again."""
    locking = [one for one in mine if one.strong_locks and one.statement.start not in found]
    # How many rows there are where nobody has counted is a guess, and no reason to refuse.
    known = [one.held for one in locking if one.held and not one.held.assumed]
    seen = 0.0
    if locking and step.kind is StepKind.TRANSACTION:
        # A deployment takes the locks first, so that every statement of the transaction counts.
        seen = sum(took.get(one.start, 0.0) for one in step.statements if one.start not in found)
    if seen < LONG:
        seen = 0.0
    if not known and not seen:
        return None
    return max([seen, *(one.low for one in known)]), max([seen, *(one.high for one in known)])


def _together(known: Sequence[Forecast]) -> tuple[float, float] | None:
    """Of statements one after the other; None where it would rest on a guess."""
    if not known or _uncounted(known):
        return None
    return sum(one.low for one in known), sum(one.high for one in known)


def _uncounted(known: Sequence[Forecast]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(table for one in known if one.assumed for table in one.tables))


def _step_ahead(migration: Migration, step: Step, trials: Sequence[StatementTrial], ahead: Sequence[Step]) -> PlanStep:
    [statement] = step.statements
    known = [
        one.forecast for one in trials
        if one.script is migration.script and one.statement.start == statement.start and one.forecast
    ]  # fmt: skip
    # What one DO block makes takes its time together.
    together = _together(known[:1])
    share = sum(one.statements[0].start == statement.start for one in ahead)
    return PlanStep(
        version=migration.version, label=migration.label, number=step.number, kind=str(step.kind), digest=step.digest,
        statement_timeout_ms=0, uncounted=_uncounted(known[:1]), held=None, locks=(),
        forecast=(together[0] / share, together[1] / share) if together else None,
        sql=statement.text, index=statement.index, offset=statement.start,
    )  # fmt: skip


def _locks(trials: Sequence[StatementTrial]) -> tuple[PlannedLock, ...]:
    """Each relation once, with the strongest mode; in the order of their names, so that two deployments never cross."""
    strongest: dict[str, Lock] = {}
    for lock in (lock for one in trials for lock in one.strong_locks):
        if lock.relation not in strongest or lock.mode > strongest[lock.relation].mode:
            strongest[lock.relation] = lock
    return tuple(
        PlannedLock(relation=name, mode=lock.mode.words, blocks=lock.blocks) for name, lock in sorted(strongest.items())
    )


def _after(conducted: Conducted) -> Mapping[str, str]:
    before, after = conducted.rehearsal.before, conducted.rehearsal.after
    if before is None or after is None:
        return {}
    return {f"{one[0]} {one[1]}": object_digest(after.objects.get(one)) for one in changed(before, after)}


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
