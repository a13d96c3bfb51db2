"""Where a query or an index that was measured belongs in the files, and how a finding names it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.speed import asker, remedies
from seatrial.model.workload import Unmeasured
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seatrial.model.source import Script
    from seatrial.model.speed_trial import SpeedTrial
    from seatrial.model.workload import WorkloadTiming

__all__ = ["index_place", "query_hits", "remedy", "table_place"]

#: They change nothing about how fast a query is.
_IDLE = frozenset({"comment_stmt", "grant_stmt", "select_stmt"})


def query_hits(
    trial: SpeedTrial, told: Callable[[WorkloadTiming], str], *, what: str, fix: str
) -> Iterator[Hit]:  # fmt: skip
    """One hit for each query about which there is something to tell, with those who send it.

    Args:
        trial: what was measured.
        told: what users experience; empty where there is nothing to tell.
        what: what is wrong, behind the name of the query; may hold `{index}`.
        fix: what to do where no slow policy and no missing index was found.
    """
    found: dict[str, list[tuple[WorkloadTiming, str]]] = {}
    for timing in trial.performance.timings:
        if said := told(timing):
            found.setdefault(timing.query.name, []).append((timing, said))
    for name, timings in found.items():
        script, offset = _query_place(trial, [timing for timing, _ in timings])
        yield Hit(
            script=script, offset=offset,
            what=f"the query {quoted(name)} {what.format(index=quoted(timings[0][0].query.index))}",
            effect="; ".join(f"as {asker(timing)}: {said}" for timing, said in timings),
            fix=remedy(trial, name) or fix, subject=f"query {quoted(name)}",
        )  # fmt: skip


def remedy(trial: SpeedTrial, query: str) -> str:
    """Rewrites of the policies that a query meets, and the indexes that are missing besides, as SQL."""
    found = trial.performance
    met = {policy for cost in found.policies if cost.query == query for policy in cost.policies}
    rewrites = (one.rewrite for one in remedies(found.faults) if f"{one.table}.{one.policy}" in met)
    missing = (one for one in found.proposed if any(gain.query == query for gain in one.gains))
    return "\n".join([*rewrites, *(f"{one.sql};" for one in missing)])


def index_place(trial: SpeedTrial, index: str, table: str) -> tuple[Script, int | None]:
    """Where the files make an index, or else what they do to its table last."""
    for known in trial.schema.tables:
        for made in known.indexes:
            if relation(f"{known.schema}.{made.name}") == index:
                return made.life.made.script, made.life.made.offset
    return _last(trial, [index, table])


def table_place(trial: SpeedTrial, table: str) -> tuple[Script, int | None]:
    """What the files that are to be applied do to a table last."""
    return _last(trial, [table])


def _query_place(trial: SpeedTrial, timings: Iterable[WorkloadTiming]) -> tuple[Script, int | None]:
    """What takes an index from its plan, or else what is done last to the tables that it reads."""
    lost: list[str] = []
    tables: list[str] = []
    for timing in timings:
        before, after = timing.before, timing.after
        tables.extend(name for name, _ in timing.tables)
        if not isinstance(after, Unmeasured):
            tables.extend(after.tables)
            if not isinstance(before, Unmeasured):
                lost.extend(name for name in before.indexes if name not in after.indexes)
    script, offset = _last(trial, lost)
    return (script, offset) if offset is not None else _last(trial, tables)


def _last(trial: SpeedTrial, names: Iterable[str]) -> tuple[Script, int | None]:
    """The last statement that says one of the names, whatever their schema; the last file where none does."""
    bare = {name.replace('"', "").rpartition(".")[2] for name in names}
    said = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(bare))) + r")\b") if bare else None
    for script in reversed(trial.scripts) if said else ():
        for statement in reversed(script.statements):
            if statement.node not in _IDLE and said and said.search(statement.text):
                return script, statement.start
    return trial.scripts[-1], None
