"""A watch of the integrations release on an afternoon, with whatever a test wants to happen in it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.model.sample import Measured, StatementText, StatementUse, source_of
from seatrial.model.watch import (
    Baseline,
    Change,
    Coverage,
    Declared,
    Judged,
    Track,
    Trouble,
    Usual,
    Watch,
    WatchVerdict,
)
from seatrial.model.watch_page import SaidLine, StageState, WatchMark, WatchStage, WayOut
from seatrial.monitoring.signals import SIGNALS
from seatrial.monitoring.story.page import page_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.sample import Key
    from seatrial.model.watch import Silence
    from seatrial.model.watch_page import WatchPage

__all__ = ["BEGAN", "CHANGE", "HARBOUR", "NASTY", "SLOW", "STATEMENT", "Scene", "trouble"]

#: Friday, 6 March 2026, 17:56:30 UTC.
BEGAN = 1_772_819_790.0
NASTY = '<script>alert("1")</script>'
INDEXES = "20250123000000_phase3_performance_indexes"
TABLES = "20250122000000_create_integrations_table"
STATEMENT = "authenticated 8127"
SLOW: Key = ("slow", STATEMENT)
HARBOUR: Key = ("failing", "send failures: Harbour & Sons")
CHANGE = Change(
    kind="index", name="public.idx_contacts_organization", relation="public.contacts", label=INDEXES, gone=True
)
TEXT = StatementText(
    shape="SELECT id, name, email FROM contacts WHERE organization_id = $1 ORDER BY name LIMIT $2",
    role="authenticated",
    relations=("public.contacts",),
)
SOURCES = frozenset(source_of(one.quantity) for one in SIGNALS)


def trouble(key: Key = SLOW, **changed: object) -> Trouble:
    """The slow statement, unless something else is said."""
    told: dict[str, object] = {
        "key": key,
        "since": BEGAN + 120,
        "failed": None,
        "value": 212.4,
        "limit": 8.2,
        "usual": 4.1,
        "breaches": 1,
        "needed": 3,
        "ties": (CHANGE,),
    }
    return Trouble(**{**told, **changed})  # type: ignore[arg-type]


@dataclass(kw_only=True)
class Scene:
    """What was written down; a test changes it before it asks for the page."""

    minutes: int = 15
    passed: float = 240.0
    every: float = 60.0
    verdict: WatchVerdict = WatchVerdict.WATCHING
    why: str = ""
    paused: float | None = None
    troubles: tuple[Trouble, ...] = ()
    #: Values of an interval beside the usual ones.
    values: dict[int, dict[Key, float]] = field(default_factory=dict)
    tracks: dict[Key, Track] = field(default_factory=dict)
    #: Intervals without a source, and why.
    gaps: dict[int, dict[str, str]] = field(default_factory=dict)
    coverage: dict[str, Coverage] = field(default_factory=dict)
    texts: dict[str, StatementText] = field(default_factory=lambda: {STATEMENT: TEXT})
    statements: dict[str, StatementUse] = field(default_factory=dict)
    silences: tuple[Silence, ...] = ()
    declared: tuple[Declared, ...] = (
        Declared(name="send failures", sql="select 1", per="organization", limit=0.2),
        Declared(name="queue", sql="select 1", per="provider"),
    )
    said: tuple[SaidLine, ...] = ()
    way_out: WayOut | None = None
    stages: tuple[WatchStage, ...] | None = None
    is_frozen: bool = False

    @property
    def now(self) -> float:
        """When the last interval ended."""
        return BEGAN + self.passed

    def page(self) -> WatchPage:
        """As the story tells it."""
        return page_of(
            self.watch(),
            self.baseline(),
            self.judged(),
            self.measured(),
            stages=self.stages or self.spine(),
            marks=self.marks(),
            said=self.said,
            way_out=self.way_out,
            silences=self.silences,
            now=self.now,
            declared=self.declared,
            is_frozen=self.is_frozen,
        )

    def watch(self) -> Watch:
        """Of the release that is shipped."""
        return Watch(
            attempt=12,
            target="production",
            release="Phase 3: integrations",
            migrations=(TABLES, INDEXES),
            plan="a41f0c9be2d4477f90aa",
            who="ana@workstation",
            deployed=BEGAN - 20,
            began=BEGAN,
            window=self.minutes * 60.0,
            every=self.every,
            changes=(CHANGE,),
            server="PostgreSQL 17.4",
        )

    def baseline(self) -> Baseline:
        """An hour of a usual afternoon."""
        usual = {SLOW: Usual(middle=4.1, spread=0.4, intervals=60, weight=9_000), HARBOUR: _usual(0.02)}
        return Baseline(
            since=BEGAN - 3_700, until=BEGAN - 100, usual=usual, statements=frozenset({STATEMENT}), looked=SOURCES
        )

    def judged(self) -> Judged:
        """Tracks of what is always there, and what the test has added."""
        tracks = {
            SLOW: Track(recent=(False,) * 4, value=4.6, limit=8.2, at=self.now),
            ("denials", "public.contacts"): Track(recent=(False,) * 4, value=1, limit=9, at=self.now),
            ("waiting", "public.contacts"): Track(recent=(False,) * 4, value=1, limit=4, at=self.now),
            ("rollbacks", ""): Track(recent=(False,) * 4, value=3, limit=31, at=self.now),
            HARBOUR: Track(recent=(False,) * 4, value=0.02, limit=0.2, at=self.now),
            ("count", "queue: whatsapp"): Track(recent=(False,) * 4, value=4, limit=12, at=self.now),
        }
        return Judged(
            at=self.now,
            verdict=self.verdict,
            sentence=self.why,
            passed=self.passed,
            tracks={**tracks, **self.tracks},
            troubles=self.troubles,
            coverage={**{one: Coverage(seen=self.passed) for one in SOURCES}, **self.coverage},
            paused=self.paused,
            texts=self.texts,
            statements={STATEMENT: StatementUse(calls=41_207, milliseconds=190_000, rows=823_000), **self.statements},
        )

    def measured(self) -> Sequence[Measured]:
        """An interval after the other."""
        return [self._interval(number) for number in range(1, int(self.passed / self.every) + 1)]

    def _interval(self, number: int) -> Measured:
        wave = math.sin(number / 5) + math.sin(number * 1.7) / 2
        gaps: Mapping[str, str] = self.gaps.get(number, {})
        values = {
            SLOW: 4.4 + wave,
            ("denials", "public.contacts"): float(number % 3 == 1),
            ("rollbacks", ""): 6 + round(3 * wave),
            ("waiting", "public.contacts"): max(0.0, round(wave)),
            HARBOUR: 0.02 + 0.01 * wave,
            ("count", "queue: whatsapp"): 4 + round(2 * wave),
            ("deadlocks", ""): 0.0,
            **self.values.get(number, {}),
        }
        sources = {one.name: source_of(one.quantity) for one in SIGNALS}
        return Measured(
            at=BEGAN + number * self.every,
            seconds=self.every,
            gaps=gaps,
            looked=SOURCES - gaps.keys(),
            values={key: value for key, value in values.items() if sources[key[0]] not in gaps},
            weights=dict.fromkeys(values, 300.0),
        )

    def spine(self) -> tuple[WatchStage, ...]:
        """From the rehearsal on."""
        done, steps = StageState.DONE, (f"{TABLES} 34 ms", f"{INDEXES} 2.1 s")
        return (
            WatchStage(
                name="Rehearsed",
                state=done,
                at=BEGAN - 5_400,
                who="ana@workstation",
                lines=("31 checks, 6 of 6 proofs",),
            ),
            WatchStage(name="Approved", state=done, at=BEGAN - 3_000, who="ben@review"),
            WatchStage(name="Locked", state=done, at=BEGAN - 26, who="deployer"),
            WatchStage(name="Applied", state=done, at=BEGAN - 20, who="deployer", lines=steps),
            WatchStage(name="Verified", state=done, at=BEGAN - 6, lines=("96 of 96 questions answered as expected",)),
            WatchStage(
                name="Watching",
                state=StageState.NOW,
                at=BEGAN,
                lines=(f"{self.minutes} minutes, every {self.every:.0f} s",),
                leaves="ends by itself when the window has passed, or with Roll back",
            ),
            WatchStage(name="Done", state=StageState.AHEAD),
        )

    def marks(self) -> tuple[WatchMark, ...]:
        """What was deployed, and the watch itself."""
        return (
            WatchMark(at=BEGAN - 24, label=f"{TABLES} applied"),
            WatchMark(at=BEGAN - 22, label=f"{INDEXES} applied"),
            WatchMark(at=BEGAN, label="the watch begins"),
        )


def _usual(middle: float) -> Usual:
    return Usual(middle=middle, spread=middle / 10, intervals=60, weight=600)
