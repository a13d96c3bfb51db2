"""What will happen: file by file, the statements that others will notice, and how many they will not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.place import Place, place_at
from seatrial.model.words import duration
from seatrial.report.readiness.stories import of_failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.evidence import Lock
    from seatrial.model.failure import Failure
    from seatrial.model.readiness import Readiness
    from seatrial.model.trial import StatementTrial

__all__ = ["File", "Step", "files"]

#: Lines of a statement that are shown.
MOST_LINES = 6
#: What does not tell one kind of statement from another.
_FILLING = {"OR", "REPLACE", "UNIQUE", "TEMP", "TEMPORARY", "CONSTRAINT", "CONCURRENTLY"}
#: Kinds that one word tells.
_ALONE = {"GRANT", "REVOKE", "DO", "SELECT", "UPDATE", "CALL", "SET", "RESET", "TRUNCATE", "BEGIN", "COMMIT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A statement that somebody will notice."""

    place: Place
    sql: str
    locks: tuple[Lock, ...]
    rewrites: tuple[str, ...]
    scans: tuple[str, ...]
    #: `38–55 s at 12,400,000 rows`; empty where nobody knows.
    forecast: str
    held: str
    #: The safe way, as SQL.
    safer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A migration."""

    label: str
    #: On the scratch.
    took: str
    statements: int
    steps: tuple[Step, ...]
    #: `CREATE POLICY` → how many.
    kinds: tuple[tuple[str, int], ...]
    #: Where it is told what the server refused of it, and why.
    refused: tuple[str, ...] = ()


def files(found: Readiness) -> tuple[File, ...]:
    """In their order."""
    by_version: dict[str, list[StatementTrial]] = {}
    for trial in found.trial.statements:
        by_version.setdefault(trial.script.source.version, []).append(trial)
    refused: dict[str, list[Failure]] = {}
    for failure in found.execution.failures or filter(None, [found.execution.failure]):
        refused.setdefault(failure.version, []).append(failure)
    made = {
        run.version: File(
            label=run.label, took=duration(run.seconds), statements=len(run.statements),
            steps=tuple(_step(trial) for trial in by_version.get(run.version, ()) if _is_noticed(trial)),
            kinds=tuple(Counter(_kind(one.text) for one in run.statements).most_common()),
            refused=tuple(of_failure(one).anchor for one in refused.get(run.version, ())),
        )
        for run in found.execution.runs
    }  # fmt: skip
    made |= {version: _gone(failures) for version, failures in refused.items() if version not in made}
    return tuple(made[version] for version in sorted(made))


def _gone(failures: Sequence[Failure]) -> File:
    """Nothing of it went through, or nothing of it stayed."""
    label = failures[0].place.path.rpartition("/")[2].removesuffix(".sql")
    return File(
        label=label,
        took="",
        statements=0,
        steps=(),
        kinds=(),
        refused=tuple(of_failure(one).anchor for one in failures),
    )


def _is_noticed(trial: StatementTrial) -> bool:
    return bool(trial.strong_locks or trial.works_on_rows)


def _step(trial: StatementTrial) -> Step:
    source = trial.script.source
    lines = trial.statement.text.strip().splitlines()
    return Step(
        place=place_at(source.path, source.text, trial.statement.start),
        sql="\n".join(lines[:MOST_LINES]) + ("\n…" if len(lines) > MOST_LINES else ";"),
        locks=trial.strong_locks, rewrites=trial.rewrites, scans=trial.scans,
        forecast=str(trial.forecast or ""), held=str(trial.held or ""), safer=trial.safer,
    )  # fmt: skip


def _kind(text: str) -> str:
    """`CREATE POLICY`."""
    words = [word for word in map(str.upper, re.findall(r"[A-Za-z]+", text[:200])) if word not in _FILLING]
    return " ".join(words[: 1 if words[:1] and words[0] in _ALONE else 2]) or "statement"
