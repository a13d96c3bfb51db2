"""A release, applied on a stage, while it lasts: for whoever wants to know what it makes, and to ask it something."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.catalog.compare import owned
from seatrial.catalog.read import read
from seatrial.catalog.reference import read_reference
from seatrial.flows.gates import asked_only, noted
from seatrial.flows.stage import from_nothing
from seatrial.ledger.resume import half_made
from seatrial.model.execution import Ending
from seatrial.model.trial import Trial
from seatrial.model.wishes import Wishes
from seatrial.rehearsal.aftermath import boundary, unindexed_keys
from seatrial.rehearsal.bodies.check import check_bodies
from seatrial.rehearsal.record import install
from seatrial.rehearsal.replay import Manner, replay
from seatrial.rehearsal.trial import statement_trials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.flows.folder import Folder
    from seatrial.flows.stage import Stage
    from seatrial.model.bodies import BodyUnread
    from seatrial.model.catalog import Catalog, Identity
    from seatrial.model.execution import Execution
    from seatrial.model.narrator import Narrator
    from seatrial.model.reference import Reference

__all__ = ["Rehearsal", "applied", "rehearsal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A stage on which the release was applied, while it lasts."""

    stage: Stage
    execution: Execution
    seconds: float
    #: What the release made or changed; None when a statement failed.
    catalog: Catalog | None
    trial: Trial
    unread: tuple[BodyUnread, ...]
    #: What is numbered above this was made by the release.
    since: int
    #: Version → what it did to policies, privileges, owners, functions and views; empty on an empty platform.
    security: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Version → what it made or changed: object → digest; empty on an empty platform.
    expected: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Everything that there was before it, and after it.
    before: Catalog | None = None
    after: Catalog | None = None
    #: Of every object that it made or changed; in the catalog are only those that it gave.
    comments: Mapping[Identity, str] = field(default_factory=dict)
    #: The schema that the release found, and the one that it left; None when a statement failed.
    reference_before: Reference | None = None
    reference: Reference | None = None


@contextmanager
def rehearsal(folder: Folder, *, narrator: Narrator) -> Iterator[Rehearsal]:
    """Apply a folder from nothing, for those who want to know what it makes, and to ask it something."""
    with from_nothing(folder) as stage:
        yield applied(stage, folder, Wishes(), narrator=narrator)


def applied(stage: Stage, folder: Folder, wishes: Wishes, *, narrator: Narrator) -> Rehearsal:
    """Apply what is pending, and read what came of it."""
    begun = time.perf_counter()
    status = stage.status
    edited = frozenset(edit.version for edit in status.rows if edit.state == "edited") if status else frozenset()
    with stage.connect() as connection, stage.observe() as observer:
        install(observer)
        since = boundary(observer)
        before, reference_before = read(connection), read_reference(connection)
        # What was wrong before is not the release's; on an empty platform nothing is.
        known_faults = check_bodies(observer)[0] if stage.has_past else ()
        half_made_before = half_made(observer)
        security: dict[str, Mapping[str, str]] = {}
        expected: dict[str, Mapping[str, str]] = {}
        manner = Manner(
            keep_going=wishes.keep_going, time_limit=wishes.time_limit, folder=folder.migrations, edited=edited,
            progress=stage.progress, gate=noted(connection, security, expected) if stage.status else asked_only,
        )  # fmt: skip
        execution = replay(connection, observer, stage.pending, manner=manner, narrator=narrator)
        complete = execution.ending is Ending.COMPLETE
        after = read(connection) if complete else None
        catalog = owned(before, after) if after else None
        faults, unread = check_bodies(observer) if complete else ((), ())
        return Rehearsal(
            stage=stage, execution=execution, since=since, catalog=catalog, security=security, expected=expected,
            before=before, after=after,
            comments=_comments(catalog, after) if catalog and after else {},
            reference_before=reference_before, reference=read_reference(connection) if complete else None,
            unread=tuple(one for one in unread if catalog and ("function", one.function) in catalog.objects),
            trial=Trial(
                statements=statement_trials(execution, stage.pending),
                half_made=tuple(what for what in half_made(observer) if what not in half_made_before),
                unindexed_keys=unindexed_keys(observer, since),
                bodies=tuple(fault for fault in faults if fault not in known_faults),
            ),
            seconds=time.perf_counter() - begun,
        )  # fmt: skip


def _comments(changed: Catalog, after: Catalog) -> Mapping[Identity, str]:
    return {identity: after.objects[identity].facts.get("comment", "") for identity in changed.objects}
