"""The mirror of an older server: its own extension folder, and not a byte changed in the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.scratch.installation import Installation
from seatrial.scratch.mirror import mirror, mirrored

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["share", "share/postgresql", "../elsewhere/share"])
def installation(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Programs and files as different packages lay them out."""
    home = tmp_path / "server"
    share = (home / request.param).resolve()
    for folder in (home / "bin", home / "lib", share / "extension"):
        folder.mkdir(parents=True)
    for program in ("postgres", "initdb", "psql"):
        (home / "bin" / program).write_text("program")
    for file in ("pgcrypto.control", "plpgsql.control"):
        (share / "extension" / file).write_text("comment = 'of the installation'\n")
    (share / "timezonesets").mkdir()
    monkeypatch.setattr(Installation, "share", share)
    return Installation(bin=home / "bin", version="15.0", origin="system")


def _everything(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() if path.is_file() else "" for path in sorted(folder.rglob("*"))}


def test_the_installation_is_left_as_it_was(installation: Installation, tmp_path: Path) -> None:
    before = {**_everything(installation.bin.parent), **_everything(installation.share)}

    mirror(installation, tmp_path / "mirror")

    assert {**_everything(installation.bin.parent), **_everything(installation.share)} == before


def test_the_mirror_has_the_stand_ins_among_the_files_of_the_installation(
    installation: Installation, tmp_path: Path
) -> None:
    mirror(installation, tmp_path / "mirror")

    programs = mirrored(installation, tmp_path / "mirror").bin
    share = tmp_path / "mirror" / installation.share.relative_to("/")
    assert not (programs / "postgres").is_symlink()
    assert (programs.parent / "lib").resolve() == (installation.bin.parent / "lib").resolve()
    assert (share / "timezonesets").is_symlink()
    assert (share / "extension" / "pg_cron.control").is_file()
    assert "trusted = true" in (share / "extension" / "pgcrypto.control").read_text()
    assert (share / "extension" / "plpgsql.control").read_text() == "comment = 'of the installation'\n"
