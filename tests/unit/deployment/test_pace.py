"""How fast batches come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seatrial.deployment import batch
from seatrial.deployment.batch_progress import BatchProgress
from seatrial.deployment.pace import Pace, Throttle
from seatrial.ledger.batch import Reached

USUAL = Pace(size=5000, wanted=5000)
#: Where `_let_replicas_catch_up` looks and sleeps.
LAG, SLEEP = "seatrial.deployment.batch._lag", "seatrial.deployment.batch.time.sleep"


class Told:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        """Remember it."""
        self.lines.append(line)

    def begin(self, what: str) -> None:
        """Nothing."""

    def end(self, result: str) -> None:
        """Nothing."""


def test_a_lock_that_was_not_free_halves_the_batch_and_it_grows_back() -> None:
    slower = USUAL.refused("55P03", Throttle())
    assert slower
    assert (slower.size, slower.failures) == (2500, 1)
    sizes = []
    while slower.size < slower.wanted:
        slower = slower.passed()
        sizes.append(slower.size)
    assert sizes == sorted(sizes)
    assert (slower.size, slower.failures) == (5000, 0)
    assert slower.passed().size == 5000


def test_a_deadlock_is_tried_again_with_as_many_rows() -> None:
    slower = USUAL.refused("40P01", Throttle())
    assert slower
    assert slower.size == 5000


@pytest.mark.parametrize("sqlstate", ["23505", "57014", "ST002", "XX000"])
def test_what_will_fail_again_is_not_tried_again(sqlstate: str) -> None:
    assert USUAL.refused(sqlstate, Throttle()) is None


def test_tries_in_a_row_have_an_end() -> None:
    throttle = Throttle(tries=3)
    once = USUAL.refused("55P03", throttle)
    assert once
    twice = once.refused("55P03", throttle)
    assert twice
    assert twice.refused("55P03", throttle) is None
    assert twice.passed().refused("55P03", throttle)


def test_pauses_double_up_to_the_longest() -> None:
    throttle = Throttle(pause=1, longest=5)
    for failures, longest in [(1, 1), (2, 2), (3, 4), (4, 5), (9, 5)]:
        pause = replace(USUAL, failures=failures).pause(throttle)
        assert longest / 2 <= pause <= longest


def test_a_batch_becomes_no_smaller_than_is_of_use() -> None:
    pace = USUAL
    for _ in range(20):
        pace = pace.hindered()
    assert pace.size == 50
    assert Pace(size=3, wanted=3).hindered().size == 3


def test_a_replica_is_waited_for_until_it_has_caught_up(monkeypatch: pytest.MonkeyPatch) -> None:
    lags, told = iter([9.0, 7.0, 3.0]), Told()
    slept: list[float] = []
    monkeypatch.setattr(LAG, lambda _: next(lags))
    monkeypatch.setattr(SLEEP, slept.append)
    batch._let_replicas_catch_up(None, told, Throttle())  # type: ignore[arg-type]  # noqa: SLF001 - a server without replicas
    assert (len(slept), told.lines) == (2, ["    waiting for a replica that is 9.0 s behind"])


def test_a_replica_that_does_not_catch_up_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LAG, lambda _: 9.0)
    batch._let_replicas_catch_up(None, Told(), Throttle(patience=0))  # type: ignore[arg-type]  # noqa: SLF001 - as above


def test_what_is_said() -> None:
    told = Told()
    progress = BatchProgress(told, every=0)
    progress.passed(Reached(rows=1000), 400, 500, left=123_456)
    progress.passed(Reached(rows=1400), 1, 500, left=None)
    progress.ended()
    first, last = told.lines
    assert first.startswith("    1,400 rows in 1 batch, ")
    assert " rows a second, about " in first
    assert last.startswith("    1,401 rows in 2 batches in ")
    assert last.endswith(" (1,000 of them by an earlier run)")
