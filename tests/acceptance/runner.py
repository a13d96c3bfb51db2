"""A runner of GitHub's, as far as the action and the example workflows use it: files, variables, and a `gh` of ours."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.acceptance.console import Program

__all__ = ["ROOT", "Runner", "workflow"]

ROOT = Path(__file__).parents[2]
EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
#: Keeps what it was called with, and answers from files.
GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$GH_FOLDER/calls"
case "$*" in
  *--input*) [ ! -e "$GH_FOLDER/read-only" ] && cat >"$GH_FOLDER/sent" ;;
  *--paginate*) cat "$GH_FOLDER/comments.json" ;;
  "run list"*) cat "$GH_FOLDER/run" ;;
  "run download"*) mkdir -p "${!#}" && cp "$GH_FOLDER/standin.json" "${!#}" ;;
esac
"""


def workflow(name: str) -> dict[str, Any]:
    """An example workflow."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "examples" / "ci" / name).read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs steps in a folder."""

    program: Program
    folder: Path
    temp: Path
    #: What expressions stand for: `secrets.DATABASE_URL`.
    known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay out what a runner has."""
        self.gh.mkdir(parents=True)
        (self.gh / "gh").write_text(GH, encoding="utf-8")
        (self.gh / "gh").chmod(0o755)
        (self.gh / "comments.json").write_text("[]", encoding="utf-8")
        (self.gh / "run").write_text("", encoding="utf-8")
        (self.temp / "event.json").write_text(json.dumps({"pull_request": {"number": 7}}), encoding="utf-8")

    @property
    def gh(self) -> Path:
        """What `gh` answers, and what it was told."""
        return self.temp / "gh"

    @property
    def summary(self) -> str:
        """Of the job."""
        return self._text(self.temp / "summary.md")

    @property
    def comment(self) -> str:
        """What was put into the pull request."""
        body: str = json.loads((self.gh / "sent").read_text(encoding="utf-8"))["body"]
        return body

    @property
    def calls(self) -> list[str]:
        """What `gh` was called with."""
        return self._text(self.gh / "calls").splitlines()

    def job(self, name: str, job: str) -> None:
        """Every step of a job, which has to go well, but for those that only move files."""
        for step in workflow(name)["jobs"][job]["steps"]:
            if "run" in step:
                done = self.run(step["run"], step.get("env", {}), step.get("id", ""))
                assert done.returncode == 0, done.stdout + done.stderr
            elif "/seatrial@" in step["uses"]:
                assert self.use(step.get("with", {}), step.get("id", "")) == 0

    def use(self, given: Mapping[str, str], step: str = "seatrial") -> int:
        """The action; the code that it ends with. Seatrial is installed already."""
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        inputs = {name: one.get("default", "") for name, one in action["inputs"].items()} | dict(given)
        self.known.update({f"inputs.{name}": self._filled(value) for name, value in inputs.items()})
        code = 0
        for one in action["runs"]["steps"][1:]:
            if self._holds(one["if"]):
                done = self.run(one["run"], one["env"], one.get("id", ""))
                code = done.returncode
                if code:
                    break
        self.known[f"steps.{step}.outputs.results"] = self.known.get("steps.run.outputs.results", "")
        return code

    def put_into_the_pull_request(self, results: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """The last part of the action, on results of commands as Markdown."""
        folder = self.temp / "results"
        folder.mkdir()
        for command, text in results.items():
            (folder / f"{command}.md").write_text(text, encoding="utf-8")
        return self.run(f"{ROOT}/action/comment.sh", {"RESULTS": str(folder), "INPUT_FOLDER": "."})

    def run(self, script: str, env: Mapping[str, str], step: str = "") -> subprocess.CompletedProcess[str]:
        """One step; its outputs are known afterwards."""
        output = self.temp / "output"
        output.write_text("", encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=self.folder,
            env=self._environment(output) | {name: self._filled(value) for name, value in env.items()},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        for line in output.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            self.known[f"steps.{step}.outputs.{name}"] = value
        with (self.temp / "log").open("a", encoding="utf-8") as log:
            log.write(done.stdout + done.stderr)
        return done

    def _environment(self, output: Path) -> dict[str, str]:
        return self.program.environment | {
            "PATH": os.pathsep.join((str(self.gh), self.program.environment["PATH"])),
            "GH_FOLDER": str(self.gh), "GITHUB_OUTPUT": str(output), "RUNNER_TEMP": str(self.temp),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"), "GITHUB_EVENT_PATH": str(self.temp / "event.json"),
            "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_REPOSITORY": "club/boats", "GITHUB_RUN_ID": "1", "GITHUB_SHA": "b",
            "GITHUB_SERVER_URL": "https://git.example", "GITHUB_WORKSPACE": str(self.folder), "GITHUB_ACTIONS": "true",
        }  # fmt: skip

    def _filled(self, text: str) -> str:
        return EXPRESSION.sub(lambda found: self.known.get(found[1], ""), text)

    def _holds(self, condition: str) -> bool:
        parts = (part.split(" ") for part in condition.split(" && "))
        return all((self.known[name] == value.strip("'")) is (sign == "==") for name, sign, value in parts)

    @staticmethod
    def _text(path: Path) -> str:
        return path.read_text(encoding="utf-8") if path.exists() else ""
