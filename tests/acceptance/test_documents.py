"""Every command that writes a file: what is there and is not Seatrial's stays, which is said before anything runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST] = BOATS
MIGRATION = f"supabase/migrations/{FIRST}"
SETTINGS = "# Ours.\n"
WRITERS = {
    "html": ("report", "--no-mutants", "--out"),
    "markdown": ("report", "--no-mutants", "--format", "markdown", "--out"),
    "docs": ("docs", "--out"),
    # Nobody answers there: whoever is refused before anything runs does not notice.
    "plan": ("rehearse", "--from", "postgresql://x@127.0.0.1:1/x", "--plan"),
    "standin": ("standin", "--target", "postgresql://x@127.0.0.1:1/x", "--out"),
}
#: A saved stand-in has to end in it.
ENDING = {"standin": ".json", "markdown": ".md"}


@pytest.fixture
def folder(release: Release) -> Path:
    release.add(BOATS)
    release.write("seatrial.toml", SETTINGS)
    return release.root


def everything(folder: Path) -> dict[str, bytes | str]:
    """Each file with its content, each folder, and where each link goes."""
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink()
        else path.read_bytes() if path.is_file() else "no file"
        for path in sorted(folder.rglob("*"))
    }  # fmt: skip


@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_no_file_is_refused_before_anything_runs(writer: str, folder: Path, seatrial: Console) -> None:
    ending = ENDING.get(writer, "")
    pipe, loop, place, long = (f"{name}{ending}" for name in ("pipe", "loop", "place", "x" * 300))
    os.mkfifo(folder / pipe)
    (folder / loop).symlink_to(loop)
    (folder / f"to-{pipe}").symlink_to(pipe)
    (folder / place).mkdir()
    before = everything(folder)
    for path in (pipe, f"to-{pipe}", loop, place, long, f"{MIGRATION}/x{ending}"):
        answer = seatrial(*WRITERS[writer], path, code=2)
        assert answer.error["code"] == "document.unwritable"
        assert answer.error["where"] == path
        assert answer.error["why"]
        assert "scratch" not in answer.said
    assert everything(folder) == before


@pytest.mark.parametrize("writer", WRITERS)
def test_what_somebody_has_written_is_refused_before_anything_runs(
    writer: str, folder: Path, seatrial: Console
) -> None:
    mine = f"mine{ENDING.get(writer, '')}"
    (folder / mine).write_text('{"name": "x"}\n', encoding="utf-8")
    (folder / f"to-{mine}").symlink_to(mine)
    before = everything(folder)
    for path in (mine, f"to-{mine}"):
        answer = seatrial(*WRITERS[writer], path, code=2)
        assert answer.error["code"] == "document.not-ours"
        assert answer.error["where"] == path
        assert answer.error["fix"].startswith(f"mv {path} {path}.old, then run the command again; or give --")
        assert "scratch" not in answer.said
    assert everything(folder) == before


@pytest.mark.parametrize(
    "path", ["seatrial.toml", "seatrial-baseline.json", MIGRATION, "supabase/migrations/20250401_x.sql"]
)
def test_nothing_is_written_where_the_release_is_or_will_be(path: str, folder: Path, seatrial: Console) -> None:
    before = everything(folder)
    for writer in ("html", "docs", "plan"):
        error = seatrial(*WRITERS[writer], path, code=2).error
        assert (error["code"], error["where"]) == ("document.source", path)
        # Nobody is told to move a migration away.
        assert "mv" not in error["fix"]
    assert everything(folder) == before


@pytest.mark.parametrize(
    ("path", "code"),
    [(MIGRATION, "document.source"), ("seatrial.toml", "document.source"), ("docs/schema.md", "document.not-ours")],
)
def test_settings_do_not_have_the_page_written_over_the_release_or_over_a_page_of_somebody(
    path: str, code: str, folder: Path, release: Release, seatrial: Console
) -> None:
    release.write("docs/schema.md", "# Our tables\n")
    release.write("seatrial.toml", f'[docs]\nschema = "{path}"\n')
    before = everything(folder)
    error = seatrial("docs", code=2).error
    assert (error["code"], error["where"]) == (code, path)
    assert everything(folder) == before


def test_whether_a_page_is_current_is_asked_of_files_only(folder: Path, seatrial: Console) -> None:
    (folder / "place").mkdir()
    os.mkfifo(folder / "pipe")
    for path, why in (("place", "it is a folder"), ("pipe", "it is not a regular file")):
        error = seatrial("docs", "--check", "--out", path, code=2).error
        assert (error["code"], error["where"], error["why"]) == ("document.unwritable", path, why)


def test_of_four_documents_none_is_written_where_one_cannot_be(
    folder: Path, release: Release, seatrial: Console
) -> None:
    release.write("notes/boats-optimization.md", "# Our own\n")
    (folder / "all-milestones.md").mkdir()
    before = everything(folder)
    for out, code, where in (
        ("notes/boats.md", "document.not-ours", "notes/boats-optimization.md"),
        ("all.md", "document.unwritable", "all-milestones.md"),
    ):
        error = seatrial(*WRITERS["markdown"], out, code=2).error
        assert (error["code"], error["where"]) == (code, where)
    assert everything(folder) == before


@pytest.mark.parametrize("writer", ["html", "markdown", "docs"])
def test_through_a_link_its_file_is_written_and_written_again(writer: str, folder: Path, seatrial: Console) -> None:
    (folder / "far").mkdir()
    name = f"{writer}{ENDING.get(writer, '')}"
    (folder / name).symlink_to(f"far/{name}")
    # The second run finds its own.
    for _ in range(2):
        assert seatrial(*WRITERS[writer], name).code != 2
    assert (folder / name).is_symlink()
    assert [path.name for path in (folder / "far").iterdir()] == [name]


def test_plans_and_stand_ins_go_through_links_and_replace_their_own(
    folder: Path, seatrial: Console, target: Target
) -> None:
    (folder / "far").mkdir()
    for name, words in {
        "a.plan": ("rehearse", "--from", target.dsn, "--plan"),
        "a.json": ("standin", "--target", target.dsn, "--out"),
    }.items():
        (folder / name).symlink_to(f"far/{name}")
        for _ in range(2):
            seatrial(*words, name, code=0)
        assert (folder / name).is_symlink()
    seatrial("deploy", "--plan", "a.plan", *target.agreed, code=0)
    seatrial("rehearse", "--from", "a.json", code=0)


def test_a_file_of_tests_that_is_there_is_not_replaced(folder: Path, release: Release, seatrial: Console) -> None:
    release.write("supabase/tests/isolation.sql", "-- Ours.\n")
    before = everything(folder)
    answer = seatrial("prove", "security", "--export", "pgtap", code=2)
    assert answer.error["code"] == "document.not-ours"
    assert everything(folder) == before


def test_a_pipe_or_a_lost_link_is_no_baseline(folder: Path, seatrial: Console) -> None:
    baseline = folder / "seatrial-baseline.json"
    os.mkfifo(baseline)
    for words in (("check",), ("check", "--write-baseline")):
        error = seatrial(*words, code=2).error
        assert (error["code"], error["why"]) == ("baseline-file.malformed", "it is not a regular file")
    baseline.unlink()
    baseline.symlink_to("nowhere")
    assert seatrial("check", code=2).error["why"] == "it is a link to a file that is not there"


@pytest.mark.parametrize("path", ["seatrial.toml", "supabase/config.toml"])
def test_settings_that_are_a_lost_link_are_said(path: str, folder: Path, seatrial: Console) -> None:
    for goes_to in ("nowhere", path.rpartition("/")[2]):
        (folder / path).unlink()
        (folder / path).symlink_to(goes_to)
        error = seatrial("check", code=2).error
        assert (error["code"], error["where"]) == ("settings.unreadable", path)


def test_a_baseline_goes_through_its_link(folder: Path, release: Release, seatrial: Console) -> None:
    gone = '{"key": "FIL005-00000000", "file": "x.sql", "what": "x"}'
    release.write("far/baseline.json", f'{{"format": 1, "findings": [{gone}]}}\n')
    (folder / "seatrial-baseline.json").symlink_to("far/baseline.json")
    seatrial("check", "--write-baseline")
    assert (folder / "seatrial-baseline.json").is_symlink()
    assert '"FIL005' not in (folder / "far" / "baseline.json").read_text(encoding="utf-8")
