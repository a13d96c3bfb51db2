"""What somebody does to ledger, target and plan between two runs: noticed, named, and nothing is touched."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from tests.faults.asking import must_be, somebody
from tests.faults.ground import DEPLOY_PAST, PLAN
from tests.faults.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.ground import Ground, Scene
    from tests.faults.proxy import Wire
    from tests.faults.wire import Message, Moment


@pytest.fixture
def half_way(ground: Ground, target: str) -> str:
    """A target on which the deployer was killed while it built its index."""

    def kill(scene: Scene, _: Wire, message: Message, __: Moment) -> None:
        if message.text.startswith("CREATE INDEX CONCURRENTLY boats_name"):
            scene.deployer.send(signal.SIGKILL)

    with ground.watched(target, kill) as scene:
        assert scene.deployer.end().code == -signal.SIGKILL
    ground.settled(target)
    assert what_is_there(ground, target)[0] == 2
    return target


def what_is_there(ground: Ground, target: str) -> tuple[int, object]:
    """How many migrations the ledger has, and everything else."""
    with somebody(ground, target) as connection:
        found = connection.execute("SELECT count(*) FROM supabase_migrations.schema_migrations").fetchone()
    assert found
    return int(found[0]), ground.look(target).data


#: What somebody does, and the word for it.
CHANGES = {
    "a row of the ledger is gone": (
        "DELETE FROM supabase_migrations.schema_migrations WHERE version = '20260201000000'",
        "deploy.plan-outdated",
    ),
    "a row of the ledger is new": (
        "INSERT INTO supabase_migrations.schema_migrations (version, name) VALUES ('20260201000400', 'alone')",
        "deploy.",
    ),
    "the ledger is gone": ("DROP TABLE supabase_migrations.schema_migrations", "deploy."),
    "a table has another column": ("ALTER TABLE public.crew ADD COLUMN somebodys text", "deploy.plan-outdated"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_somebody_changed_is_named_and_nothing_is_touched(change: str, ground: Ground, half_way: str) -> None:
    with somebody(ground, half_way) as connection:
        connection.execute(CHANGES[change][0].encode())
        before = connection.execute("SELECT count(*) FROM public.log").fetchall()
        answer = ground.deploy(half_way).end()
        after = connection.execute("SELECT count(*) FROM public.log").fetchall()

    assert answer.code == 1, answer.said
    assert CHANGES[change][1] in answer.said
    assert after == before


@pytest.fixture
def plan(ground: Ground) -> Iterator[Callable[[bytes], None]]:
    """Writes over the plan; it is as it was afterwards."""
    path = ground.folder / PLAN
    whole = path.read_bytes()

    def write(content: bytes) -> None:
        path.write_bytes(content)

    yield write
    path.write_bytes(whole)


EDITS: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda whole: whole[: len(whole) // 2],
    "empty": lambda _: b"",
    "edited": lambda whole: whole.replace(b'"kind": "batch"', b'"kind": "transaction"', 1),
    "of another format": lambda whole: whole.replace(b'"format"', b'"farmat"', 1),
    "not text": lambda _: bytes(range(256)),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_plan_that_is_not_as_it_was_written_deploys_nothing(
    edit: str, plan: Callable[[bytes], None], ground: Ground, target: str
) -> None:
    whole = (ground.folder / PLAN).read_bytes()
    assert EDITS[edit](whole) != whole
    plan(EDITS[edit](whole))
    answer = ground.deploy(target).end()

    assert (answer.code, "plan" in answer.err) == (2, True), answer.said
    assert ground.look(target) == ground.undisturbed.before


def test_one_who_deploys_without_the_plan_meanwhile_is_noticed(ground: Ground, target: str) -> None:
    done = ground.begin(*DEPLOY_PAST, dsn=ground.address(target)).end()
    assert done.code == 0, done.said
    answer = ground.deploy(target).end()
    assert (answer.code, "up to date" in answer.out) == (0, True), answer.said


def test_the_kill_itself_left_what_the_next_run_goes_on_from(ground: Ground, half_way: str) -> None:
    answer = ground.deploy(half_way).end()

    assert "found" in answer.err
    must_be(ground, half_way, answer, State.NEW)
