"""Rollbacks beside others: a second one, a deployment, a lock holder, a window that closes, a disk without room."""

from __future__ import annotations

import resource
import signal
from typing import TYPE_CHECKING

from tests.faults.asking import must_be, somebody, wait_until
from tests.faults.breaking import Fault
from tests.faults.forking import MINUTES
from tests.faults.ground_back import ON_TARGET, named_in
from tests.faults.release_back import STAYS
from tests.faults.states import State, leftovers, sessions
from tests.faults.wire import Moment

if TYPE_CHECKING:
    from tests.faults.deployer import Answer
    from tests.faults.ground import Scene
    from tests.faults.ground_back import GroundBack
    from tests.faults.proxy import Wire
    from tests.faults.wire import Message

#: Of a rollback that is half done.
COPYING = 'INSERT INTO seatrial_archive_back_20260201000000_public."boats columns" (id, captain)'
RETURNING = "UPDATE public.boats AS t\nSET label"
ALL = "Rolled back: 2 migrations"
GO_ON = ("rollback", "--to", STAYS)
#: More than a file of the write-ahead log, to which no limit may apply, and all of it is in use.
FILL = "UPDATE public.boats SET name = (SELECT string_agg(md5(id || '.' || i), '') FROM generate_series(1, 12) AS i)"


def test_of_two_rollbacks_one_works_and_nothing_is_taken_back_twice(ground_back: GroundBack, target_back: str) -> None:
    running = [ground_back.deploy(target_back) for _ in range(2)]
    answers = [one.end(180) for one in running]

    assert sorted(answer.code for answer in answers) in ([0, 0], [0, 1]), [answer.said for answer in answers]
    assert sum(ALL in answer.out for answer in answers) == 1
    for answer in answers:
        assert is_clear(answer), answer.said
    ground_back.settled(target_back)
    assert ground_back.look(target_back) == ground_back.undisturbed.after


def is_clear(answer: Answer) -> bool:
    """It did the work, found it done, or says that somebody else does it or has done it."""
    refused = answer.code == 1 and ("deploy.locked" in answer.err or "deploy.plan-outdated" in answer.err)
    return refused or (answer.code == 0 and (ALL in answer.out or "to be rolled back" in answer.out))


def half_done(ground: GroundBack, target: str, words: str, number: int = signal.SIGINT) -> Answer:
    """What a rollback says that gets a signal at a statement."""

    def send(scene: Scene, _: Wire, message: Message, moment: Moment) -> None:
        if message.text.startswith(words) and moment is Moment.AFTER:
            scene.deployer.send(signal.Signals(number))

    with ground.watched(target, send) as scene:
        return scene.deployer.end(180)


def test_a_deployment_is_refused_until_a_rollback_that_was_begun_is_ended(
    ground_back: GroundBack, target_back: str
) -> None:
    interrupted = half_done(ground_back, target_back, COPYING)
    before = ground_back.look(target_back)
    for words in (ground_back.deploy_again, ("deploy", *ON_TARGET), ("deploy", "--unrehearsed", *ON_TARGET)):
        answer = ground_back.begin(*words, dsn=ground_back.address(target_back)).end()

        assert (answer.code, "deploy.half-rolled-back" in answer.err) == (1, True), answer.said
        assert named_in(answer) == GO_ON
        assert ground_back.look(target_back) == before
    assert interrupted.code == 130
    assert named_in(interrupted) == GO_ON
    must_be(ground_back, target_back, interrupted, State.RESUMED, fault=Fault.SIGINT)


def test_another_rollback_than_the_one_that_was_begun_is_refused_and_told_how_to_end_it(
    ground_back: GroundBack, target_back: str
) -> None:
    half_done(ground_back, target_back, "CREATE INDEX CONCURRENTLY boats_name", signal.SIGKILL)
    ground_back.settled(target_back)
    answer = ground_back.roll_back(target_back, "--to", "20260201000100").end()

    assert (answer.code, "rollback.half-done" in answer.err) == (1, True), answer.said
    must_be(ground_back, target_back, ground_back.roll_back(target_back, "--to", STAYS).end(), State.NEW)


def test_whoever_holds_a_table_is_waited_for_and_named(ground_back: GroundBack, target_back: str) -> None:
    with somebody(ground_back, target_back) as holder:
        holder.execute("BEGIN; LOCK TABLE public.boats IN ROW EXCLUSIVE MODE")
        begun = ground_back.roll_back(target_back, "--last", "2", "--patience", "2s")
        answer = begun.end(180)
        holder.execute("COMMIT")

    assert answer.code == 1, answer.said
    assert "somebody) has been idle in transaction" in answer.said
    assert "holds public.boats" in answer.said
    assert named_in(answer) == GO_ON
    assert ground_back.look(target_back) == ground_back.undisturbed.before


def test_whoever_lets_go_in_time_is_waited_for(ground_back: GroundBack, target_back: str) -> None:
    with somebody(ground_back, target_back) as holder:
        holder.execute("BEGIN; LOCK TABLE public.crew IN ROW EXCLUSIVE MODE")
        running = ground_back.deploy(target_back)
        wait_until(lambda: running.ends_within(0) or waits(ground_back, target_back), "it waits")
        assert not running.ends_within(0.5)
        holder.execute("COMMIT")

    must_be(ground_back, target_back, running.end(180), State.NEW)


def waits(ground: GroundBack, target: str) -> bool:
    """Whether somebody is about to have locks, and does not get them."""
    said = [one["query"] for one in sessions(ground.server.dsn(target))]
    return any("a wanted one would wait for" in one or "strong locks of a transaction" in one for one in said)


def test_a_window_that_closes_stops_it_between_two_steps(ground_back: GroundBack, target_back: str) -> None:
    answer = ground_back.begin(
        "rollback", "--last", "2", "--window", "02:00-02:06", *ON_TARGET, dsn=ground_back.address(target_back),
        **{MINUTES: "2026-07-01T02:00:00+00:00"},
    ).end(180)  # fmt: skip

    assert answer.code == 3, answer.said
    assert "the window 02:00-02:06 is closed" in answer.last
    must_be(ground_back, target_back, answer, State.RESUMED)


def test_a_disk_without_room_takes_the_batch_back_and_with_room_it_goes_on(
    ground_back: GroundBack, target_back: str
) -> None:
    with somebody(ground_back, target_back) as connection:
        connection.execute(FILL)
        connection.execute("VACUUM FULL public.boats")
        [(size,)] = connection.execute("SELECT pg_relation_size('public.boats')").fetchall()
    assert size > 1 << 20
    ground_back.settled(target_back)

    def narrow(_: Scene, wire: Wire, message: Message, __: Moment) -> None:
        if message.text.startswith(RETURNING) and message.connection == "seatrial":
            resource.prlimit(wire.backend, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    with ground_back.watched(target_back, narrow) as scene:
        answer = scene.deployer.end(180)

    assert answer.code == 3, answer.said
    assert "File too large" in answer.said
    assert "consistent" in answer.last
    assert named_in(answer) == GO_ON
    assert ground_back.wrong_in(target_back) == []
    ground_back.settled(target_back)
    again = ground_back.go_on(target_back, answer).end(180)
    assert again.code == 0, again.said
    ground_back.settled(target_back)
    assert leftovers(ground_back.server.dsn(target_back)) == []
    assert ground_back.wrong_in(target_back) == []
