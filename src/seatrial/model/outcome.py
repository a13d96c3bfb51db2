"""What a command found out, as every renderer and every exit code sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.errors import Exit

if TYPE_CHECKING:
    from seatrial.model.ahead import AheadIndex, Taken
    from seatrial.model.archiving import Found, Share
    from seatrial.model.attempt import PastAttempt
    from seatrial.model.bodies import BodyUnread
    from seatrial.model.catalog import Difference
    from seatrial.model.edit import Edit
    from seatrial.model.execution import Execution
    from seatrial.model.failure import Failure
    from seatrial.model.finding import Finding, Waived, Withdrawn
    from seatrial.model.forecast import Machine, Timing
    from seatrial.model.health import Examined
    from seatrial.model.history import Status
    from seatrial.model.isolation import Cell, Kind, Matrix
    from seatrial.model.performance import Performance
    from seatrial.model.place import Place
    from seatrial.model.preflight import PreflightAnswer
    from seatrial.model.proof import Proof
    from seatrial.model.queue import Stall
    from seatrial.model.relations import Elsewhere
    from seatrial.model.reversal import Reversal
    from seatrial.model.standin import NotCarried
    from seatrial.model.twice import SecondRun
    from seatrial.model.verification import Answer
    from seatrial.model.versions import Gap
    from seatrial.model.watch_page import WatchPage

__all__ = [
    "ArchiveErased",
    "ArchiveListed",
    "ArchivePurged",
    "ArchiveRestored",
    "Attacked",
    "Body",
    "BundlePart",
    "Bundled",
    "Checked",
    "Deployed",
    "Done",
    "HealthChecked",
    "Outcome",
    "PlacedGap",
    "Planned",
    "Proved",
    "Recounted",
    "Rehearsed",
    "Statused",
    "TenancyShown",
    "Verified",
    "Watched",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Of `check`."""

    folder: str
    files: int
    statements: int
    rules: int
    findings: tuple[Finding, ...]
    #: What may stay for a while.
    waived: tuple[Waived, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedGap:
    """A statement that means another thing on the target's version than on the scratch's."""

    place: Place
    gap: Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """Of `rehearse`."""

    #: `PostgreSQL 18.6 (embedded)`
    server: str
    platform: str
    execution: Execution
    seconds: float
    #: Of the catalog that the rehearsal ended with; empty when it failed.
    fingerprint: str = ""
    #: Objects that the release makes or changes.
    objects: int = 0
    #: What it began with: `nothing`, or the name of a target.
    start: str = "nothing"
    #: `PostgreSQL 15.8`; empty where there is no target.
    target_server: str = ""
    #: What is wrong in the files and with what was seen, if anything.
    findings: tuple[Finding, ...] = ()
    waived: tuple[Waived, ...] = ()
    #: What reading the files found, and running them did not confirm.
    withdrawn: tuple[Withdrawn, ...] = ()
    #: What will take long on the target, with the figures it rests on.
    timings: tuple[Timing, ...] = ()
    #: Where those were measured.
    machine: Machine | None = None
    #: Generated rows that did not fit: which statements or tables nobody can say anything about, and why.
    unmeasured: tuple[NotCarried, ...] = ()
    #: Relations that the folder uses and does not make.
    elsewhere: tuple[Elsewhere, ...] = ()
    #: Applied files that changed since.
    edits: tuple[Edit, ...] = ()
    #: Why the whole folder does not apply from nothing, where a target was what it began with.
    fresh_failure: Failure | None = None
    #: What of the target the stand-in does not have.
    not_carried: tuple[NotCarried, ...] = ()
    #: Statements that mean another thing on the target's version.
    gaps: tuple[PlacedGap, ...] = ()
    #: Functions whose bodies could not be judged.
    unread: tuple[BodyUnread, ...] = ()
    #: Files that do not run twice without harm; None where that was not tried.
    twice: tuple[SecondRun, ...] | None = None
    #: None where nobody asked for it.
    stalls: tuple[Stall, ...] | None = None
    #: What the target said of its rows; None where it was not asked.
    preflight: tuple[PreflightAnswer, ...] | None = None
    #: How many questions there were to ask.
    questions: int = 0
    #: Indexes that a plan builds before their files.
    ahead: tuple[AheadIndex, ...] = ()
    #: Indexes that the files will not make, as something else has their names.
    taken: tuple[Taken, ...] = ()
    #: The way back of each migration; None where nobody tried it.
    reversals: tuple[Reversal, ...] | None = None
    #: Digest of the plan that was saved, and where; empty where none was.
    plan: str = ""
    plan_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statused:
    """Of `status`."""

    target: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """Of `history`."""

    target: str
    #: Newest first.
    attempts: tuple[PastAttempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Of `deploy --dry-run` and `rollback --dry-run`: the statements of each pending migration, step by step."""

    target: str
    #: Label → steps → statements.
    migrations: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    #: What a person would be told before it, a line each; only of `rollback`, which rehearses first.
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """Of `deploy`."""

    target: str
    execution: Execution
    #: Digest of the plan; empty where nobody rehearsed it.
    plan: str = ""
    #: What an earlier run had left, a line each.
    found: tuple[str, ...] = ()
    #: Seconds that somebody else had to wait for it.
    longest_wait: float = 0.0
    #: Tries that others were in the way of.
    tries_in_vain: int = 0
    #: Where a backup is, in the words of whoever made it; empty where there is none.
    backed_up: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Of `verify`."""

    target: str
    #: The server that the expectations were made on.
    server: str
    #: Objects that were compared.
    objects: int
    differences: tuple[Difference, ...]
    answers: tuple[Answer, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """Of `prove`."""

    start: str
    server: str
    proofs: tuple[Proof, ...]
    seconds: float
    findings: tuple[Finding, ...] = ()
    waived: tuple[Waived, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    #: What the attack on the separation of tenants saw, after the release and before it; None where there was none.
    isolation: Matrix | None = None
    isolation_before: Matrix | None = None
    #: What was measured of its speed; None where nothing was.
    performance: Performance | None = None
    #: A file that the attempts were written to, as tests; empty for none.
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Of a command whose answer is the sentence alone."""

    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    """Of `verify --live-isolation`."""

    target: str
    kinds: tuple[Kind, ...]
    cells: tuple[Cell, ...]
    #: What was not tried, a line each.
    left_out: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Of `watch`."""

    target: str
    #: Everything that its page shows.
    page: WatchPage
    #: Where the tracking document is, with the page beside it; empty as long as the watch goes on.
    record: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenancyShown:
    """Of `tenancy`."""

    #: Of `seatrial.toml`: the whole section, or those of tables that are not declared.
    lines: tuple[str, ...]
    #: What of an inferred section a person should look at first.
    unsure: tuple[str, ...] = ()
    #: Where a declared section and the schema differ.
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePart:
    """One file of a support bundle, or why it is not in it."""

    name: str
    #: What it holds, in words.
    what: str
    #: Empty where it is there.
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """Of `support-bundle`."""

    path: str
    parts: tuple[BundlePart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveListed:
    """Of `archive list`."""

    target: str
    #: Oldest first.
    entries: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePurged:
    """Of `archive purge`."""

    target: str
    #: What is gone, as it was.
    entries: tuple[Found, ...]
    #: What cannot be done any more, a line each.
    no_longer: tuple[str, ...]
    #: Schemas of the archive in which something is left that others use.
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRestored:
    """Of `archive restore`."""

    target: str
    #: As it was in the archive.
    entry: Found
    #: Where it is now.
    table: str
    #: Rows that went back, and those that did not, as somebody else has changed them or taken their place.
    rows: int
    conflicts: int
    #: SQL of what was taken off the table and was not put on again.
    detached: tuple[str, ...] = ()
    #: What somebody should know, a line each.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveErased:
    """Of `archive erase`; whose rows they were is nowhere in it."""

    target: str
    #: Of each table of the archive.
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChecked:
    """Of `health`."""

    target: str
    #: `PostgreSQL 18.6`
    server: str
    #: When it was looked at, as the server has it: ISO 8601, in UTC.
    at: str
    #: Most urgent first.
    examined: tuple[Examined, ...]
    #: It is what a scheduled run has written.
    scheduled: bool = False
    #: The run before it; empty where there was none.
    before: str = ""
    #: Findings that were not in the run before: check and object.
    new: tuple[tuple[str, str], ...] = ()
    #: Findings of the run before that are not there any more.
    gone: tuple[tuple[str, str], ...] = ()


Body = (
    ArchiveErased
    | ArchiveListed
    | ArchivePurged
    | ArchiveRestored
    | Attacked
    | Bundled
    | Checked
    | Rehearsed
    | Recounted
    | Proved
    | Statused
    | Planned
    | Deployed
    | HealthChecked
    | Verified
    | TenancyShown
    | Watched
    | Done
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer of a command."""

    command: str
    exit_code: Exit = Exit.YES
    #: The last line: one sentence with the answer.
    summary: str
    #: Commands to go on with, ready to copy.
    next: tuple[str, ...] = ()
    body: Body = field(default_factory=Done)
