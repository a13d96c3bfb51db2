"""`seatrial check --against REF`: what is wrong in files that differ; the others are read, and not spoken of."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release

#: Each ends in a COMMIT inside the file, which TXN001 warns of.
SIN = "CREATE TABLE public.{name} (id integer PRIMARY KEY);\nCOMMIT;\nSELECT 1;\n"
OLD, EDITED, NEW, LOOSE = (f"2025030100000{n}_{name}.sql" for n, name in enumerate(("old", "edited", "new", "loose")))


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def branch(release: Release) -> Release:
    """A branch that has edited one file, committed a new one, and left one untracked; `main` has gone on meanwhile."""
    git(release.root, "init")
    release.add({OLD: SIN.format(name="old"), EDITED: "SELECT 1;\n"})
    git(release.root, "add", ".")
    git(release.root, "commit", "-m", "one")
    git(release.root, "checkout", "-b", "work")
    release.add({NEW: SIN.format(name="new")})
    git(release.root, "add", ".")
    git(release.root, "commit", "-m", "two")
    git(release.root, "checkout", "main")
    release.add({OLD: SIN.format(name="older")})
    git(release.root, "commit", "-am", "three")
    git(release.root, "checkout", "work")
    release.add({EDITED: SIN.format(name="edited"), LOOSE: SIN.format(name="loose")})
    return release


def spoken_of(seatrial: Console, *words: str) -> set[str]:
    findings = seatrial("check", "--format", "json", *words).json["result"]["findings"]
    return {one["place"]["path"].rpartition("/")[2] for one in findings}


@pytest.mark.usefixtures("branch")
def test_only_what_the_branch_has_changed_is_spoken_of(seatrial: Console) -> None:
    assert spoken_of(seatrial) == {OLD, EDITED, NEW, LOOSE}
    assert spoken_of(seatrial, "--against", "main") == {EDITED, NEW, LOOSE}
    assert spoken_of(seatrial, "--against", "HEAD") == {EDITED, LOOSE}
    assert seatrial("check", "--against", "main").lines[-1].endswith(" in what differs from main.")


def test_an_old_file_is_spoken_of_where_a_new_one_stands_in_its_way(branch: Release, seatrial: Console) -> None:
    """The version of the old file is taken a second time; whichever is named, it is news."""
    branch.add({OLD.replace("_old", "_again"): "SELECT 1;\n"})
    findings = seatrial("check", "--against", "main", "--format", "json", code=1).json["result"]["findings"]
    assert "FIL003" in {one["code"] for one in findings}


@pytest.mark.usefixtures("branch")
def test_the_answer_is_yes_where_only_the_old_is_wrong(branch: Release, seatrial: Console) -> None:
    branch.remove(NEW, LOOSE)
    branch.add({OLD: "SELEC 1;\n", EDITED: "SELECT 1;\n"})
    git(branch.root, "add", ".")
    git(branch.root, "commit", "-m", "four")
    seatrial("check", code=1)
    seatrial("check", "--against", "HEAD", code=0)


def test_a_folder_below_the_top_of_the_work_tree(branch: Release, seatrial: Console) -> None:
    below = branch.root / "apps" / "shop"
    below.parent.mkdir()
    (branch.root / "supabase").rename(branch.root / "moved")
    below.mkdir()
    (branch.root / "moved").rename(below / "supabase")
    git(branch.root, "add", ".")
    git(branch.root, "commit", "-m", "moved")
    (below / "supabase" / "migrations" / NEW).write_text("SELECT 1;\n\nCOMMIT;\nSELECT 1;\n", encoding="utf-8")
    assert spoken_of(seatrial, "apps/shop", "--against", "HEAD") == {NEW}


@pytest.mark.parametrize(
    ("reference", "what"),
    [("nothing-like-it", "git knows no 'nothing-like-it'"), ("--output=x", "git knows no '--output=x'")],
)
def test_a_reference_that_git_does_not_know(branch: Release, seatrial: Console, reference: str, what: str) -> None:
    error = seatrial("check", f"--against={reference}", code=2).error
    assert (error["code"], error["what"]) == ("against.unknown", f"{what}.")
    assert "git fetch" in error["fix"]
    assert not (branch.root / "x").exists()


def test_what_else_keeps_git_from_comparing(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add({OLD: SIN.format(name="old")})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(release.root.parent))
    assert "no git work tree" in seatrial("check", "--against", "main", code=2).error["what"]
    assert seatrial("check", "--against", "", code=2).code == 2
    git(release.root, "init")
    git(release.root, "commit", "--allow-empty", "-m", "one")
    git(release.root, "checkout", "--orphan", "alone")
    git(release.root, "commit", "--allow-empty", "-m", "two")
    error = seatrial("check", "--against", "main", code=2).error
    assert "share no commit" in error["what"]
    assert "fetch-depth: 0" in error["fix"]
    monkeypatch.setenv("PATH", str(release.root))
    assert seatrial("check", "--against", "main", code=2).error["code"] == "against.no-git"
