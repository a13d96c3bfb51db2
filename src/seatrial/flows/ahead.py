"""Which indexes of the pending files a plan builds CONCURRENTLY before their file, found out by doing so on a copy."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seatrial.catalog.compare import compare
from seatrial.catalog.read import read
from seatrial.flows.ahead_index import candidates, indexes_made, resolved
from seatrial.flows.stage import BEFORE
from seatrial.ledger.apply import apply_all
from seatrial.ledger.resume import was_undone
from seatrial.model.ahead import Taken
from seatrial.model.execution import Ending
from seatrial.model.narrator import Silent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seatrial.flows.ahead_index import Candidate
    from seatrial.flows.rehearsal import Rehearsal
    from seatrial.flows.stage import Stage
    from seatrial.model.catalog import Catalog, Difference
    from seatrial.model.migration import Migration, Step
    from seatrial.model.trial import Trial
    from seatrial.pg.connection import Connection

__all__ = ["Ahead", "ahead_of", "without_ahead"]

#: Name of the copy.
COPY = "ahead"
REPAIRED = {"valid", "ready"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is built before its file."""

    #: Version → its steps, numbered so that the last is nought.
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    #: What could not, as something else has its name.
    taken: tuple[Taken, ...] = ()
    #: The schema that this way leaves, where indexes are valid then that were not; else None.
    repaired: Catalog | None = None

    def found_by(self, trial: Trial) -> frozenset[tuple[str, int]]:
        """Path and offset of the statements that find every index that they made when they were rehearsed."""
        built = {step.statements[0].index for mine in self.steps.values() for step in mine}
        return frozenset(
            (one.script.source.path, one.statement.start)
            for one in trial.statements if built and (made := indexes_made(one)) and made <= built
        )  # fmt: skip


def ahead_of(stage: Stage, trial: Trial, after: Catalog) -> Ahead:
    """Try each index of the pending files that kept writers of a table of before waiting.

    Before each file its indexes are built as a deployment would build them, then the file is applied; the schema that
    this ends with must be the one of the rehearsal. What stands in the way of that is left out, and all tried again.

    Args:
        stage: with a copy of the state before the release.
        trial: what the rehearsal saw.
        after: the schema that it ended with.
    """
    waiting = [one for migration in stage.pending for one in candidates(migration, trial)]
    taken: tuple[Taken, ...] = ()
    while waiting:
        walk = _Walk(stage, waiting)
        walk.go(after)
        taken = taken or tuple(walk.taken)
        if not walk.guilty:
            steps = {version: tuple(mine) for version, mine in walk.steps.items() if mine}
            return Ahead(steps=steps, taken=taken, repaired=walk.repaired)
        waiting = [one for one in waiting if (one.migration.version, one.index.name) not in walk.guilty]
    return Ahead(taken=taken)


def without_ahead(rehearsal: Rehearsal, ahead: Ahead) -> Rehearsal:
    """The same, as a deployment will see it: what is built ahead is no longer made by the transactions of its file."""
    names = {f"index {step.statements[0].index}" for mine in ahead.steps.values() for step in mine}
    expected = {
        version: {identity: digest for identity, digest in made.items() if identity not in names}
        for version, made in rehearsal.expected.items()
    }
    return replace(rehearsal, after=ahead.repaired or rehearsal.after, expected=expected)


class _Walk:
    """All that is pending, applied to a copy with its indexes built ahead."""

    def __init__(self, stage: Stage, waiting: Sequence[Candidate]) -> None:
        self.steps: dict[str, list[Step]] = {}
        self.taken: list[Taken] = []
        #: Version and name of the indexes because of which it did not come out right.
        self.guilty: set[tuple[str, str]] = set()
        self.repaired: Catalog | None = None
        self._stage = stage
        self._waiting = waiting
        #: Qualified name → version and name.
        self._names: dict[str, tuple[str, str]] = {}

    def go(self, after: Catalog) -> None:
        """From the first file to the last, or to the first that does not come out right."""
        self._stage.server.clone(COPY, BEFORE)
        try:
            with self._stage.connect(COPY) as connection:
                for migration in self._stage.pending:
                    self._apply(connection, migration)
                    if self.guilty:
                        return
                if self._names:
                    self._compare(after, read(connection))
        finally:
            self._stage.server.drop(COPY)

    def _apply(self, connection: Connection, migration: Migration) -> None:
        mine: list[Step] = []
        for one in self._waiting:
            found = resolved(connection, one) if one.migration is migration else None
            if isinstance(found, Taken):
                self.taken.append(found)
            elif found and found.statements[0].index not in self._names:
                mine.append(found)
                self._names[found.statements[0].index] = (migration.version, one.index.name)
        numbered = [replace(step, number=number) for number, step in enumerate(mine, start=1 - len(mine))]
        self.steps[migration.version] = numbered
        whole = replace(migration, steps=(*numbered, *migration.steps))
        execution = apply_all(connection, [whole], self._stage.progress, Silent())
        if execution.ending is Ending.INTERRUPTED:
            raise KeyboardInterrupt
        if execution.ending is not Ending.COMPLETE:
            said = execution.failure.statement if execution.failure else ""
            self._blame([one for one in numbered if one.statements[0].text == said] or numbered)
        else:
            # One that the file throws away or renames would be built again by a second run.
            self._blame([one for one in numbered if was_undone(connection, one)])

    def _compare(self, after: Catalog, found: Catalog) -> None:
        differences = {*compare(after, found), *compare(found, after)}
        wrong = {one.name for one in differences if not (self._is_repair(one) or _is_ours(one))}
        if wrong:
            steps = [step for mine in self.steps.values() for step in mine]
            self._blame([one for one in steps if one.statements[0].index in wrong] or steps)
        elif indexes := {("index", one.name) for one in differences if self._is_repair(one)}:
            objects = {identity: found.objects[identity] for identity in indexes}
            self.repaired = replace(after, objects={**after.objects, **objects})

    def _is_repair(self, one: Difference) -> bool:
        """An INVALID index of before, with which IF NOT EXISTS is content, is built anew."""
        return (one.kind, one.fact in REPAIRED, one.name in self._names) == ("index", True, True)

    def _blame(self, steps: Collection[Step]) -> None:
        self.guilty |= {self._names[step.statements[0].index] for step in steps}


def _is_ours(one: Difference) -> bool:
    """What looks on at a rehearsal, and is not on the copy."""
    return one.kind == "event trigger" and one.name.startswith("seatrial_")
