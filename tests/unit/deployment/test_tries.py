"""How long a step is tried, and what is said meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from seatrial.deployment.tries import Tries
from seatrial.errors import StatementFailed
from seatrial.model.blocker import Blocker

if TYPE_CHECKING:
    from collections.abc import Sequence

SESSION = Blocker(
    kind="session", pid=4711, role="app", application="web", client="10.0.0.5", state="idle in transaction",
    relation="public.boats", query="SELECT $1", age=182.0,
)  # fmt: skip
WORDS = "process 4711 (user app, web, from 10.0.0.5) has been idle in transaction for 3 min 2 s and holds public.boats"


class Clock:
    """Goes on when somebody sleeps; remembers what was said, and when."""

    def __init__(self) -> None:
        self.now = 100.0
        self.lines: list[tuple[float, str]] = []

    def sleep(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds

    def say(self, line: str) -> None:
        """Remember it."""
        self.lines.append((self.now - 100, line))

    def begin(self, what: str) -> None:
        """Nothing."""

    def end(self, result: str) -> None:
        """Nothing."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """In place of the real one."""
    made = Clock()
    monkeypatch.setattr("seatrial.deployment.tries.time.monotonic", lambda: made.now)
    monkeypatch.setattr("seatrial.deployment.tries.time.sleep", made.sleep)
    return made


def test_there_is_a_sign_of_life_every_half_minute(clock: Clock) -> None:
    told: list[Sequence[Blocker]] = []
    tries = Tries(70, clock, told.append)
    while tries.may_look_again([SESSION]):
        pass
    assert clock.now == 170
    assert [line for _, line in clock.lines] == [
        f"    waiting: {WORDS}", "      its query: SELECT $1", "      to end it: select pg_terminate_backend(4711)",
        "    gives up in 1 min 10 s",
        f"    still waiting: {WORDS}", "    gives up in 39.5 s",
        f"    still waiting: {WORDS}", "    gives up in 9.0 s",
    ]  # fmt: skip
    assert len(told) == 1, "whoever is notified is notified once"


def test_when_it_gives_up_it_says_how_often_and_how_long_it_was_tried(clock: Clock) -> None:
    tries = Tries(3, clock, lambda _: None)
    while tries.may_pause([SESSION]):
        pass
    error = tries.nobody_gave_way(StatementFailed("no lock", sqlstate="55P03"), [SESSION])
    assert error.what.startswith("no lock, after ")
    assert error.what.endswith(" tries in 3.0 s")
    assert (
        error.detail == f"in the way: {WORDS}\n  its query: SELECT $1\n  to end it: select pg_terminate_backend(4711)"
    )


def test_how_each_of_them_is_named_and_ended() -> None:
    prepared = replace(SESSION, kind="prepared", pid=0, application="o'hara", query="")
    assert prepared.lines == (
        'the prepared transaction "o\'hara" of user app has been there for 3 min 2 s and holds public.boats',
        "  to end it: rollback prepared 'o''hara'",
    )
    vacuum = replace(SESSION, kind="autovacuum", query="autovacuum: VACUUM public.boats")
    assert vacuum.words == "autovacuum, process 4711, has been at work for 3 min 2 s and holds public.boats"
    hidden = replace(SESSION, application="", client="", state="", relation="", age=None)
    assert hidden.words == "process 4711 (user app) has been in a transaction for a time that is not shown"
