"""A release folder, a database to deploy to, and the two ways of running a command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import FOREIGN, Console, Program
from tests.acceptance.release import Release
from tests.acceptance.target import Target

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """An empty release folder, which is the current one."""
    root = tmp_path / "release"
    root.mkdir()
    monkeypatch.chdir(root)
    return Release(root=root)


@pytest.fixture
def seatrial(release: Release, monkeypatch: pytest.MonkeyPatch) -> Console:
    """The command line in this process, run in the release folder, with nobody's settings in the environment."""
    assert release.root.is_dir()
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        monkeypatch.delenv(name)
    return Console()


@pytest.fixture
def program(release: Release) -> Program:
    """The installed program, run in the release folder."""
    return Program(release.root)


@pytest.fixture
def target(supabase_db: str) -> Target:
    """The database of a new project."""
    return Target(dsn=supabase_db)
