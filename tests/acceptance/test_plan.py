"""A plan is what was rehearsed: deploy takes it as it is, or refuses and names what has changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

from seatrial.project.plan_file import read_plan, write_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.console import Answer, Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW
PLAN = "release.plan"
Deploy = "Callable[[int], Answer]"


@pytest.fixture
def planned(release: Release, seatrial: Console, target: Target) -> Callable[[int], Answer]:
    """Two files, one of them deployed, the other rehearsed and planned; the function deploys the plan."""
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add(CREW)
    answer = seatrial("rehearse", "--from", target.dsn, "--plan", PLAN, code=0)
    assert any(line.startswith(f"next: seatrial deploy --plan {PLAN}") for line in answer.lines)
    return lambda code: seatrial("deploy", "--plan", PLAN, *target.agreed, code=code)


def test_a_plan_is_deployed(planned: Callable[[int], Answer], target: Target) -> None:
    assert "Deployed: 1 migration" in planned(0).lines[-1]
    assert target.has("public.crew")


def test_a_migration_that_opens_more_than_was_proved_is_not_committed(
    planned: Callable[[int], Answer], release: Release, target: Target
) -> None:
    path = release.root / PLAN
    plan = read_plan(path)
    [(version, made)] = plan.security.items()
    assert "table public.crew" in made
    write_plan(path, replace(plan, security={version: {**made, "policy all on public.crew": "0" * 32}}))
    with target.untouched():
        answer = planned(1)
    assert "ST001 not what was rehearsed and proved: policy all on public.crew" in " ".join(answer.out.split())


@pytest.mark.usefixtures("planned")
def test_the_digest_that_was_approved_is_the_one_that_is_deployed(
    release: Release, seatrial: Console, target: Target
) -> None:
    words = ("deploy", "--plan", PLAN, *target.agreed, "--digest")
    approved = read_plan(release.root / PLAN).digest
    # Somebody rehearses again, with one file more, and the plan that was approved is overwritten.
    release.add({"20250301000200_more.sql": "SELECT 1;\n"})
    seatrial("rehearse", "--from", target.dsn, "--plan", PLAN, code=0)
    with target.untouched():
        error = seatrial(*words, approved, code=1).error
    assert error["code"] == "deploy.other-plan"
    assert approved in error["why"]
    seatrial(*words, read_plan(release.root / PLAN).digest.upper(), code=0)
    assert target.has("public.crew")


@pytest.mark.usefixtures("planned")
def test_a_digest_that_says_nothing_is_refused(seatrial: Console, target: Target) -> None:
    for words in (["--digest", ""], ["--digest", "abc"]):
        plan = ["--plan", PLAN] if words[1] == "" else []
        seatrial("deploy", *plan, *words, *target.unrehearsed, code=2)
    assert not target.has("public.crew")


@pytest.mark.usefixtures("planned")
def test_a_plan_says_steps_limits_locks_and_what_it_rests_on(release: Release) -> None:
    saved = json.loads((release.root / PLAN).read_text(encoding="utf-8"))
    [step] = saved["plan"]["steps"]
    assert (step["label"], step["kind"]) == ("20250301000100_crew", "transaction")
    assert step["locks"] == [
        {"relation": "public.boats", "mode": "SHARE ROW EXCLUSIVE", "blocks": ["writes", "schema changes"]}
    ]
    assert step["statement_timeout_ms"] >= 60_000
    assert len(saved["digest"]) == 64
    assert set(saved["plan"]["basis"]["files"]) == {
        f"supabase/migrations/{FIRST}", f"supabase/migrations/{SECOND}"
    }  # fmt: skip
    assert "table public.boats" in saved["plan"]["basis"]["schema"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda r, _: r.add({SECOND: CREW[SECOND].replace("boat integer", "boat bigint")}), SECOND),
        (lambda r, _: r.add({"20250301000200_more.sql": "SELECT 1;\n"}), "20250301000200_more.sql"),
        (lambda r, _: r.write("seatrial.toml", '[project]\nname = "other"\n'), "settings: seatrial.toml"),
        (lambda _, t: t.execute("ALTER TABLE public.boats ADD COLUMN more text"), "column public.boats.more"),
        (
            lambda _, t: t.execute("UPDATE supabase_migrations.schema_migrations SET statements = '{SELECT 1}'"),
            "the target's ledger",
        ),
    ],
    ids=["file", "new file", "settings", "schema", "ledger"],
)
def test_what_changed_since_is_named_and_nothing_is_deployed(
    planned: Callable[[int], Answer],
    release: Release,
    target: Target,
    change: Callable[[Release, Target], None],
    named: str,
) -> None:
    change(release, target)
    with target.untouched():
        answer = planned(1)
    if "applied file changed" not in answer.err:
        assert answer.error["code"] == "deploy.plan-outdated"
        assert named in answer.error["why"]
        assert answer.error["fix"].startswith("rehearse again: seatrial rehearse --from")


def test_white_space_and_comments_change_nothing(planned: Callable[[int], Answer], release: Release) -> None:
    release.add({SECOND: f"-- who sails\n{CREW[SECOND]}\n"})
    planned(0)


@pytest.mark.usefixtures("planned")
def test_a_plan_is_for_one_target(seatrial: Console, release: Release) -> None:
    release.write("seatrial.toml", '[targets.other]\ndsn = "env(OTHER_DSN)"\n')
    error = seatrial("deploy", "--plan", PLAN, "--target", "other", "--yes", "other", code=2).error
    assert "OTHER_DSN" in error["what"]


@pytest.mark.parametrize(
    "damage", [lambda t: t[:-40], lambda t: t.replace('"crew', '"creW'), lambda _: "[]", lambda _: "{}"]
)
def test_a_damaged_or_edited_plan_is_refused(
    planned: Callable[[int], Answer], release: Release, target: Target, damage: Callable[[str], str]
) -> None:
    path = release.root / PLAN
    text = path.read_text(encoding="utf-8")
    damaged = damage(text) if damage(text) != text else text.replace("_crew", "_cruw")
    path.write_text(damaged, encoding="utf-8")
    with target.untouched():
        assert planned(2).error["code"] == "plan.unusable"


def test_no_plan_is_an_error(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    error = seatrial("deploy", "--plan", "none.plan", *target.agreed, code=2).error
    assert (error["code"], error["where"]) == ("plan.unusable", "none.plan")


def test_a_plan_needs_a_target(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    assert "a plan is for a target" in seatrial("rehearse", "--plan", PLAN, code=2).err
    assert not (release.root / PLAN).exists()


def test_what_fails_is_not_planned(release: Release, seatrial: Console, target: Target) -> None:
    release.add({FIRST: "SELECT 1 / 0;\n"})
    seatrial("rehearse", "--from", target.dsn, "--plan", PLAN, code=1)
    assert not (release.root / PLAN).exists()


def test_a_plan_that_cannot_be_written_is_said(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    error = seatrial("rehearse", "--from", target.dsn, "--plan", "no/such/folder/a.plan", code=2).error
    assert error["code"] == "document.unwritable"
