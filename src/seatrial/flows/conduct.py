"""Conducts a whole rehearsal: sets the stage, applies the release, and has everything looked at that was asked for."""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.catalog.ours import is_ours
from seatrial.errors import CannotRun
from seatrial.flows.ahead import Ahead, ahead_of, without_ahead
from seatrial.flows.folder import read_folder, target_of
from seatrial.flows.isolation import isolation_of
from seatrial.flows.killed import killed_at_every_step
from seatrial.flows.line import stalls
from seatrial.flows.measure import Measurement, found_ahead, measure
from seatrial.flows.performance import performance_of
from seatrial.flows.questions import placed_gaps, questions_of
from seatrial.flows.readback import found_in
from seatrial.flows.rehearsal import applied
from seatrial.flows.sampling import quiet, sample_of, without_words
from seatrial.flows.site import site_of
from seatrial.flows.stage import BEFORE, from_nothing, from_target
from seatrial.flows.undo.owners import owners_of
from seatrial.flows.undo.proof import prove_back
from seatrial.ledger.edits import edits
from seatrial.model.ahead import AheadIndex
from seatrial.model.execution import Ending
from seatrial.model.narrator import Silent
from seatrial.model.place import place_at
from seatrial.model.speed_trial import SpeedTrial
from seatrial.model.wishes import NOTHING, Wishes, is_saved
from seatrial.model.words import duration
from seatrial.performance.statements import workload_from
from seatrial.pg.connection import connect, display, rows
from seatrial.pg.queries import load
from seatrial.project.settings import read_settings
from seatrial.rehearsal.consequences import without_outside
from seatrial.rehearsal.preflight import ask_target
from seatrial.rehearsal.record import install
from seatrial.rehearsal.replay import Manner, replay
from seatrial.rehearsal.twice import run_twice
from seatrial.rules.assess import Seen
from seatrial.rules.run import judge
from seatrial.rules.run import measure as speed
from seatrial.sql.relations import from_elsewhere
from seatrial.standin.file import read_saved
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.flows.folder import Folder
    from seatrial.flows.isolation import Isolation
    from seatrial.flows.rehearsal import Rehearsal
    from seatrial.flows.stage import Stage
    from seatrial.flows.undo.case import Proved
    from seatrial.model.ahead import Taken
    from seatrial.model.edit import Edit
    from seatrial.model.execution import Execution
    from seatrial.model.failure import Failure
    from seatrial.model.finding import Finding
    from seatrial.model.killed import Killed
    from seatrial.model.migration import Step
    from seatrial.model.narrator import Narrator
    from seatrial.model.outcome import PlacedGap
    from seatrial.model.performance import Performance
    from seatrial.model.preflight import PreflightAnswer, Question
    from seatrial.model.queue import Stall
    from seatrial.model.relations import Elsewhere
    from seatrial.model.release import Target
    from seatrial.model.standin import Picture
    from seatrial.model.trial import Trial
    from seatrial.model.twice import SecondRun
    from seatrial.pg.connection import Connection

__all__ = ["Conducted", "conduct", "folder_for"]

#: Of more pending migrations the way back is not tried: it takes a good part of a second for each.
MOST_PROVED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Conducted:
    """All that came of it; the scratch is gone."""

    folder: Folder
    wishes: Wishes
    target: Target | None
    picture: Picture | None
    rehearsal: Rehearsal
    measurement: Measurement
    findings: tuple[Finding, ...]
    elsewhere: tuple[Elsewhere, ...]
    edits: tuple[Edit, ...]
    fresh_failure: Failure | None
    gaps: tuple[PlacedGap, ...]
    twice: tuple[SecondRun, ...] | None
    stalls: tuple[Stall, ...] | None
    #: None where nobody asked for it, or the release does not apply.
    isolation: Isolation | None
    #: The same.
    killed: Killed | None
    questions: tuple[Question, ...]
    preflight: tuple[PreflightAnswer, ...] | None
    seconds: float
    #: None where nobody asked for it, or the release does not apply.
    performance: Performance | None = None
    #: Of the target's database; empty where there is none.
    site: str = ""
    #: Name of what the stand-in is of, if it is one.
    stands_for: str = ""
    #: Version → indexes of its file that are built before it.
    ahead: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    #: Indexes that the files mean to make and never will, as something else has their names.
    taken: tuple[Taken, ...] = ()
    #: The way back of each pending migration; None where nobody looked.
    proved: tuple[Proved, ...] | None = None

    @property
    def built_ahead(self) -> tuple[AheadIndex, ...]:
        """The same, for a person."""
        seen = {(one.script.source.version, one.statement.start): one for one in self.rehearsal.trial.statements}
        found = []
        for version, steps in self.ahead.items():
            for [statement] in (step.statements for step in steps):
                one = seen[version, statement.start]
                place = place_at(one.script.source.path, one.script.source.text, statement.start)
                found.append(AheadIndex(place=place, index=statement.index, sql=statement.text, forecast=one.forecast))
        return tuple(found)

    @property
    def from_file(self) -> bool:
        """Whether a file told of the target, which nobody was in touch with."""
        return bool(self.stands_for) and self.target is None


def folder_for(root: Path, wishes: Wishes) -> Folder:
    """The folder that a rehearsal with these wishes is of.

    Raises:
        CannotRun: no such folder, no migrations, unusable settings.
    """
    return read_folder(root, wishes.start if wishes.start != NOTHING else "", after=wishes.after)


def conduct(root: Path, folder: Folder, wishes: Wishes, *, narrator: Narrator) -> Conducted:
    """Rehearse a release folder, from nothing or from a stand-in of a target, which may be a saved one.

    Raises:
        CannotRun: no scratch, no connection, unusable settings.
        Refused: the files cannot be applied as they are.
    """
    begun = time.perf_counter()
    folder.refuse_if_unrunnable()
    if wishes.start == NOTHING:
        with from_nothing(folder, after=wishes.after, copy=_needs_copy(wishes)) as stage:
            return _on_stage(stage, folder, wishes, begun=begun, narrator=narrator)
    if is_saved(wishes.start):
        return _from_file(folder, wishes, begun=begun, narrator=narrator)
    with target_of(root, wishes.start) as target:
        narrator.begin(f"looking at {target.name}")
        with connect(target.dsn, read_only=True) as connection:
            picture, site = read_target(connection, values=wishes.values), site_of(connection)
            folder, told = _with_workload(folder, wishes, connection)
        narrator.end(f"ok {duration(time.perf_counter() - begun)}")
        fresh = _fresh(folder, wishes) if wishes.fresh else None
        load = sample_of(target, wishes.sample) if wishes.sample else None
        with from_target(folder, picture, copy=True, load=load, place=display(target.dsn)) as stage:
            conducted = _on_stage(stage, folder, wishes, picture, begun=begun, narrator=narrator)
        if conducted.performance:
            performance = replace(conducted.performance, notes=(*told, *conducted.performance.notes))
            conducted = replace(conducted, performance=performance)
        answers = _ask(target, conducted.questions) if wishes.preflight else None
        conducted = replace(
            conducted, target=target, site=site, stands_for=target.name, fresh_failure=fresh, preflight=answers
        )
        return _quiet(conducted) if wishes.sample else conducted


def _with_workload(folder: Folder, wishes: Wishes, connection: Connection) -> tuple[Folder, tuple[str, ...]]:
    """Where the settings name no query, the target's own statistics say what it is asked."""
    if folder.release.workload or not wishes.performance:
        return folder, ()
    found, notes = workload_from(connection, folder.release.tenancy)
    return replace(folder, release=replace(folder.release, workload=found)), notes


def _from_file(folder: Folder, wishes: Wishes, *, begun: float, narrator: Narrator) -> Conducted:
    """The target itself is out of reach: there is nobody to ask."""
    if wishes.preflight or wishes.sample:
        raise CannotRun(
            "standin.no-rows", "a saved stand-in has no rows to count or to copy", where=wishes.start,
            why="--preflight and --sample ask the target itself", fix="leave them out, or give --from <target>",
        )  # fmt: skip
    saved = read_saved(Path(wishes.start))
    narrator.say(f"  the stand-in for {saved.target} is of {saved.taken_at}")
    fresh = _fresh(folder, wishes)
    with from_target(folder, saved.picture, copy=True) as stage:
        conducted = _on_stage(stage, folder, wishes, saved.picture, begun=begun, narrator=narrator)
    return replace(conducted, stands_for=saved.target, fresh_failure=fresh)


def _needs_copy(wishes: Wishes) -> bool:
    asked = wishes.twice or wishes.killed or wishes.reader or wishes.rows or wishes.isolation or wishes.performance
    return bool(wishes.after or asked)


def _on_stage(
    stage: Stage, folder: Folder, wishes: Wishes, picture: Picture | None = None, *, begun: float, narrator: Narrator
) -> Conducted:
    done = applied(stage, folder, wishes, narrator=narrator)
    complete = done.execution.ending is Ending.COMPLETE
    copied = picture is not None or _needs_copy(wishes)
    _refuse_unknown_tables(stage, wishes)
    sizes = _sizes(picture) | dict(wishes.rows)
    is_forecast = complete and copied and wishes.forecast
    measurement = measure(
        stage, done.trial.statements, done.since, sizes, time_limit=wishes.time_limit, narrator=narrator
    ) if is_forecast else Measurement()  # fmt: skip
    done, measurement, ahead = _ahead(done, measurement, has_copy=copied)
    trial = replace(done.trial, statements=measurement.statements or done.trial.statements)
    with stage.observe() as observer:
        elsewhere = () if complete or picture else from_elsewhere(folder.scripts, _present(observer))
        edited = edits(observer, folder.migrations, stage.status) if stage.status else ()
        questions = questions_of(stage.pending, observer, done.since)
    done = replace(done, execution=_told_apart(done.execution, elsewhere))
    isolation = isolation_of(stage, folder, wishes, narrator=narrator) if wishes.isolation and complete else None
    performance = performance_of(
        stage, folder, done.since, sizes=sizes, asked=wishes.rows, picture=picture, narrator=narrator
    ) if wishes.performance and complete else None  # fmt: skip
    if complete:
        judged = (*judge(trial), *_measured(stage, folder, performance))
        deployed = picture is not None or bool(wishes.after)
        folder = folder.held_against(judged, _seen(stage, folder, trial, isolation), deployed=deployed)
    return Conducted(
        folder=folder, wishes=wishes, target=None, picture=picture,
        proved=_way_back(stage, folder, _archived(picture), narrator) if is_forecast else None,
        rehearsal=replace(done, trial=trial), measurement=measurement,
        # What does not apply comes first; what else the files say, `check` says.
        findings=_concerning(stage, folder) if complete else (),
        elsewhere=elsewhere, edits=edited, fresh_failure=None, gaps=_gaps(stage, picture), questions=questions,
        preflight=None, isolation=isolation, performance=performance,
        twice=_twice(stage, wishes) if wishes.twice and complete else None,
        killed=killed_at_every_step(stage) if wishes.killed and complete else None,
        stalls=stalls(stage, trial.statements, wishes.reader) if wishes.reader and complete else None,
        ahead=ahead.steps, taken=ahead.taken, seconds=time.perf_counter() - begun,
    )  # fmt: skip


def _measured(stage: Stage, folder: Folder, performance: Performance | None) -> tuple[Finding, ...]:
    if performance is None or not performance.timings or folder.schema is None or not stage.pending:
        return ()
    scripts = tuple(migration.script for migration in stage.pending)
    return speed(SpeedTrial(performance=performance, schema=folder.schema, scripts=scripts))


def _archived(picture: Picture | None) -> Mapping[str, int]:
    """Rows of what is in the archive."""
    return {name: size.most_rows for name, size in (picture.sizes.items() if picture else ()) if is_ours(name)}


def _way_back(
    stage: Stage, folder: Folder, sizes: Mapping[str, int], narrator: Narrator
) -> tuple[Proved, ...] | None:  # fmt: skip
    """From nothing there is nothing to go back to."""
    if not stage.has_past or not 0 < len(stage.pending) <= MOST_PROVED:
        return None
    begun = time.perf_counter()
    narrator.begin("taking it back and applying it again")
    settings = read_settings(folder.release.root / "seatrial.toml").rollback
    proved = prove_back(
        stage, keep=f"{settings.keep_hours:g} hours", also=owners_of(folder.release.tenancy), sizes=sizes
    )  # fmt: skip
    narrator.end(f"ok {duration(time.perf_counter() - begun)}")
    return tuple(proved)


def _ahead(done: Rehearsal, measurement: Measurement, *, has_copy: bool) -> tuple[Rehearsal, Measurement, Ahead]:
    """What is built before its file, and what is left for the file to do then."""
    if done.after is None or not (has_copy and done.stage.has_past):
        return done, measurement, Ahead()
    ahead = ahead_of(done.stage, done.trial, done.after)
    measurement = replace(measurement, statements=measurement.statements or done.trial.statements)
    return without_ahead(done, ahead), found_ahead(measurement, ahead.found_by(done.trial)), ahead


def _seen(stage: Stage, folder: Folder, trial: Trial, isolation: Isolation | None) -> Seen:
    """What findings are held against; the schema is read back where a finding asks for it.

    From nothing every table is new, so that nobody was kept waiting there says nothing.
    """
    again = None
    if any(finding.subject for finding in folder.about_release):
        with stage.observe() as observer:
            again = frozenset((one.code, one.subject) for one in found_in(observer, folder))
    ran = frozenset((one.script.source.path, one.statement.start) for one in trial.statements)
    return Seen(
        scripts=folder.scripts, again=again, cells=isolation.matrix.cells if isolation else (),
        statements=ran if stage.has_past else frozenset(), ran=ran,
    )  # fmt: skip


def _concerning(stage: Stage, folder: Folder) -> tuple[Finding, ...]:
    """What is wrong with what was to be applied; what is wrong with what is deployed cannot be mended there."""
    pending = {migration.script.source.path for migration in stage.pending}
    files = {script.source.path for script in folder.scripts}
    return tuple(one for one in folder.about_release if one.place.path in pending or one.place.path not in files)


def _refuse_unknown_tables(stage: Stage, wishes: Wishes) -> None:
    """A size for a table that is not there would be a size for nothing."""
    if not wishes.rows:
        return
    with stage.observe() as observer:
        known = {row["quoted"] for row in rows(observer, load("seatrial.flows", "relations")) if row["has_rows"]}
    if unknown := sorted(wishes.rows.keys() - known):
        near = difflib.get_close_matches(unknown[0], sorted(known), n=3, cutoff=0.5)
        raise CannotRun(
            "rehearse.no-such-table", f"there is no table {unknown[0]}", where="--rows",
            why=f"there is {', '.join(near)}" if near else "",
            fix="give its name as SQL has it, with quotes where it needs them",
        )  # fmt: skip


def _told_apart(execution: Execution, elsewhere: tuple[Elsewhere, ...]) -> Execution:
    """Hundreds of failures may only be that one list."""
    names = {one.name.rpartition(".")[2] for one in elsewhere}
    return replace(execution, failures=without_outside(execution.failures, names))


def _quiet(conducted: Conducted) -> Conducted:
    """What the server said while rows of the target were there may quote them."""
    rehearsal = replace(conducted.rehearsal, execution=without_words(conducted.rehearsal.execution))
    twice = conducted.twice and tuple(
        replace(one, failure=quiet(one.failure)) if one.failure else one for one in conducted.twice
    )
    return replace(conducted, rehearsal=rehearsal, twice=twice)


def _fresh(folder: Folder, wishes: Wishes) -> Failure | None:
    """Why the folder does not apply from nothing, which says nothing about the target."""
    with from_nothing(folder) as stage, stage.connect() as connection, stage.observe() as observer:
        install(observer)
        manner = Manner(time_limit=wishes.time_limit)
        execution = replay(connection, observer, stage.pending, manner=manner, narrator=Silent())
        if execution.ending is Ending.INTERRUPTED:
            raise KeyboardInterrupt
        return execution.failure


def _gaps(stage: Stage, picture: Picture | None) -> tuple[PlacedGap, ...]:
    if picture is None:
        return ()
    scratch, target = stage.server.installation.major, picture.server_version // 10000
    return placed_gaps(stage.pending, scratch=scratch, target=target)


def _twice(stage: Stage, wishes: Wishes) -> tuple[SecondRun, ...]:
    stage.server.clone("twice", BEFORE)
    with stage.connect("twice") as connection, stage.observe("twice") as observer:
        install(observer)
        return run_twice(connection, observer, stage.pending, stage.progress, time_limit=wishes.time_limit)


def _ask(target: Target, questions: tuple[Question, ...]) -> tuple[PreflightAnswer, ...]:
    with connect(target.dsn, read_only=True) as connection:
        return ask_target(connection, questions)


def _sizes(picture: Picture | None) -> dict[str, int]:
    sizes = picture.sizes.items() if picture else ()
    return {name: int(size.rows) for name, size in sizes if size.rows is not None}


def _present(observer: Connection) -> set[str]:
    return {row["name"] for row in rows(observer, load("seatrial.flows", "relations"))}
