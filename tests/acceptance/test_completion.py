"""What the shell completes: asked as the shells ask, through the environment."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from seatrial.proofs.registry import CLAIMS
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from tests.acceptance.console import Program
    from tests.acceptance.release import Release

SETTINGS = """
[targets.production]
dsn = "env(NOBODY_SETS_THIS)"
[targets.preview]
dsn = "postgresql://nobody@nowhere.invalid/db"
"""


def completed(program: Program, typed: str) -> list[str]:
    """What bash is offered behind these words."""
    words = typed.split(" ")
    answer = program(
        _SEATRIAL_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=str(len(words) - 1), code=0
    )  # fmt: skip
    assert answer.err == ""
    return answer.out.split()


def test_codes_of_rules_and_names_of_proofs(program: Program) -> None:
    codes = [rule.code for rule in rules()]
    assert completed(program, "seatrial explain ") == [*codes, *CLAIMS]
    assert completed(program, "seatrial explain lck00") == [code.lower() for code in codes if code.startswith("LCK00")]
    assert completed(program, "seatrial explain sa") == ["safety"]
    assert completed(program, "seatrial explain no-such") == []


def test_proofs_that_are_not_named_yet(program: Program) -> None:
    assert completed(program, "seatrial prove ") == list(CLAIMS)
    assert completed(program, "seatrial prove syntax s") == ["safety", "security"]


def test_targets_of_the_folder(program: Program, release: Release) -> None:
    assert completed(program, "seatrial deploy --target ") == []
    release.write("seatrial.toml", SETTINGS)
    assert completed(program, "seatrial deploy --target ") == ["preview", "production"]
    assert completed(program, "seatrial status --target pro") == ["production"]


def test_what_a_rehearsal_starts_from(program: Program, release: Release) -> None:
    release.write("seatrial.toml", SETTINGS)
    release.write("standin.json", "{}")
    release.write("saved/old.json", "{}")
    assert completed(program, "seatrial rehearse --from ") == ["nothing", "preview", "production", "standin.json"]
    assert completed(program, "seatrial prove --from saved/") == ["saved/old.json"]


@pytest.mark.parametrize("broken", ["[targets", "[nonsense]\n", "\0", "[targets.a]\ndsn = 1\n"])
def test_somebody_who_types_is_not_told_of_broken_settings(program: Program, release: Release, broken: str) -> None:
    release.write("seatrial.toml", broken)
    assert completed(program, "seatrial deploy --target ") == []
    assert completed(program, "seatrial rehearse --from n") == (["nothing"])


def test_commands_and_their_options(program: Program) -> None:
    assert {"check", "rehearse", "standin"} <= set(completed(program, "seatrial "))
    assert completed(program, "seatrial check --wat") == ["--watch"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell(program: Program, shell: str) -> None:
    script = program(_SEATRIAL_COMPLETE=f"source_{shell}", code=0).out
    assert f"_SEATRIAL_COMPLETE=complete_{shell}" in script


def test_completing_loads_no_driver_no_parser_and_no_rule() -> None:
    """A person waits for it at each press of a key."""
    code = (
        "import json, os, sys\n"
        "os.environ.update(_SEATRIAL_COMPLETE='complete_bash', COMP_WORDS='seatrial explain F', COMP_CWORD='2')\n"
        "from seatrial.cli.app import app\n"
        "try:\n    app(prog_name='seatrial')\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *names, loaded = done.stdout.splitlines()
    assert "FIL001" in names
    assert {"psycopg", "postgast", "seatrial.project.settings", "seatrial.rules.run"} & set(json.loads(loaded)) == set()
