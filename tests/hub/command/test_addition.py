"""The hub's commands come to the tool by an entry point, and cost nobody else anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("seatrial")
#: As where somebody has installed the tool without the extra.
WITHOUT = """
import importlib.util, sys
from seatrial.cli.app import main
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "procrastinate" else found(name, package)
sys.argv = ["seatrial", "hub", "serve"]
main()
"""
#: A command of the tool's own.
OWN = """
import sys
from seatrial.cli.app import main
sys.argv = ["seatrial", "explain", "--help"]
try:
    main()
except SystemExit:
    pass
print(sorted(name for name in sys.modules if name.split(".")[0] in {"integrations_hub", "fastapi", "procrastinate"}))
"""


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_it_is_among_the_commands() -> None:
    listed = _run(str(PROGRAM), "--help").stdout

    assert "hub" in {line.split()[0] for line in listed.splitlines() if line.strip()}


def test_a_missing_extra_is_named_with_the_command_that_brings_it() -> None:
    done = _run(sys.executable, "-c", WITHOUT)

    assert (done.returncode, "hub.not-installed" in done.stderr, "seatrial[hub]" in done.stderr) == (2, True, True)
    assert "procrastinate" in done.stderr


def test_commands_of_the_tool_load_nothing_of_it() -> None:
    assert _run(sys.executable, "-c", OWN).stdout.splitlines()[-1] == "[]"
