"""What a person is told before a deployment: what is done, who waits for it, what it destroys and what was left."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from shlex import join
from typing import TYPE_CHECKING

from seatrial.flows.backup import destroyed, dropped
from seatrial.flows.folder import again, typed_name
from seatrial.model.migration import StepKind
from seatrial.model.reversal import Reversibility
from seatrial.model.words import count, duration
from seatrial.pg.connection import display
from seatrial.project.settings import read_settings
from seatrial.sql.ahead import plain_indexes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from seatrial.model.migration import Migration
    from seatrial.model.plan import Plan, PlanStep
    from seatrial.model.release import Target
    from seatrial.model.terms import Terms
    from seatrial.model.undertaking import Undertaking

__all__ = ["Question", "consequences", "facts", "indented", "question", "said_warnings", "wrapped"]

WIDTH = 100
#: Characters of a digest that tell plans apart.
DIGEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked before anything happens."""

    #: What a person has to type: the target's name, or that of the database where it has none.
    name: str
    #: What somebody should know who says yes.
    lines: tuple[str, ...]


def question(
    root: Path, target: Target, how: Undertaking, terms: Terms, pending: Sequence[Migration], plan: Plan | None,
    found: Sequence[str],
) -> Question:  # fmt: skip
    """All of it, none wider than a page where a name is not.

    Args:
        root: the release folder.
        target: where.
        how: as it was asked for.
        terms: how long others may be kept waiting.
        pending: what is to be applied, in order.
        plan: of the rehearsal; None where there was none.
        found: what an earlier run has left.
    """
    name = typed_name(target)
    digest = f", plan {plan.digest[:DIGEST]}" if plan else ""
    lines = [f"Deploy to {name} ({display(target.dsn)}){digest}:"]
    for migration in pending:
        steps = [step for step in plan.steps if step.version == migration.version] if plan else []
        lines += wrapped(f"  + {migration.label}: {', '.join(facts(migration, steps))}")
        lines += indented(consequences(steps, terms))
        lines += indented(_way_back(migration, plan, root, target)) if plan else []
    lines += wrapped(*(f"  found {line}" for line in found))
    if plan is None:
        lines += ["  nobody has rehearsed it: nothing is built ahead, and what it locks is not known"]
    elif warnings := said_warnings(plan, root, target):
        lines += wrapped(f"  {warnings}")
    lines += wrapped(*(f"  {line}" for line in _losses(target, how, plan)))
    return Question(name=name, lines=tuple(lines))


def said_warnings(plan: Plan, root: Path, target: Target) -> str:
    """`the rehearsal warns of 3 findings (LCK004 2, LCK001 1), which … shows`; empty where it does not."""
    number = sum(plan.codes.values())
    codes = ", ".join(f"{code} {times}" for code, times in sorted(plan.codes.items()))
    command = again(f"rehearse --from {target.argument}", root)
    return f"the rehearsal warns of {count(number, 'finding')} ({codes}): {command} shows them" if number else ""


def facts(migration: Migration, steps: Sequence[PlanStep]) -> Iterator[str]:
    """How much there is to do, and how long it will take."""
    own = [step for step in migration.steps if step.number > 0]
    yield count(len(own), "step")
    if batches := sum(step.kind is StepKind.BATCH for step in own):
        yield f"{batches} in batches"
    if assertions := sum(len(step.assertions) for step in own):
        yield count(assertions, "assertion")
    uncounted = dict.fromkeys(table for step in steps for table in step.uncounted)
    known = [step.forecast for step in steps if step.forecast]
    if uncounted:
        yield f"forecast unknown: nobody has counted {', '.join(uncounted)}"
    elif known:
        low, high = (sum(one[end] for one in known) for end in (0, 1))
        yield f"forecast {duration(low)} to {duration(high)}"


def consequences(steps: Sequence[PlanStep], terms: Terms) -> Iterator[str]:
    """What others feel of it."""
    for step in steps:
        if step.kind == StepKind.AHEAD:
            tables = ", ".join(one.table for one in plain_indexes(step.sql.replace(" CONCURRENTLY", "", 1)))
            yield f"{step.index} on {tables} is built ahead, CONCURRENTLY: nobody waits for it"
    waiting = {lock.relation: lock.blocks for step in steps for lock in step.locks}
    for relation, blocks in waiting.items():
        yield f"locks {relation}: {_listed(blocks)} wait, at most {duration(terms.hold_seconds)}"


def _way_back(migration: Migration, plan: Plan, root: Path, target: Target) -> Iterator[str]:
    """What the deployment keeps for it, what comes back with it, and what was proved."""
    if keeping := plan.keepings.get(migration.version):
        yield from (f"{what} comes back from the archive" for what in keeping.returns)
    reversal = next((one for one in plan.reversals if one.version == migration.version), None)
    if reversal is None:
        command = again(f"rehearse --from {target.argument}", root)
        yield f"its way back is not proved: it was not tried, see {command}"
        return
    hours = read_settings(root / "seatrial.toml").rollback.keep_hours
    yield from (f"keeps {what} for {hours:g} hours, for the way back" for what in reversal.kept)
    if reversal.verdict is Reversibility.NOT:
        yield f"not reversible: {'; '.join(reversal.reasons)}"
    else:
        yield f"its way back is proved: {reversal.verdict}"


def _losses(target: Target, how: Undertaking, plan: Plan | None) -> Iterator[str]:
    gone = destroyed(plan) if plan else ()
    yield from (f"destroys {what}" for what in gone)
    if not (how.backup or (plan and dropped(plan))):
        return
    if target.backup_command:
        yield f"a backup is made first, by {join(target.backup_command)}"
    elif gone or how.backup:
        yield f"no backup is made: no backup_command is set for {target.name}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def indented(lines: Iterable[str]) -> list[str]:
    """What is said of the line above them."""
    return wrapped(*(f"      {line}" for line in lines))


def wrapped(*lines: str) -> list[str]:
    """A command or a name stays whole."""
    return [
        part
        for line in lines
        for part in textwrap.wrap(
            line, WIDTH, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False,
        )
    ]  # fmt: skip
