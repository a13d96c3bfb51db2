"""Everything that the page of a watch shows, made from what was written down; live and frozen it is the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.watch import Standing, WatchVerdict

__all__ = [
    "SaidLine",
    "SignalRow",
    "StageState",
    "StatementRow",
    "TenantRow",
    "TroubleRow",
    "WatchChart",
    "WatchMark",
    "WatchPage",
    "WatchStage",
    "WayOut",
]


class StageState(StrEnum):
    """How far a stage has come."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    FAILED = "failed"
    #: Nobody has written down whether it was.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchStage:
    """One stage of the spine: Rehearsed, Approved, Locked, Applied, Verified, Watching, Done or Rolled back."""

    name: str
    state: StageState
    #: Seconds since 1970; None where it was not yet, or nobody knows.
    at: float | None = None
    who: str = ""
    #: Its steps, a line each: `20250122000000_create_integrations_table 34 ms`.
    lines: tuple[str, ...] = ()
    #: How it will be left.
    leaves: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchMark:
    """Something that happened, drawn on the time axis of all charts."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchChart:
    """One figure over time; a point without a value is a gap and is drawn as one."""

    name: str
    title: str
    unit: str
    #: Seconds since 1970 and the value, oldest first.
    points: tuple[tuple[float, float | None], ...]
    limit: float | None
    standing: Standing
    #: `1 of 3`, as it counts toward the failure limit; empty where nothing counts.
    breaches: str = ""
    #: Whose figure it is, where it is the worst of many: a statement, a table.
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleRow:
    """What is wrong, or was: in words."""

    title: str
    #: Of whom: a table, a constraint, a role.
    subject: str
    standing: Standing
    #: `212 ms (limit 8.2 ms, usually 4.1 ms)`
    figures: str
    since: float
    #: None while it lasts.
    over: float | None
    #: Seconds from the deployment until its failure limit was reached; None where it was not.
    detected: float | None
    #: Shape of the statement; empty where it is none.
    statement: str = ""
    #: What of the release it is tied to: `index public.idx_contacts_name, by 20250123000000_phase3_indexes`.
    ties: tuple[str, ...] = ()
    #: Nobody is told of it, because of this.
    silenced: str = ""
    #: It is shown, and says nothing against the release.
    is_noted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRow:
    """One signal as a whole: its worst subject."""

    name: str
    title: str
    family: str
    standing: Standing
    #: How many subjects have a value.
    subjects: int
    worst: str = ""
    figures: str = ""
    breaches: str = ""
    #: Of NOT_RUN and GAP.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRow:
    """One organization, or whatever a declared query is per."""

    query: str
    per: str
    who: str
    standing: Standing
    figures: str
    breaches: str = ""
    #: How far over or under the limit: 1 is at it. Worst first.
    badness: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """A statement on the release's tables: from pg_stat_statements and from the log, in one line."""

    shape: str
    role: str
    relations: tuple[str, ...]
    calls: float
    #: None where the log alone knows it.
    milliseconds: float | None
    usual_milliseconds: float | None
    rows: float | None
    #: SQLSTATE → how often.
    errors: Mapping[str, int]
    is_new: bool
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """The rollback as it is prepared."""

    #: To type instead of the button.
    command: str
    #: What is undone, and what cannot be, a line each.
    undoes: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    #: It was rehearsed, every way back is proved, and nothing is lost.
    is_proved: bool = False
    #: Why it cannot be taken; empty where it can.
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidLine:
    """What the watch has said."""

    at: float
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPage:
    """The page."""

    target: str
    release: str
    migrations: tuple[str, ...]
    plan: str
    who: str
    server: str
    verdict: WatchVerdict
    #: `4 of 15 minutes, all signals inside limits`
    sentence: str
    began: float
    #: Seconds since 1970 as of which all this is so.
    now: float
    #: Seconds of the window, and how many have passed.
    window: float
    passed: float
    stages: tuple[WatchStage, ...]
    marks: tuple[WatchMark, ...]
    charts: tuple[WatchChart, ...]
    troubles: tuple[TroubleRow, ...]
    signals: tuple[SignalRow, ...]
    tenants: tuple[TenantRow, ...]
    statements: tuple[StatementRow, ...]
    #: Why something is not watched, a line each.
    not_run: tuple[str, ...]
    said: tuple[SaidLine, ...]
    way_out: WayOut | None
    #: It is over, and this is the record.
    is_frozen: bool = False
