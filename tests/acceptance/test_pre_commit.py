"""The pre-commit hook, run by pre-commit itself on a project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.acceptance.release import BOATS

if TYPE_CHECKING:
    from tests.acceptance.console import Program
    from tests.acceptance.release import Release

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
BROKEN = {"20250301000200_broken.sql": "CREATE TABEL public.broken ();\n"}


class Project:
    """A repository that has the hook, as the manifest has it, and the program where the hook would install it."""

    def __init__(self, release: Release, program: Program, home: Path) -> None:
        self.release = release
        self._environment = program.environment | {"PRE_COMMIT_HOME": str(home)}
        [hook] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
        hooks = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
        release.write(".pre-commit-config.yaml", yaml.safe_dump(hooks))
        self._call("git", "init", "--quiet")

    def commit(self) -> subprocess.CompletedProcess[str]:
        """What pre-commit says of what is staged."""
        self._call("git", "add", "--all")
        return self._call(str(PRE_COMMIT), "run")

    def _call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=self.release.root, env=self._environment, capture_output=True, text=True, check=False
        )


@pytest.fixture
def project(release: Release, program: Program, tmp_path: Path) -> Project:
    return Project(release, program, tmp_path / "home")


def test_the_manifest_is_one() -> None:
    done = subprocess.run([PRE_COMMIT, "validate-manifest", MANIFEST], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_commit_that_is_wrong_is_stopped_and_told_why(project: Project) -> None:
    project.release.add(BOATS | BROKEN)
    done = project.commit()
    assert done.returncode == 1
    assert "SYN001" in done.stdout
    project.release.remove(*BROKEN)
    assert project.commit().returncode == 0


@pytest.mark.parametrize(
    ("path", "looked"),
    [
        ("seatrial.toml", True),
        ("apps/shop/seatrial-baseline.json", True),
        ("db/anything.sql", True),
        ("README.md", False),
        ("not-seatrial.toml.md", False),
    ],
)
def test_it_runs_where_a_file_of_a_release_has_changed(project: Project, path: str, looked: bool) -> None:  # noqa: FBT001
    project.release.write(path, "")
    done = project.commit()
    assert ("no files to check" not in done.stdout) is looked
