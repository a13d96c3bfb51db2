"""Follows a page as a reader does: writes its files, types its commands, and looks whether the same comes back.

    ```sql file=supabase/migrations/20260301090000_create_notes.sql     is written
    ```console                                                          is typed, line by line, into a shell
    ```console terminal=2                                               keeps running beside it, until `^C`

What comes back may differ in durations, dates, the machine, the number of rules, keys and the server's minor version.
Versions of migrations and addresses of databases are other ones than on the page too, but the same one every time.
A line `…` stands for any number of lines.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Self

from tests.docs.pages import blocks

from seatrial.scratch.installation import find

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from tests.docs.pages import Block

__all__ = ["Terminal"]

PATIENCE = 300
#: Of somebody's environment, what would change the answers.
FOREIGN = ("PG", "SUPABASE_", "SEATRIAL_", "FORCE_COLOR", "COLUMNS")
TIME = r"\d+ min \d+ s|\d+(?:\.\d+)? (?:ms|s)"
#: Different in every run, and that is all there is to say of them.
ANY = {
    # 3.1 s, 38–55 s, 412 ms–1.2 s
    rf"\b(?:(?:{TIME}|\d+(?:\.\d+)?)–)?(?:{TIME})\b": "(time)",
    r"measured on .+": "measured on (some machine)",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00": "(when)",
    r"\d{4}-\d\d-\d\d \d\d:\d\d UTC": "(when)",
    r"PostgreSQL \d+(\.\d+)? \(\w+\)": "PostgreSQL (some)",
    r"\b\d+ rules\b": "(some) rules",
    r"\bprocess \d+\b": "process (number)",
    r"\bpg_terminate_backend\(\d+\)": "pg_terminate_backend(number)",
    # What a deployment is asked about: a scratch has another port each time, and the plan another digest.
    r"\(\w+@127\.0\.0\.1:\d+/\w+\)": "(there)",
    r"\bplan [0-9a-f]{12}\b": "plan (digest)",
    # It rests on the name of the file, and a version is another one each time.
    r"\b[A-Z]{3}\d{3}-[0-9a-f]{8}\b": "(key)",
}
#: Made anew in every run; the second time it is met it must be the one that it was the first time.
MADE = re.compile(r"(?<!\d)\d{14}(?!\d)|postgresql://[^\s']+")


class Terminal:
    """A shell in a folder, and a second one for what keeps running."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        environment = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        programs = (os.path.dirname(sys.executable), str(find().bin), environment["PATH"])  # noqa: PTH120 - no link followed
        self._environment = environment | {"PATH": os.pathsep.join(programs), "NO_COLOR": "1"}
        self._last_code = 0
        #: What was made in this run, by what the page has in its place.
        self._made: dict[str, str] = {}
        self._beside: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._beside:
            self._beside.terminate()
            self._beside.wait(PATIENCE)
            _stream(self._beside).close()

    def follow(self, text: str) -> str:
        """Do what a page says; returns the page with what really came back."""
        pieces, at = [], 0
        for block in blocks(text):
            pieces += [text[at : block.start], self._do(block)]
            at = block.start + len(block.body)
        return "".join([*pieces, text[at:]])

    def _do(self, block: Block) -> str:
        if "file" in block.options:
            path = self._folder / self._translated(block.options["file"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body, encoding="utf-8")
            return block.body
        if block.kind != "console":
            return block.body
        typed = _typed(block.body)
        assert typed, f"line {block.line}: a console block begins with a command"
        run = self._run_beside if block.options.get("terminal") == "2" else self._run
        return "".join(f"{line}\n{self._compared(answer, run(line, answer))}" for line, answer in typed)

    def _run(self, line: str, _: str) -> str:
        command = self._translated(line.removeprefix("$ "))
        if command.startswith("cd "):
            self._folder /= command.removeprefix("cd ")
            return ""
        if export := re.fullmatch(r"export (\w+)='?([^']*)'?", command):
            self._environment[export[1]] = export[2]
            return ""
        done = subprocess.run(
            ["bash", "-c", f"(exit {self._last_code}); {command}"],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        self._last_code = done.returncode
        return done.stdout

    def _run_beside(self, line: str, answer: str) -> str:
        if line == "^C":
            assert self._beside, "nothing is running"
            self._beside.send_signal(signal.SIGINT)
            return self._beside.communicate(timeout=PATIENCE)[0]
        self._beside = subprocess.Popen(
            ["bash", "-c", f"exec {line.removeprefix('$ ')}"],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )
        return "".join(_stream(self._beside).readline() for _ in answer.splitlines())

    def _compared(self, answer: str, came: str) -> str:
        """The answer of the page where the same came back, else what came, in the page's terms."""
        for theirs, ours in zip(MADE.findall(answer), MADE.findall(came), strict=False):
            self._made.setdefault(theirs, ours)
        lines = _neutral(self._translated(answer)).splitlines()
        pattern = "".join("(.*\n)*?" if line == "…" else f"{re.escape(line)}\n" for line in lines)
        if re.fullmatch(pattern, _neutral(came)):
            return answer
        in_its_terms = came
        for theirs, ours in self._made.items():
            in_its_terms = in_its_terms.replace(ours, theirs)
        # Two things that the page takes for one must not become one on the way back.
        return in_its_terms if in_its_terms != answer else came

    def _translated(self, text: str) -> str:
        return MADE.sub(lambda found: self._made.get(found[0], found[0]), text)


def _typed(body: str) -> list[tuple[str, str]]:
    """Each command of a block with the answer below it."""
    parts = re.split(r"^(\$ .+|\^C)\n", body, flags=re.MULTILINE)
    assert not parts[0], f"no command stands above {parts[0]!r}"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _neutral(text: str) -> str:
    for pattern, word in ANY.items():
        text = re.sub(pattern, word, text)
    return text


def _stream(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout
    return process.stdout
