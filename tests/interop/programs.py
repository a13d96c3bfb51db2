"""The two programs under test, each run as a person would: in a process of its own, on a folder and a target."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seatrial.pg.connection import database_of

if TYPE_CHECKING:
    from tests.interop.release import Folder
    from tests.interop.target import Target

__all__ = ["Answer", "SeatrialProgram", "SupabaseProgram"]

#: Seconds; both programs answer in about one.
PATIENCE = 60
#: No telemetry, no look for a newer version, no keyring: it speaks to the target and to nobody else.
ALONE = {
    "DO_NOT_TRACK": "1",
    "SUPABASE_TELEMETRY_DISABLED": "1",
    "SUPABASE_NO_UPDATE_NOTIFIER": "1",
    "SUPABASE_NO_KEYRING": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a program ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything, whichever stream it went to."""
        return f"{self.out}\n{self.err}"


def _run(command: list[str], environment: dict[str, str], folder: Path) -> Answer:
    # The environment is made from nothing, so that nobody's SUPABASE_… or PG… variables play a part.
    ended = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "NO_COLOR": "1"} | environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Answer(code=ended.returncode, out=ended.stdout, err=ended.stderr)


class SupabaseProgram:
    """The Supabase CLI; its home is a folder of the test run."""

    def __init__(self, program: Path, home: Path) -> None:
        self._program = program
        self._environment = ALONE | {"HOME": str(home)}
        version = _run([str(program), "--version"], self._environment, home).out
        # Version 3 renamed the option and warns of the old name.
        self._target_option = "--db-url" if version.startswith("2.") else "--remote"

    def push(self, folder: Folder, target: Target, *options: str) -> Answer:
        """`db push`, whatever comes of it."""
        return self._ask(folder, target, "db", "push", "--yes", *options)

    def must_push(self, folder: Folder, target: Target, *options: str) -> None:
        """`db push` that has to succeed."""
        self._must(self.push(folder, target, *options))

    def versions(self, folder: Folder, target: Target) -> list[tuple[str, str]]:
        """`migration list`: version here, version there; an empty one where a side does not have it."""
        listed = self._must(self._ask(folder, target, "migration", "list", "--output-format", "json"))
        return [(row["local"].strip(), row["remote"].strip()) for row in json.loads(listed.out)["migrations"]]

    def repair(self, folder: Folder, target: Target, status: str, *versions: str) -> None:
        """`migration repair`."""
        self._must(self._ask(folder, target, "migration", "repair", "--yes", "--status", status, *versions))

    def fetch(self, folder: Folder, target: Target) -> None:
        """`migration fetch`: files from what the target's ledger says."""
        self._must(self._ask(folder, target, "migration", "fetch", "--yes"))

    def _ask(self, folder: Folder, target: Target, *words: str) -> Answer:
        # Without sslmode it tries TLS first and warns that there was none.
        there = f"{self._target_option}={target.dsn}?sslmode=disable"
        return _run([str(self._program), *words, there, "--workdir", str(folder.root)], self._environment, folder.root)

    @staticmethod
    def _must(answer: Answer) -> Answer:
        assert answer.code == 0, answer.said
        return answer


class SeatrialProgram:
    """Seatrial, from the environment that the tests run in."""

    def __init__(self, home: Path) -> None:
        self._program = str(Path(sys.executable).with_name("seatrial"))
        self._environment = {"HOME": str(home)}

    def deploy(self, folder: Folder, target: Target, *options: str) -> Answer:
        """`deploy`, whatever comes of it."""
        return self._ask(folder, target, "deploy", "--yes", database_of(target.dsn), "--unrehearsed", *options)

    def must_deploy(self, folder: Folder, target: Target, *options: str) -> None:
        """`deploy` that has to succeed."""
        answer = self.deploy(folder, target, *options)
        assert answer.code == 0, answer.said

    def states(self, folder: Folder, target: Target) -> dict[str, str]:
        """`status`: version → state."""
        answer = self._ask(folder, target, "status", "--format", "json")
        # Disagreement is an answer too.
        assert answer.code in {0, 1}, answer.said
        found: list[dict[str, Any]] = json.loads(answer.out)["result"]["status"]["rows"]
        return {row["version"]: row["state"] for row in found}

    def verify(self, folder: Folder, target: Target) -> Answer:
        """`verify`, whatever comes of it."""
        return self._ask(folder, target, "verify")

    def repair(self, folder: Folder, target: Target, status: str, *versions: str) -> None:
        """`repair`."""
        agreed = ("--yes", database_of(target.dsn))
        answer = self._ask(folder, target, "repair", *agreed, "--status", status, *versions)
        assert answer.code == 0, answer.said

    def _ask(self, folder: Folder, target: Target, *words: str) -> Answer:
        return _run([self._program, *words, "--target", target.dsn], self._environment, folder.root)
