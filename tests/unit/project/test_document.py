"""Documents on disk: all of them or none, through links, and never over what somebody else has made."""

from __future__ import annotations

import os
import resource
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.project.document import Kind, refuse_irregular, refuse_unwritable, write_documents
from seatrial.project.page import read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KIND = Kind(what="song", begins="# Song")
ANY = Kind(what="text", begins="")
OLD, NEW = "# Song\nold\n", "# Song\nnew\n"


@contextmanager
def no_large_files(size: int) -> Iterator[None]:
    """What a full disk does: a part is written, and then no more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def refused(code: str, act: Callable[[], None]) -> CannotRun:
    with pytest.raises(CannotRun) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_folders_are_made_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "song.md"
    write_documents(KIND, {path: NEW})
    assert path.read_text(encoding="utf-8") == NEW
    assert names(path.parent) == ["song.md"]


def test_a_new_file_has_the_rights_of_every_new_file_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    plain, old, new = tmp_path / "plain", tmp_path / "old", tmp_path / "new"
    plain.touch()
    old.write_text(OLD, encoding="utf-8")
    old.chmod(0o640)
    write_documents(KIND, {old: NEW, new: NEW})
    assert new.stat().st_mode == plain.stat().st_mode
    assert old.stat().st_mode & 0o777 == 0o640


def test_through_a_link_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "song.md").write_text(OLD, encoding="utf-8")
    (tmp_path / "link.md").symlink_to("far/song.md")
    (tmp_path / "next.md").symlink_to("far/next.md")
    write_documents(KIND, {tmp_path / "link.md": NEW, tmp_path / "next.md": NEW})
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "next.md").is_symlink()
    assert (tmp_path / "far" / "song.md").read_text(encoding="utf-8") == NEW
    assert (tmp_path / "far" / "next.md").read_text(encoding="utf-8") == NEW


@pytest.mark.parametrize("how", ["folder", "pipe", "loop", "link to a pipe", "long name", "below a file"])
def test_what_is_no_file_is_refused_and_stays(how: str, tmp_path: Path) -> None:
    path = tmp_path / "song.md"
    match how:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to("song.md")
        case "link to a pipe":
            os.mkfifo(tmp_path / "pipe")
            path.symlink_to("pipe")
        case "long name":
            path = tmp_path / ("x" * 300)
        case _:
            path.touch()
            path /= "song.md"
    before = names(tmp_path)
    error = refused("document.unwritable", lambda: write_documents(KIND, {tmp_path / "other.md": NEW, path: NEW}))
    assert error.where == str(path)
    assert error.why
    assert error.fix
    assert names(tmp_path) == before
    refused("document.unwritable", lambda: refuse_unwritable(KIND, path, root=tmp_path))


def test_a_name_as_long_as_a_name_can_be_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    write_documents(KIND, {path: NEW})
    assert path.read_text(encoding="utf-8") == NEW


@pytest.mark.parametrize("mine", ["words", "<!-- # Song -->", "\n# Song"])
def test_what_somebody_has_written_is_not_replaced(mine: str, tmp_path: Path) -> None:
    path = tmp_path / "my song.md"
    path.write_text(mine, encoding="utf-8")
    error = refused("document.not-ours", lambda: write_documents(KIND, {path: NEW}))
    assert error.fix == f"mv '{path}' '{path}.old', then run the command again; or give --out FILE"
    assert path.read_text(encoding="utf-8") == mine


@pytest.mark.parametrize("old", [b"", OLD.encode(), b"\xef\xbb\xbf# Song\r\n", b"# Song\n\xff" * 4000])
def test_what_is_ours_or_empty_is_replaced(old: bytes, tmp_path: Path) -> None:
    path = tmp_path / "song.md"
    path.write_bytes(old)
    write_documents(KIND, {path: NEW})
    assert path.read_text(encoding="utf-8") == NEW


@pytest.mark.parametrize(
    "name", ["seatrial.toml", "seatrial-baseline.json", "supabase/config.toml", "changes/20250301000000_x.sql", "link"]
)
def test_nothing_is_written_where_the_release_is_even_where_nothing_is_yet(name: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("changes/1_x.sql")
    (tmp_path / "changes").mkdir()
    (tmp_path / "seatrial.toml").write_text('[project]\nmigrations = "changes"\n', encoding="utf-8")
    error = refused("document.source", lambda: refuse_unwritable(ANY, tmp_path / name, root=tmp_path))
    assert error.where == str(tmp_path / name)


def test_a_full_disk_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "song.md"
    path.write_text(OLD, encoding="utf-8")
    texts = {path: NEW, tmp_path / "a" / "b" / "long.md": NEW * 10_000, tmp_path / "c" / "next.md": NEW}
    with no_large_files(1000):
        error = refused("document.unwritable", lambda: write_documents(KIND, texts))
    assert error.where == str(tmp_path / "a" / "b" / "long.md")
    assert path.read_text(encoding="utf-8") == OLD
    assert names(tmp_path) == ["song.md"]


def test_an_interrupted_run_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_documents(KIND, {tmp_path / "a" / "song.md": NEW})
    assert names(tmp_path) == []


def test_to_read_it_has_only_to_be_a_file_or_nothing(tmp_path: Path) -> None:
    refuse_irregular(tmp_path / "nothing" / "song.md")
    (tmp_path / "mine.md").write_text("words", encoding="utf-8")
    refuse_irregular(tmp_path / "mine.md")


def test_a_page_that_is_no_file_is_read_as_no_page_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_page(tmp_path / "pipe") == read_page(tmp_path) == ""
    assert read_page(tmp_path / "none") is None
