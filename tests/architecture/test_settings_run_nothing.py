"""The settings of a repository have nothing run, so that a pull request cannot have it done where secrets are.

The two commands that they may name are run only where whoever runs Seatrial has approved exactly these.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from pydantic import BaseModel

import seatrial
from seatrial.project.settings import Settings, SupabaseConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(seatrial.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
#: Words by which other tools call what they run for somebody.
COMMAND = re.compile(
    r"command|cmd|exec|run|hook|script|shell|program|binary|bin$|plugin|module|before|after|pre_|post_"
)
#: See above; `tests/unit/project/test_secret.py` has what they must not do.
APPROVED = {"dsn_command", "backup_command"}
#: What starts a program or evaluates a text.
STARTS = re.compile(
    r"subprocess\.(run|Popen|call|check_call|check_output|getoutput|getstatusoutput)"
    r"|os\.(system|popen|exec\w+|spawn\w+|posix_spawn\w*|startfile)"
    r"|eval|exec|__import__|runpy\.\w+"
)
#: Where that happens, and with what: none of it is told by a file of the release.
KNOWN = {
    "flows/scratch.py": "psql of the PostgreSQL that the scratch runs on",
    "flows/report.py": "git, to name the commit",
    "project/changed.py": "git, with a reference that can be no option",
    "project/command.py": "a command that the environment has approved word by word",
    "scratch/cluster.py": "initdb, cp",
    "scratch/identity.py": "a program of PostgreSQL, to see whether it can be run at all",
    "scratch/installation.py": "pg_config, postgres --version",
    "scratch/places.py": "ps",
    "scratch/process.py": "postgres",
}
#: Code is loaded by name, from beside what loads it.
OURS = re.compile(r"importlib\.import_module|import_module"), re.compile(r"f?'seatrial\.|module\.name")


def keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for held in (field.annotation, *get_args(field.annotation)):
            if isinstance(held, type) and issubclass(held, BaseModel):
                yield from keys(held)


def calls(text: str, wanted: re.Pattern[str]) -> list[ast.Call]:
    found = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return [call for call in found if wanted.fullmatch(ast.unparse(call.func))]


@pytest.mark.parametrize("model", [Settings, SupabaseConfig])
def test_no_setting_is_called_like_a_command(model: type[BaseModel]) -> None:
    assert [key for key in keys(model) if COMMAND.search(key) and key not in APPROVED] == []
    assert {"project", "dsn", "sql"} <= set(keys(Settings)), "nested ones are looked at as well"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_what_starts_a_program_is_known_and_sees_no_settings(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    starting = calls(text, STARTS)
    assert bool(starting) is (path.relative_to(SOURCE).as_posix() in KNOWN), "say above what it starts"
    assert not starting or "project.settings" not in text
    assert [word.arg for call in starting for word in call.keywords if word.arg == "shell"] == []
    assert [call for call in calls(text, OURS[0]) if not OURS[1].match(ast.unparse(call.args[0]))] == []


@pytest.mark.parametrize("text", ["os.system('x')", "subprocess.run('x', shell=True)", "eval(x)", "os.execvp(*x)"])
def test_what_starts_a_program_is_noticed(text: str) -> None:
    assert len(calls(f"def f():\n    {text}\n", STARTS)) == 1


def test_a_key_that_names_a_command_is_noticed() -> None:
    assert [key for key in ("before_deploy", "cmd", "post_hook", "exec") if not COMMAND.search(key)] == []
