"""The import contracts hold, and each of them is seen to fail when it is broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BREACHES = {
    "a rule that asks a database": ("rules/run.py", "import seatrial.pg.connection"),
    "a renderer that reaches the driver by a detour": ("report/text.py", "import seatrial.pg.queries"),
    "a stage that calls the next": ("rehearsal/replay.py", "import seatrial.deployment.lock"),
    "the driver outside pg": ("ledger/read.py", "import psycopg"),
    "the parser outside sql": ("catalog/read.py", "import postgast"),
    "a model that is more than records": ("model/place.py", "import pydantic"),
    "a model that looks upwards": ("model/place.py", "import seatrial.flows.check"),
    "a layer that sees the one above": ("scratch/server.py", "import seatrial.catalog.read"),
    "a stage that speaks to the person": ("deployment/lock.py", "import seatrial.cli.session"),
    "a tool that knows the hub": ("flows/check.py", "import integrations_hub.settings"),
    "a hub that runs the tool": ("integrations_hub/services/checking.py", "import seatrial.flows.health"),
    "the driver outside the store": ("integrations_hub/services/checking.py", "import psycopg"),
    "a page that asks the API": ("integrations_hub/pages/organization.py", "import integrations_hub.api.v1"),
    "a provider that knows another": (
        "integrations_hub/providers/telegram/provider.py",
        "import integrations_hub.providers.whatsapp.provider",
    ),
    "a dialect with a framework": ("integrations_hub/dialect/request.py", "import starlette.requests"),
}


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_contracts_hold() -> None:
    assert _lint(ROOT).returncode == 0


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES.keys())
def test_a_breach_is_reported(breach: tuple[str, str], tmp_path: Path) -> None:
    file, statement = breach
    file = file if file.startswith("integrations_hub/") else f"seatrial/{file}"
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "src" / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{statement}\n")

    done = _lint(tmp_path)

    assert (done.returncode, "BROKEN" in done.stdout) == (1, True), done.stdout + done.stderr


def test_a_folder_without_a_layer_is_reported(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "src" / "seatrial" / "elsewhere").mkdir()
    (tmp_path / "src" / "seatrial" / "elsewhere" / "__init__.py").touch()

    assert _lint(tmp_path).returncode == 1
