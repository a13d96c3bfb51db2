"""Pages of a watch: quiet, failed, with gaps, asking, over, and with more of everything than is reasonable."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.unit.monitoring.story.sample import (
    BEGAN,
    HARBOUR,
    NASTY,
    SLOW,
    STATEMENT,
    Scene,
    trouble,
)

from seatrial.model.sample import StatementText, StatementUse
from seatrial.model.watch import Change, Coverage, Track, WatchVerdict
from seatrial.model.watch_page import SaidLine, StageState, WatchStage, WayOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.watch_page import WatchPage

__all__ = ["SAMPLES", "asking", "failed", "gaps", "large", "quiet", "record", "successful"]

WAY_OUT = WayOut(
    command="seatrial rollback --last 2 --target production",
    undoes=(
        "20250123000000_phase3_performance_indexes: 9 indexes",
        "20250122000000_create_integrations_table: 3 tables",
    ),
    cannot=(),
    is_proved=True,
)
LOSES = WayOut(
    command="seatrial rollback --last 2 --target production --incomplete",
    undoes=WAY_OUT.undoes,
    cannot=("412 rows of public.integrations that were written since; they are kept in the archive",),
)


def quiet() -> WatchPage:
    """All is well."""
    return Scene(way_out=WAY_OUT, said=(SaidLine(at=BEGAN, line="The watch begins: 15 minutes, every 60 s."),)).page()


def breached() -> WatchPage:
    """One interval was too slow."""
    recent = (False, False, False, True)
    return Scene(
        troubles=(trouble(since=BEGAN + 240),),
        values={4: {SLOW: 212.4}},
        way_out=WAY_OUT,
        tracks={SLOW: Track(recent=recent, value=212.4, limit=8.2, at=BEGAN + 240)},
    ).page()


def failed(*, is_frozen: bool = False) -> WatchPage:
    """An index is gone, and an organization cannot send any more."""
    slow = trouble(since=BEGAN + 60, failed=BEGAN + 180, breaches=3)
    harbour = trouble(HARBOUR, since=BEGAN + 180, value=0.64, limit=0.2, usual=0.02, breaches=2, ties=())
    over = trouble(("denials", "public.contacts"), since=BEGAN + 60, value=14, limit=9, over=BEGAN + 120)
    return Scene(
        verdict=WatchVerdict.FAILED,
        why="A statement on what the release changed is slow.",
        passed=360,
        troubles=(slow, harbour, over),
        values={number: {SLOW: 180.0 + 16 * number, HARBOUR: 0.2 * number} for number in (1, 2, 3, 4, 5, 6)},
        tracks={
            SLOW: Track(recent=(True,) * 5, value=212.4, limit=8.2, at=BEGAN + 360),
            HARBOUR: Track(recent=(False, False, True, True), value=0.64, limit=0.2, at=BEGAN + 360),
        },
        statements={
            STATEMENT: StatementUse(calls=3_120, milliseconds=662_000, rows=62_000, errors={"57014": 12, "42501": 14})
        },
        said=(
            SaidLine(at=BEGAN, line="The watch begins: 15 minutes, every 60 s."),
            SaidLine(at=BEGAN + 60, line="Over its limit: SELECT on public.contacts takes 196 ms, usually 4.1 ms."),
            SaidLine(at=BEGAN + 180, line="Failed. The rollback is ready: seatrial rollback --last 2."),
        ),
        way_out=LOSES,
        is_frozen=is_frozen,
    ).page()


def gaps() -> WatchPage:
    """The log cannot be read, and for three minutes nothing could."""
    lost = dict.fromkeys(("statements", "locks", "database", "tenants"), "the server did not answer")
    return Scene(
        passed=720,
        gaps={number: {**(lost if number in {4, 5, 6} else {}), "log": "no log"} for number in range(1, 13)},
        coverage={
            "log": Coverage(missed=720, gap_since=BEGAN, why="pg_read_file is not permitted to monitor"),
            "statements": Coverage(seen=540, missed=180, longest=180, why="the server did not answer"),
            "replication": Coverage(seen=300, missed=420, gap_since=BEGAN + 300, longest=420, why="permission denied"),
        },
        way_out=WayOut(
            command="seatrial rollback --last 2",
            undoes=WAY_OUT.undoes,
            refused="Another deployment holds the lock: pid 4711.",
        ),
    ).page()


def asking() -> WatchPage:
    """Somebody has to say whether rollbacks are the release's."""
    many = trouble(("rollbacks", ""), failed=BEGAN + 240, value=88, limit=31, usual=None, breaches=3, ties=())
    return Scene(
        verdict=WatchVerdict.PAUSED,
        paused=BEGAN + 240,
        troubles=(many,),
        way_out=WAY_OUT,
        values={number: {("rollbacks", ""): 80.0 + number} for number in (2, 3, 4)},
        tracks={("rollbacks", ""): Track(recent=(False, True, True, True), value=88, limit=31)},
    ).page()


def successful() -> WatchPage:
    """The record of a quiet hour."""
    stages = tuple(
        WatchStage(name=name, state=StageState.DONE, at=BEGAN + at, who="ana@workstation")
        for name, at in (("Rehearsed", -5_400), ("Applied", -20), ("Watched", 0), ("Done", 900))
    )
    return Scene(verdict=WatchVerdict.SUCCESSFUL, passed=900, is_frozen=True, way_out=WAY_OUT, stages=stages).page()


@cache
def record() -> WatchPage:
    """Of 48 hours."""
    scene = _long(tenants=40, statements=120)
    scene.stages = successful().stages
    return scene.page()


@cache
def large() -> WatchPage:
    """2,000 organizations, 300 statements, 60 troubles, and names that are long or try to be more than text."""
    scene = _long(tenants=2_000, statements=300, broken=3)
    scene.is_frozen = False
    ties = tuple(Change(kind="policy", name=f"{NASTY}{number}", relation=NASTY, label=NASTY * 3) for number in range(9))
    scene.troubles = tuple(
        trouble(
            ("slow", f"app {number}"),
            since=BEGAN + number * 60,
            failed=BEGAN + 9_000 if number < 5 else None,
            ties=ties,
        )
        for number in range(60)
    )
    scene.verdict, scene.way_out = WatchVerdict.FAILED, LOSES
    scene.said = tuple(SaidLine(at=BEGAN + number, line=f"{NASTY} {'word ' * 30}") for number in range(150))
    return scene.page()


def _long(*, tenants: int, statements: int, broken: int = 0) -> Scene:
    hours = 48
    subjects = {f"app {number}": number for number in range(statements)}
    columns = ", ".join(f"a_rather_long_column_name_{number}" for number in range(80))
    texts = {
        who: StatementText(
            shape=f"SELECT {columns} FROM {NASTY}_{number}" if number % 2 else f"UPDATE {'x' * 300} SET a = $1",
            role=f"role_with_a_long_name_{number % 7}",
            relations=(f"public.{NASTY}_{'long_' * 8}{number}",),
        )
        for who, number in subjects.items()
    }
    names = [
        f"send failures: {NASTY if number == 3 else ''}Organization {number} {'& Sons ' * (number % 9)}"
        for number in range(tenants)
    ]
    return Scene(
        minutes=hours * 60,
        passed=hours * 3_600.0,
        verdict=WatchVerdict.SUCCESSFUL,
        is_frozen=True,
        way_out=WAY_OUT,
        texts=texts,
        values={1_000: {SLOW: 70.0}, 2_000: {("denials", "public.contacts"): 7.0}},
        gaps={number: {"statements": "restarting", "log": "rotated"} for number in range(1_500, 1_560)},
        statements={
            who: StatementUse(calls=900 + number, milliseconds=9_000 * number, rows=5)
            for who, number in subjects.items()
        },
        tracks={
            **{
                ("slow", who): Track(recent=(False,) * 5, value=3 + number % 4, limit=9, at=BEGAN)
                for who, number in subjects.items()
            },
            **{
                ("failing", who): Track(
                    recent=(number < broken,) * 5,
                    value=0.29 * (2 if number < broken else 1) / (number % 9 + 1),
                    limit=0.3,
                )
                for number, who in enumerate(names)
            },
        },
        coverage={"log": Coverage(seen=169_200, missed=3_600, longest=3_600, why="the log was rotated away")},
    )


SAMPLES: dict[str, Callable[[], WatchPage]] = {
    "quiet": quiet,
    "breached": breached,
    "failed": failed,
    "gaps": gaps,
    "asking": asking,
    "successful": successful,
    "record": record,
    "large": large,
}
