"""The action and the example workflows do what they say: their steps are run, on a release and a target."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.acceptance.release import BOATS, CREW
from tests.acceptance.runner import ROOT, Runner, workflow

if TYPE_CHECKING:
    from tests.acceptance.console import Program
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

EXAMPLES = ROOT / "docs" / "examples" / "ci"
SCRIPTS = sorted((ROOT / "action").glob("*.sh"))
WORKFLOWS = ["deploy.yml", "pull-request.yml", "watch.yml"]
BROKEN = {"20250301000200_broken.sql": "CREATE TABEL public.broken ();\n"}
PRODUCTION = '[targets.production]\ndsn = "env(DATABASE_URL)"\n'


@pytest.fixture
def runner(program: Program, release: Release, tmp_path: Path) -> Runner:
    release.write("seatrial.toml", PRODUCTION)
    return Runner(program=program, folder=release.root, temp=tmp_path / "runner")


def needed(program: str) -> str:
    """Where it is."""
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed: apt install {program}")
    return found


def tool(name: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    path = Path(sys.executable).with_name(name)
    return subprocess.run([path, *words], capture_output=True, text=True, check=False)


# What linters say -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-actions", ROOT / "action.yml"),
        *(("github-workflows", EXAMPLES / name) for name in WORKFLOWS),
        ("gitlab-ci", EXAMPLES / "gitlab-ci.yml"),
    ],
    ids=lambda each: each.name if isinstance(each, Path) else each,
)
def test_a_file_has_the_shape_that_the_host_reads(schema: str, path: Path) -> None:
    done = tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", path)
    assert done.returncode == 0, done.stdout


def audited(folder: Path) -> subprocess.CompletedProcess[str]:
    """Script injection, permissions, credentials that stay in a checkout, actions that are not pinned."""
    return tool("zizmor", "--offline", "--no-progress", "--persona", "auditor", folder)


def test_an_auditor_of_actions_finds_nothing(tmp_path: Path) -> None:
    below = tmp_path / ".github" / "workflows"
    below.mkdir(parents=True)
    for name in WORKFLOWS:
        shutil.copy(EXAMPLES / name, below)
    shutil.copy(ROOT / "action.yml", tmp_path)
    done = audited(tmp_path)
    assert done.returncode == 0, done.stdout
    action = tmp_path / "action.yml"
    action.write_text(action.read_text(encoding="utf-8").replace('exit "$CODE"', 'exit "${{ inputs.run }}"'), "utf-8")
    assert "template-injection" in audited(tmp_path).stdout, "and it would have"


def test_a_linter_of_shell_finds_nothing() -> None:
    shellcheck = needed("shellcheck")
    runs = [step["run"] for name in WORKFLOWS for job in workflow(name)["jobs"].values()
            for step in job["steps"] if "run" in step]  # fmt: skip
    assert len(runs) > 4
    for script in [*(path.read_text(encoding="utf-8") for path in SCRIPTS), *runs]:
        done = subprocess.run(
            [shellcheck, "-s", "bash", "-"], input=script, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


# What they promise ------------------------------------------------------------------------------------------------


def test_what_comes_from_outside_is_never_a_part_of_a_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    steps = [*action["runs"]["steps"]]
    steps += [step for name in WORKFLOWS for job in workflow(name)["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
    assert {step["uses"] for step in action["runs"]["steps"] if "uses" in step} == set()


def test_a_pull_request_sees_no_secret_and_no_environment() -> None:
    text = (EXAMPLES / "pull-request.yml").read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "DATABASE_URL" not in text
    [job] = workflow("pull-request.yml")["jobs"].values()
    assert "environment" not in job
    assert re.findall(r"^on:\n  (\w+):\n\n", text, re.MULTILINE) == ["pull_request"]


@pytest.mark.parametrize("name", [*WORKFLOWS, "gitlab-ci.yml"])
def test_only_commands_that_there_are_are_called(name: str, program: Program) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    called = set(re.findall(r"^[^#\n]*?\bseatrial (?!@)([a-z]+) ", text, re.MULTILINE))
    assert called <= set(re.findall(r"^  ([a-z]+) ", program("--help", code=0).out, re.MULTILINE))


# What the action does ---------------------------------------------------------------------------------------------


def test_a_release_that_is_right(runner: Runner, release: Release) -> None:
    release.add(BOATS)
    assert runner.use({"run": "check rehearse"}) == 0
    assert "seatrial check: 1 file" in runner.summary.replace("\\", "")
    assert "seatrial rehearse: Rehearsed" in runner.summary.replace("\\", "")
    assert runner.calls == [], "a comment is made where one is wanted"


def test_a_release_that_is_wrong_is_asked_everything_and_fails(runner: Runner, release: Release) -> None:
    needed("jq")
    release.add(BOATS | BROKEN)
    assert runner.use({"run": "check rehearse", "comment": "true"}) == 1
    log = (runner.temp / "log").read_text(encoding="utf-8")
    assert "::error file=supabase/migrations/20250301000200_broken.sql,line=1" in log
    assert "seatrial check" in runner.comment
    assert "seatrial rehearse" in runner.comment
    assert "SYN001" in runner.comment


RESULTS = {"check": "<!-- seatrial: check -->\n**right**\n", "rehearse": "<!-- seatrial: rehearse -->\n**wrong**\n"}


def test_the_first_comment_is_made(runner: Runner) -> None:
    needed("jq")
    assert runner.put_into_the_pull_request(RESULTS).returncode == 0
    assert runner.calls[-1] == "api --method POST repos/club/boats/issues/7/comments --input -"
    assert runner.comment.startswith("<!-- seatrial: pull request, . -->\n")
    assert RESULTS["check"] in runner.comment
    assert RESULTS["rehearse"] in runner.comment


def test_the_comment_of_the_run_before_is_brought_up_to_date(runner: Runner) -> None:
    """Another folder has its own, and what a person has written is never written over."""
    needed("jq")
    marked = "<!-- seatrial: pull request, . -->\nold"
    comments = [
        {"id": 1, "user": {"type": "User"}, "body": marked},
        {"id": 2, "user": {"type": "Bot"}, "body": "<!-- seatrial: pull request, shop -->\nof another folder"},
        {"id": 3, "user": {"type": "Bot"}, "body": marked},
    ]
    (runner.gh / "comments.json").write_text(json.dumps(comments), encoding="utf-8")
    runner.put_into_the_pull_request(RESULTS)
    assert runner.calls[-1] == "api --method PATCH repos/club/boats/issues/comments/3 --input -"


def test_a_token_that_may_not_write_does_not_fail_the_job(runner: Runner) -> None:
    needed("jq")
    (runner.gh / "read-only").touch()
    done = runner.put_into_the_pull_request(RESULTS)
    assert done.returncode == 0
    assert "::warning::the results could not be put" in done.stdout


def test_a_push_has_no_pull_request_to_comment_on(runner: Runner) -> None:
    needed("jq")
    (runner.temp / "event.json").write_text("{}", encoding="utf-8")
    assert runner.put_into_the_pull_request(RESULTS).returncode == 0
    assert runner.calls == []


def test_a_comment_that_would_be_too_long_ends_with_an_entry(runner: Runner) -> None:
    needed("jq")
    details = "<details><summary>Details</summary>\n\nSo.\n\n</details>\n\n"
    entry = f"**SYN001** wrong\n\n```sql\nselec 1; -- ⚓\n```\n\n{details}" * 900
    long = f"<!-- seatrial: check -->\n**no**\n\n{entry}"
    assert runner.put_into_the_pull_request({"check": long, "rehearse": long, "prove": long}).returncode == 0
    assert 40_000 < len(runner.comment.encode()) < 65_536
    assert runner.comment.count("</details>\n\nThere was no room for more") == 3
    assert runner.comment.count("<details>") == runner.comment.count("</details>")
    assert runner.comment.count("```") % 2 == 0


def test_a_command_that_is_none_is_refused(runner: Runner, release: Release) -> None:
    release.add(BOATS)
    assert runner.use({"run": "check; touch hacked"}) == 2
    assert runner.use({"run": "check", "folder": "$(touch hacked)"}) == 2
    assert not (release.root / "hacked").exists()


@pytest.mark.parametrize("name", ["folder", "from", "proofs", "against", "run"])
def test_a_value_that_would_be_an_option_is_refused(name: str, runner: Runner, release: Release) -> None:
    release.add(BROKEN)
    for value in ("--help", "-h"):
        assert runner.use({"run": "check rehearse prove", name: value}) == 2
        assert "begins with -" in (runner.temp / "log").read_text(encoding="utf-8")


def test_white_space_is_no_value(runner: Runner, release: Release) -> None:
    release.add(BOATS)
    blank = dict.fromkeys(("folder", "from", "proofs", "against"), " \n ")
    assert runner.use({"run": "check\n rehearse \n", **blank}) == 0


# What the workflows do ----------------------------------------------------------------------------------------------


def test_from_the_first_merge_to_the_next_pull_request(runner: Runner, release: Release, target: Target) -> None:
    needed("jq")
    runner.known["secrets.DATABASE_URL"] = target.dsn
    release.add(BOATS)
    runner.job("deploy.yml", "plan")
    digest = runner.known["needs.plan.outputs.digest"] = runner.known["steps.plan.outputs.digest"]
    assert f"### The plan {digest}" in runner.summary
    runner.job("deploy.yml", "deploy")
    assert target.has("public.boats")
    runner.job("deploy.yml", "standin")

    # A second merge without a migration has nothing to approve.
    (release.root / "release.plan").unlink()
    runner.job("deploy.yml", "plan")
    assert runner.known["steps.plan.outputs.digest"] == ""

    # The stand-in that was kept is what the next pull request is rehearsed on; nobody can reach the target there.
    del runner.known["secrets.DATABASE_URL"]
    (runner.gh / "run").write_text("41\n", encoding="utf-8")
    (release.root / "standin.json").rename(runner.gh / "standin.json")
    release.add(CREW)
    [fetch] = [step for step in workflow("pull-request.yml")["jobs"]["release"]["steps"] if step.get("id") == "standin"]
    runner.run(fetch["run"], fetch["env"], "standin")
    assert "run download 41 --name standin" in " ".join(runner.calls)
    with target.untouched():
        runner.use({"run": "check rehearse", "from": "${{ steps.standin.outputs.from }}", "comment": "true"})
    assert "Rehearsed: 1 migration applied to a stand-in for production" in runner.comment.replace("\\", "")


def test_where_there_is_no_stand_in_yet_it_is_rehearsed_from_nothing(runner: Runner) -> None:
    [fetch] = [step for step in workflow("pull-request.yml")["jobs"]["release"]["steps"] if step.get("id") == "standin"]
    assert runner.run(fetch["run"], fetch["env"], "standin").returncode == 0
    assert runner.known["steps.standin.outputs.from"] == "nothing"
