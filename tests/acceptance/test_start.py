"""What the command line loads before it does anything: a person waits for it, each time."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from seatrial.cli.app import app

if TYPE_CHECKING:
    from tests.acceptance.console import Program

#: The driver, the parser, settings, what draws on a terminal, and the records and renderers of answers.
HEAVY = {"psycopg", "postgast", "pydantic", "rich", "seatrial.model.outcome", "seatrial.report.text"}
COMMANDS: dict[str, object] = getattr(get_command(app), "commands", {})


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["--version"], []])
def test_help_loads_nothing_that_a_command_works_with(words: list[str]) -> None:
    code = (
        "import json, sys\n"
        f"sys.argv = ['seatrial', *{words!r}]\n"
        "from seatrial.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert HEAVY & set(json.loads(done.stdout.splitlines()[-1])) == set()


def test_the_list_of_commands_names_all_of_them(program: Program) -> None:
    told = program("--help", code=0).out.splitlines()

    assert set(COMMANDS) | {"hub"} <= {line.split()[0] for line in told if line.startswith("  ") and line.strip()}
    assert any(" ".join(line.split()) == "check Read and parse every migration; needs no database." for line in told)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_help_of_a_command_still_has_its_options(program: Program, command: str) -> None:
    assert "--help" in program(command, "--help", code=0).out.split("Options:")[1]
