"""Makes a plan of a rehearsal, and says what has changed since one was made."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial import __version__
from seatrial.errors import Refused
from seatrial.flows.folder import again
from seatrial.model.plan import Basis, Plan, PlanStep
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.flows.conduct import Conducted
    from seatrial.flows.folder import Folder
    from seatrial.model.catalog import Catalog
    from seatrial.model.history import History
    from seatrial.model.migration import Migration, Step
    from seatrial.model.release import Target
    from seatrial.model.standin import Definition
    from seatrial.model.trial import StatementTrial

__all__ = ["basis_of", "limited", "plan_of", "refuse_if_changed"]

#: Schemas that a deployment itself writes to.
OURS = ("seatrial.", "supabase_migrations.")
#: A statement may take so many times what was forecast, and at least so many milliseconds.
PATIENCE, LEAST_MS = 5, 60_000
#: How many changed objects are named.
NAMED = 5


def plan_of(conducted: Conducted) -> Plan:
    """The plan of a rehearsal that was complete, on a stand-in for a target."""
    stage, picture, target = conducted.rehearsal.stage, conducted.picture, conducted.target
    assert picture is not None, "a plan is made for a target"  # noqa: S101 - the command has seen to it
    assert target is not None, "a plan is made for a target"  # noqa: S101 - the same
    trials = conducted.rehearsal.trial.statements
    return Plan(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        tool=f"seatrial {__version__}",
        rehearsed_on=str(stage.server.installation),
        target_server=str(picture.server_version),
        steps=tuple(_step(migration, step, trials) for migration in stage.pending for step in migration.steps),
        basis=basis_of(conducted.folder, target, picture.role, stage.history, picture.catalog, picture.definitions),
        security=conducted.rehearsal.security,
        findings=dict(Counter(str(finding.level) for finding in conducted.findings)),
    )


def basis_of(
    folder: Folder, target: Target, role: str, history: History, catalog: Catalog, definitions: Sequence[Definition]
) -> Basis:
    """Digests of everything that a plan rests on."""
    applied = [(one.version, one.name, one.digest) for one in history.applied]
    begun = {version: dict(progress.digests) for version, progress in history.progress.items()}
    return Basis(
        target=target.name,
        role=role,
        files={script.source.path: script.digest for script in folder.scripts},
        settings=folder.release.settings,
        ledger=_digest([applied, begun]),
        schema={
            f"{kind} {name}": _digest(dict(one.facts))[:16]
            for (kind, name), one in sorted(catalog.objects.items())
            if not _is_ours(name)
        },
        surroundings=_digest(
            [
                catalog.server_version,
                sorted((*one.key, one.sql, one.tail, one.role) for one in definitions if not _is_ours(one.name)),
            ]
        ),
    )


def refuse_if_changed(plan: Plan, now: Basis, target: Target, folder: Folder, path: str) -> None:
    """Stop when anything is not as it was rehearsed.

    Raises:
        Refused: names what changed.
    """
    changed = list(_changed(plan.basis, now))
    if changed:
        raise Refused(
            "deploy.plan-outdated",
            "what was rehearsed is not what would be deployed now",
            where=path,
            why="; ".join(changed),
            fix="rehearse again: " + again(f"rehearse --from {target.argument} --plan {path}", folder.release.root),
        )


def limited(plan: Plan, migrations: Sequence[Migration]) -> tuple[Migration, ...]:
    """The migrations, each step with the time limits of the plan."""
    steps = {(step.version, step.number): step for step in plan.steps}

    def with_limits(version: str, step: Step) -> Step:
        planned = steps[version, step.number]
        return replace(step, lock_timeout_ms=planned.lock_timeout_ms, statement_timeout_ms=planned.statement_timeout_ms)

    return tuple(replace(one, steps=tuple(with_limits(one.version, step) for step in one.steps)) for one in migrations)


def _changed(then: Basis, now: Basis) -> Iterator[str]:
    if (then.target, then.role) != (now.target, now.role):
        yield f"the plan is for {then.role} on {then.target}, and this is {now.role} on {now.target}"
    if files := _differing(then.files, now.files):
        yield f"files: {files}"
    if then.settings != now.settings:
        yield "settings: seatrial.toml"
    if then.ledger != now.ledger:
        yield "the target's ledger: somebody deployed or repaired"
    if objects := _differing(then.schema, now.schema):
        yield f"the target's schema: {objects}"
    elif then.surroundings != now.surroundings:
        yield "the target's server, roles, memberships or settings"


def _differing(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    names = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    more = f" and {count(len(names) - NAMED, 'other')}" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _step(migration: Migration, step: Step, trials: Sequence[StatementTrial]) -> PlanStep:
    mine = [one for one in trials if one.script is migration.script and one.step == step.number]
    known = [one.forecast for one in mine if one.forecast]
    limit = 0
    if not step.standalone and not any(one.assumed for one in known):
        limit = max(LEAST_MS, *(int(one.high * 1000 * PATIENCE) for one in known), 0)
    return PlanStep(
        version=migration.version, label=migration.label, number=step.number, transaction=not step.standalone,
        digest=step.digest, lock_timeout_ms=0, statement_timeout_ms=limit,
        forecast=(sum(one.low for one in known), sum(one.high for one in known)) if known else None,
        locks=tuple(dict.fromkeys(
            f"{lock.mode.words} on {lock.relation}: {', '.join(lock.blocks)} wait"
            for one in mine for lock in one.strong_locks
        )),
    )  # fmt: skip


def _is_ours(name: str) -> bool:
    return f"{name}.".startswith(OURS)


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
