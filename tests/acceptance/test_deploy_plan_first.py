"""`seatrial deploy` rehearses first and deploys the plan of that; a plan that was cut off is gone on with."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import wait_until
from tests.acceptance.release import BOATS, CREW

from seatrial.pg.connection import connect
from seatrial.project.plan_file import read_plan

if TYPE_CHECKING:
    from tests.acceptance.console import Console, Program
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW
PLAN = "release.plan"
#: An index that somebody with an old snapshot keeps waiting, between two other steps.
INDEX = {
    "20250301000200_index.sql": "ALTER TABLE public.boats ADD COLUMN built date;\nCOMMIT;\n"
    "CREATE INDEX CONCURRENTLY boats_built ON public.boats (built);\n"
    "ALTER TABLE public.crew ADD COLUMN since date;\n"
}


def attempts(target: Target) -> list[tuple[str, str]]:
    """Result and plan of every try, in order."""
    found = target.ask("SELECT result, plan_digest FROM seatrial.attempts ORDER BY id")
    return [(row["result"], row["plan_digest"]) for row in found]


def test_alone_it_rehearses_and_deploys_the_plan_of_that(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    answer = seatrial("deploy", *target.agreed, code=0)
    assert answer.err.startswith("rehearsing\n")
    assert answer.err.count("20250301000100_crew ... ok") == 2, "once on a scratch, once on the target"
    assert answer.lines[-1].startswith("✓ Deployed: 2 migrations applied to the given DSN in ")
    [(result, digest)] = attempts(target)
    assert (result, len(digest)) == ("complete", 64)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("CREATE TABLE public.sails ();\nSELECT 1 / 0;\n", "22012 division by zero"),
        ("CREATE TABLE public.sails ();\n-- seatrial: assert no_such_function()\nSELECT 1;\n", "no_such_function"),
    ],
    ids=["error", "assertion"],
)
def test_what_the_rehearsal_refuses_never_reaches_the_target(
    release: Release, seatrial: Console, target: Target, file: str, said: str
) -> None:
    release.add(BOATS)
    release.add({SECOND: file})
    with target.untouched():
        answer = seatrial("deploy", *target.agreed, code=1)
    assert said in answer.said
    assert answer.lines[-1].startswith("✗ ")
    assert not target.has("public.boats")


def test_another_name_than_that_of_the_target_is_no_yes(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    with target.untouched():
        error = seatrial("deploy", "--target", target.dsn, "--yes", "production", code=1).error
    assert error["code"] == "ask.other-name"
    assert error["fix"].endswith(f"put --yes {target.name} at the end of the same command")


def test_without_a_rehearsal_the_history_has_no_plan(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    answer = seatrial("deploy", *target.unrehearsed, code=0)
    assert "rehearsing" not in answer.err
    assert "  nobody has rehearsed it: nothing is built ahead, and what it locks is not known\n" in answer.err
    assert attempts(target) == [("complete", "")]
    assert "unrehearsed" in seatrial("history", "--target", target.dsn, code=0).out


def test_locks_are_in_the_plan_in_the_order_of_their_names(release: Release, seatrial: Console, target: Target) -> None:
    release.add({FIRST: "CREATE TABLE public.a ();\nCREATE TABLE public.b ();\nCREATE TABLE public.c ();\n"})
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add({SECOND: "".join(f"ALTER TABLE public.{name} ADD COLUMN x int;\n" for name in "cab")})
    seatrial("rehearse", "--from", target.dsn, "--plan", PLAN, code=0)
    [step] = read_plan(release.root / PLAN).steps
    assert [(lock.relation, lock.mode) for lock in step.locks] == [
        (f"public.{name}", "ACCESS EXCLUSIVE") for name in "abc"
    ]


def test_one_in_the_way_is_named_without_values_and_nothing_remains(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add({SECOND: "ALTER TABLE public.boats ADD COLUMN more text;\n"})
    with connect(target.dsn, application_name="web") as holder, target.untouched():
        holder.execute("BEGIN; SELECT FROM public.boats WHERE name = 'Sea Cloud'")
        answer = seatrial("deploy", *target.agreed, "--patience", "1500ms", code=1)
        pid = holder.info.backend_pid
    assert "✗ 55P03 locks on public.boats could not be had within 500 ms, after " in answer.out
    assert f"process {pid} (user postgres, web" in answer.out
    assert f"pg_terminate_backend({pid})" in answer.said
    assert "Sea Cloud" not in answer.said
    assert answer.lines[-1].endswith("nothing of this run remains on the given DSN.")
    assert max(map(len, answer.said.splitlines())) <= 250
    assert attempts(target)[-1][0] == "failed"


@pytest.fixture
def half_way(release: Release, seatrial: Console, program: Program, target: Target) -> Target:
    """A deployment of a plan that was killed while it built an index; the first of three steps is through."""
    release.add(BOATS)
    release.add(CREW)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add(INDEX)
    seatrial("rehearse", "--from", target.dsn, "--plan", PLAN, code=0)
    with connect(target.dsn) as reader, program.begin("deploy", "--plan", PLAN, *target.agreed) as running:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        wait_until(lambda: target.sessions("CREATE INDEX CONCURRENTLY%"), "the index waits for the reader")
        running.send(signal.SIGKILL)
        running.end()
    return target


def test_the_same_plan_goes_on_after_it_was_killed(half_way: Target, seatrial: Console) -> None:
    answer = seatrial("deploy", "--plan", PLAN, *half_way.agreed, code=0)
    assert "  found 20250301000200_index: 1 of 3 steps done, step 2 was begun and will be looked at; " in answer.err
    assert "✓ Deployed: 1 migration" in answer.lines[-1]
    assert half_way.value(
        "SELECT count(*) FROM pg_attribute WHERE attname IN ('built', 'since') AND attnum > 0 "
        "AND attrelid IN ('public.boats'::regclass, 'public.crew'::regclass)"
    ) == 2  # fmt: skip
    assert half_way.value("SELECT bool_and(indisvalid) FROM pg_index") is True
    # The one that was killed could not write down how it ended.
    assert [result for result, _ in attempts(half_way)] == ["complete", "running", "complete"]
    with half_way.untouched():
        again = seatrial("deploy", "--plan", PLAN, *half_way.agreed, code=0)
    assert again.lines == ["✓ the given DSN is up to date: 3 migrations, nothing to deploy."]


def test_without_its_plan_it_goes_on_as_well(half_way: Target, seatrial: Console) -> None:
    answer = seatrial("deploy", *half_way.agreed, code=0)
    assert "found 20250301000200_index" in answer.err


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER TABLE public.crew ADD COLUMN pay numeric", "column public.crew.pay"),
        ("ALTER TABLE public.boats DROP COLUMN name", "column public.boats.name"),
    ],
    ids=["something new", "something gone"],
)
def test_what_somebody_else_changed_in_between_is_named_and_nothing_goes_on(
    half_way: Target, seatrial: Console, change: str, named: str
) -> None:
    with connect(half_way.dsn) as connection:
        wait_until(lambda: not half_way.sessions("CREATE INDEX CONCURRENTLY%"), "the orphan is gone")
        connection.execute(change.encode())
    with half_way.untouched():
        error = seatrial("deploy", "--plan", PLAN, *half_way.agreed, code=1).error
    assert error["code"] == "deploy.plan-outdated"
    assert named in error["why"]
    assert "rehearse again: seatrial rehearse --from" in error["fix"]
