"""Two, and ten, deployers at once: one works, the others wait or leave with a clear word; and nobody works twice."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from tests.faults.asking import must_be, somebody, wait_until
from tests.faults.breaking import Fault
from tests.faults.states import State, sessions

if TYPE_CHECKING:
    from tests.faults.deployer import Answer
    from tests.faults.ground import Ground

TABLES = ("public.boats", "public.crew", "public.log")
LOCKED = "deploy.locked"


@pytest.mark.parametrize("many", [2, 10])
def test_of_many_deployers_one_works_and_the_others_leave_with_a_word(many: int, ground: Ground, target: str) -> None:
    running = [ground.deploy(target) for _ in range(many)]
    answers = [one.end(180) for one in running]

    assert sorted({answer.code for answer in answers}) in ([0], [0, 1]), [answer.said for answer in answers]
    assert sum("Deployed: 6 migrations" in answer.out for answer in answers) == 1
    for answer in answers:
        assert is_clear(answer), answer.said
    must_be(ground, target, answers[0], State.NEW) if answers[0].code == 0 else None
    assert ground.look(target) == ground.undisturbed.after


def is_clear(answer: Answer) -> bool:
    """It did the work, found it done, or says that somebody else does it or has done it."""
    done = answer.code == 0 and ("Deployed: 6 migrations" in answer.out or "up to date" in answer.out)
    return done or (answer.code == 1 and LOCKED in answer.err and "another deployment is at work" in answer.err)


def test_one_that_comes_while_the_killed_one_is_still_at_work_does_not_work_beside_it(
    ground: Ground, target: str
) -> None:
    """The index goes on without its deployer until the server misses it."""
    with somebody(ground, target) as older:
        older.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        first = ground.deploy(target)
        wait_until(lambda: at_work(ground, target, "CREATE INDEX CONCURRENTLY"), "the index is built")
        first.send(signal.SIGKILL)
        assert first.end().code == -signal.SIGKILL
        before = set(at_work(ground, target, ""))
        second = ground.deploy(target)

        def has_come() -> bool:
            return second.ends_within(0) or bool(set(at_work(ground, target, "")) - before)

        wait_until(has_come, "the second one has come")
        assert len(at_work(ground, target, "CREATE INDEX CONCURRENTLY")) <= 1
        older.execute("COMMIT")
    answer = second.end()
    assert answer.code == 0 or "still at work" in answer.said, answer.said
    must_be(ground, target, answer, State.NEW, State.RESUMED, fault=Fault.KILL)


def at_work(ground: Ground, target: str, words: str) -> list[int]:
    """Sessions of the database whose statement begins with these words."""
    return [one["pid"] for one in sessions(ground.server.dsn(target)) if one["query"].startswith(words)]


@pytest.mark.parametrize("table", TABLES)
def test_whoever_holds_a_table_before_it_begins_is_waited_for(table: str, ground: Ground, target: str) -> None:
    with somebody(ground, target) as holder:
        holder.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS SHARE MODE".encode())
        deployer = ground.deploy(target)
        # It may be through with those that this lock is in nobody's way of.
        ended = deployer.ends_within(3)
        holder.execute("COMMIT")
    answer = deployer.end()
    assert answer.code == 0 or not ended, answer.said
    must_be(ground, target, answer, State.NEW)


@pytest.mark.parametrize("table", TABLES)
def test_whoever_takes_a_table_while_it_works_is_waited_for(table: str, ground: Ground, target: str) -> None:
    deployer = ground.deploy(target)
    with somebody(ground, target) as holder:
        wait_until(lambda: at_work(ground, target, "") or deployer.ends_within(0), "it works")
        holder.execute(f"BEGIN; LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE".encode())
        deployer.ends_within(2)
        holder.execute("COMMIT")
    must_be(ground, target, deployer.end(), State.NEW)
