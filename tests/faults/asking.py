"""What tests of deployments under hard conditions say of them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.faults.trial import judged

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.breaking import Fault
    from tests.faults.deployer import Answer
    from tests.faults.ground import Ground
    from tests.faults.states import State

    from seatrial.pg.connection import Connection

__all__ = ["must_be", "must_be_refused", "somebody", "wait_until"]


def must_be(
    ground: Ground,
    name: str,
    answer: Answer,
    *states: State,
    fault: Fault | None = None,
    past: Callable[[], None] = lambda: None,
) -> None:
    """What was said is so, it is one of these states, and the same command ends where an undisturbed one does."""
    state, wrong = judged(ground, name, answer, fault=fault, past=past)
    assert wrong == (), "\n".join((answer.said, *wrong))
    assert state in states, answer.said


def must_be_refused(ground: Ground, name: str, answer: Answer, code: int, word: str) -> None:
    """It ended with this exit code and this word, and nothing is different."""
    assert (answer.code, word in answer.said) == (code, True), answer.said
    assert ground.look(name) == ground.undisturbed.before


@contextmanager
def somebody(ground: Ground, name: str, user: str = "postgres") -> Iterator[Connection]:
    """Who works in the database beside us."""
    with connect(ground.server.dsn(name, user), application_name="somebody") as connection:
        yield connection


def wait_until(true: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Look again and again until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)
