"""What is said before a deployment begins, and the command that goes on with one that ended early."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

from seatrial.project.plan_file import read_plan

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW
PLAN = "release.plan"
TARGETS = """
[targets.production]
dsn = "env(PRODUCTION_DSN)"
[targets.staging]
dsn = "env(PRODUCTION_DSN)"
"""
NAME = ("--target", "production", "--yes", "production")
ROWS = "INSERT INTO public.boats SELECT i, 'a' FROM generate_series(1, 500) AS g (i); ANALYZE public.boats"


@pytest.fixture
def boats(release: Release, seatrial: Console, target: Target, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A target that has boats."""
    monkeypatch.setenv("PRODUCTION_DSN", target.dsn)
    release.add(BOATS)
    release.write("seatrial.toml", TARGETS)
    seatrial("deploy", *NAME, "--unrehearsed", code=0)
    target.execute(ROWS)
    return release


def test_what_is_done_who_waits_and_what_is_destroyed_is_said_first(
    boats: Release, seatrial: Console, target: Target
) -> None:
    boats.add({SECOND: "CREATE INDEX IF NOT EXISTS boats_name ON public.boats (name);\n"
               "-- seatrial: assert EXISTS (SELECT FROM public.boats)\n"
               "ALTER TABLE public.boats ADD COLUMN built date;\n",
               "20250301000200_gone.sql": "DROP TABLE public.boats;\n"})  # fmt: skip
    answer = seatrial("deploy", *NAME, "--hold", "3s", code=0)
    said = " ".join(answer.err.split())
    assert "Deploy to production (postgres@" in said
    assert f"), plan {target.value('SELECT plan_digest FROM seatrial.attempts ORDER BY id DESC LIMIT 1')[:12]}:" in said
    assert "+ 20250301000100_crew: 1 step, 1 assertion" in said
    assert "index public.boats_name" not in said
    assert "public.boats_name on public.boats is built ahead, CONCURRENTLY: nobody waits for it" in said
    assert "locks public.boats: reads, writes and schema changes wait, at most 3.0 s" in said
    assert (
        "keeps table public.boats for 48 hours, for the way back its way back is proved: reversible with archive"
        in said
    )
    assert "destroys" not in said
    assert "seatrial rehearse --from production shows them" in said


@pytest.mark.usefixtures("target")
def test_what_has_another_name_is_not_destroyed(boats: Release, seatrial: Console) -> None:
    boats.add({SECOND: "ALTER TABLE public.boats RENAME COLUMN name TO title;\n"
               "ALTER TABLE public.boats RENAME TO ships;\n"})  # fmt: skip
    said = " ".join(seatrial("deploy", *NAME, code=0).err.split())
    assert "its way back is proved: reversible" in said
    assert "destroys" not in said
    assert "no backup" not in said


@pytest.mark.usefixtures("target")
def test_what_an_author_takes_back_may_be_destroyed(boats: Release, seatrial: Console) -> None:
    boats.add({SECOND: "ALTER TABLE public.boats RENAME COLUMN name TO title;\n"
               "-- seatrial: revert ALTER TABLE public.boats RENAME COLUMN title TO name\n"})  # fmt: skip
    assert "destroys column public.boats.name" in " ".join(seatrial("deploy", *NAME, code=0).err.split())


@pytest.mark.usefixtures("target")
def test_what_cannot_be_kept_is_destroyed_and_that_is_said_first(boats: Release, seatrial: Console) -> None:
    boats.add({SECOND: "DO $$ BEGIN EXECUTE 'DROP TABLE public.' || 'boats'; END $$;\n"})
    said = " ".join(seatrial("deploy", *NAME, code=0).err.split())
    assert "not reversible: " in said
    assert "destroys table public.boats no backup is made: no backup_command is set for production" in said


@pytest.mark.parametrize("order", [1, -1])
def test_what_a_rehearsal_takes_long_for_under_a_lock_is_refused_before_anything(
    boats: Release, seatrial: Console, target: Target, order: int
) -> None:
    """Locks come first, wherever the statement stands that takes them."""
    statements = ["ALTER TABLE public.boats ADD COLUMN built date;\n", "SELECT pg_sleep(1.2);\n"]
    boats.add({SECOND: "".join(statements[::order])})
    with target.untouched():
        error = seatrial("deploy", *NAME, "--hold", "1s", "--backup", code=2).error
        assert error["code"] == "deploy.no-backup-command"
        error = seatrial("deploy", *NAME, "--hold", "1s", "--patience", "9s", code=1).error
    assert error["code"] == "deploy.held-too-long"
    [hold] = re.findall(r"seatrial deploy --hold (\d+)s --patience 9s --target production$", error["fix"])
    assert int(hold) >= 3, "twice what it took, and more on a machine that is busy"
    seatrial("deploy", *NAME, "--hold", f"{hold}s", code=0)


def test_warnings_are_in_the_plan_by_code_and_no_size_is_made_up(
    boats: Release, seatrial: Console, target: Target
) -> None:
    target.execute("DROP TABLE public.boats; CREATE TABLE public.boats (id integer PRIMARY KEY, name text)")
    boats.add({SECOND: "ALTER TABLE public.boats ALTER COLUMN id TYPE bigint;\n"})
    seatrial("rehearse", "--from", "production", "--plan", PLAN)
    if not (boats.root / PLAN).exists():
        pytest.fail("the rehearsal blocks")
    plan = read_plan(boats.root / PLAN)
    [step] = plan.steps
    assert (step.forecast, step.uncounted) == (None, ("public.boats",))
    assert sum(plan.codes.values()) == plan.findings.get("warns", 0)
    assert "forecast unknown: nobody has counted public.boats" in " ".join(
        seatrial("deploy", *NAME, "--plan", PLAN, "--hold", "60s", code=0).err.split()
    )


@pytest.mark.usefixtures("boats")
@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("--target", "production", "--yes", "staging"), 1, "ask.other-name"),
        ((*NAME, "--requires", "nowhere"), 2, "target.unknown"),
        ((*NAME, "--requires", "production"), 2, "deploy.requires-itself"),
    ],
)
def test_names_are_looked_at_even_when_nothing_is_pending(
    seatrial: Console, words: tuple[str, ...], code: int, error: str
) -> None:
    assert seatrial("deploy", *words, code=code).error["code"] == error


@pytest.mark.parametrize("option", [("--backup",), ("--window", "02:00-04:00")])
def test_a_script_has_no_backup_and_no_window(boats: Release, seatrial: Console, option: tuple[str, ...]) -> None:
    seatrial("deploy", *NAME, "--as-script", "a.sql", *option, code=2)
    assert not (boats.root / "a.sql").exists()


def test_of_two_targets_one_has_to_be_said(boats: Release, seatrial: Console) -> None:
    assert boats.root.exists()
    assert seatrial("deploy", code=2).error["fix"].startswith("put --target production at the end of the same command")


def test_a_plan_that_cannot_be_used_names_the_command_that_makes_it_again(boats: Release, seatrial: Console) -> None:
    boats.write("my plan", "{}")
    error = seatrial("deploy", *NAME, "--plan", "my plan", code=2).error
    assert error["fix"] == "rehearse again: seatrial rehearse --from production --plan 'my plan'"


def test_the_next_command_keeps_what_made_the_run_what_it_was(boats: Release, seatrial: Console) -> None:
    boats.add({SECOND: "SELECT 1 / 0;\n"})
    options = (
        "--requires", "staging", "--hold", "0.5s", "--patience", "90s", "--cancel-blockers", "3600s", "--include-all",
        "--unrehearsed",
    )  # fmt: skip
    boats.write("seatrial.toml", TARGETS)
    kept = tuple(word for word in options if word not in {"--requires", "staging"})
    answer = seatrial("deploy", *NAME, *kept, code=1)
    [following] = [line for line in answer.lines if line.startswith("next: ")]
    assert set(shlex.split(following)) >= {*kept, "--target", "production"}


def test_a_role_that_may_not_make_the_ledger_is_told_of_the_target_and_not_of_the_scratch(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    target.execute("CREATE ROLE narrow LOGIN")
    try:
        dsn = target.dsn.replace("postgres@", "narrow@", 1)
        error = seatrial("rehearse", "--from", dsn, code=2).error
    finally:
        target.execute("DROP ROLE narrow")
    assert error["code"] == "ledger.unwritable"
    assert error["fix"] == f'GRANT CREATE ON DATABASE "{target.name}" TO "narrow"'
    assert error["where"].endswith(f"/{target.name}")
    assert target.name in error["why"]
