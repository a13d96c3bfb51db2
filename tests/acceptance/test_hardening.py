"""What stands in the wrong place, has an odd name or is of the wrong kind: a clear answer, and nothing changed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS

from seatrial.errors import CannotRun
from seatrial.scratch.cluster import Cluster, prepared
from seatrial.scratch.identity import Identity
from seatrial.scratch.installation import find

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

    from seatrial.scratch.installation import Installation

[FIRST] = BOATS

# Repair -------------------------------------------------------------------------------------------------------


def test_repair_forgets_whatever_text_the_ledger_has_for_a_version(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    target.execute("INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('abc'), ('a = ''b''')")
    seatrial("repair", "abc", "a = 'b'", "--status", "reverted", *target.agreed, code=0)
    assert target.versions() == [FIRST[:14]]


@pytest.mark.parametrize("deployed", [True, False], ids=["a ledger", "no ledger"])
@pytest.mark.parametrize("version", ["20990101000000", "abc"])
def test_repair_takes_nothing_out_that_is_not_in(
    version: str, release: Release, seatrial: Console, target: Target, *, deployed: bool
) -> None:
    release.add(BOATS)
    if deployed:
        seatrial("deploy", *target.unrehearsed, code=0)
    with target.untouched():
        answer = seatrial("repair", FIRST[:14], version, "--status", "reverted", *target.agreed, code=2)
    assert answer.error["code"] == "repair.not-recorded"
    assert version in answer.error["what"]
    assert (FIRST[:14] in answer.error["what"]) != deployed
    assert answer.error["fix"] == 'seatrial status --target "$DSN" lists the versions'


def test_repair_does_not_show_a_dsn_in_the_place_of_a_version(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    words = ("repair", "postgresql://u:s3cr3t@h/d", "--status", "reverted", "--target", target.dsn)
    answer = seatrial(*words, code=2)
    assert answer.error["code"] == "repair.not-recorded"
    assert "s3cr3t" not in answer.said


# Link ---------------------------------------------------------------------------------------------------------


def test_link_leaves_the_name_of_the_demo_alone(release: Release, seatrial: Console) -> None:
    assert seatrial("link", "demo", "--dsn-env", "A", code=2).error["code"] == "link.reserved"
    assert not (release.root / "seatrial.toml").exists()


@pytest.mark.parametrize(
    "existing", ['targets = { one = { dsn = "env(ONE)" } }\n', '[targets]\none = { dsn = "env(ONE)" }\ntwo.dsn = "x"\n']
)
def test_link_never_makes_a_file_that_cannot_be_read(existing: str, release: Release, seatrial: Console) -> None:
    release.write("seatrial.toml", existing)
    for name, code in (("three", 2 if existing.startswith("targets") else 0), ("one", 2)):
        answer = seatrial("link", name, "--dsn-env", "THREE", code=code)
        if code and name == "three":
            assert answer.error["code"] == "link.cannot-append"
            assert 'dsn = "env(THREE)"' in answer.error["fix"]
            assert (release.root / "seatrial.toml").read_text(encoding="utf-8") == existing
    assert [path.name for path in release.root.iterdir() if path.name.startswith(".seatrial")] == []


def test_link_keeps_the_line_ends_the_mode_and_the_link_of_the_file(release: Release, seatrial: Console) -> None:
    path, real = release.root / "seatrial.toml", release.root / "real.toml"
    real.write_bytes(b'\xef\xbb\xbf[project]\r\nname = "Boats"\r\n')
    real.chmod(0o640)
    path.symlink_to(real)
    seatrial("link", "one", "--dsn-env", "ONE", code=0)
    assert real.read_bytes() == (
        b'\xef\xbb\xbf[project]\r\nname = "Boats"\r\n\r\n[targets.one]\r\ndsn = "env(ONE)"\r\n'
    )
    assert path.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640


def test_link_where_a_folder_has_the_name_of_the_file(release: Release, seatrial: Console) -> None:
    (release.root / "seatrial.toml").mkdir()
    answer = seatrial("link", "one", "--dsn-env", "ONE", code=2)
    assert (answer.error["code"], answer.error["why"]) == ("settings.unreadable", "it is not a regular file")


def test_link_where_nothing_can_be_written(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "mkdir", refuse)
    answer = seatrial("link", "one", "--dsn-env", "ONE", code=2)
    assert (answer.error["code"], answer.error["why"]) == ("link.unwritable", "Permission denied")
    assert not (release.root / "seatrial.toml").exists()


# New ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["postgresql://u:s3cr3t@h/d", "host=h password=s3cr3t"])
def test_new_takes_no_dsn_for_a_name_and_does_not_show_it(name: str, release: Release, seatrial: Console) -> None:
    answer = seatrial("new", name, code=2)
    assert answer.error["code"] == "new.name"
    assert "s3cr3t" not in answer.said
    assert not release.migrations.exists()


@pytest.mark.parametrize(
    ("newest", "made"),
    [
        pytest.param("29991231235959", "30000101000000", id="the last second of a year"),
        pytest.param("29991399000000", "30000101000000", id="no time"),
        pytest.param("99991231235959", "", id="the last there can be"),
        pytest.param("99999999999999", "", id="beyond the last"),
    ],
)
def test_new_makes_a_version_that_check_takes_or_none(
    newest: str, made: str, release: Release, seatrial: Console
) -> None:
    release.add({f"{newest}_future.sql": "SELECT 1;"})
    answer = seatrial("new", "next", code=0 if made else 2)
    names = {path.name for path in release.migrations.iterdir()} - {f"{newest}_future.sql"}
    assert names == ({f"{made}_next.sql"} if made else set())
    if made:
        (release.migrations / f"{made}_next.sql").write_text("SELECT 2;", encoding="utf-8")
        assert f"{made}_next.sql" not in seatrial("check").out
    else:
        assert answer.error["code"] == "new.no-version"


def test_new_in_a_folder_outside(release: Release, seatrial: Console, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("elsewhere")
    release.write("seatrial.toml", f'[project]\nmigrations = "{folder}"\n')
    seatrial("new", "first", code=0)
    assert len(list(folder.glob("*_first.sql"))) == 1


# Scratch ------------------------------------------------------------------------------------------------------


def test_a_machine_without_cp_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "data").mkdir()
    with pytest.raises(CannotRun) as refused:
        Cluster(tmp_path, find()).copy_data(tmp_path / "copy", Identity())
    assert refused.value.code == "scratch.copy-failed"
    assert "the program cp" in refused.value.what
    assert refused.value.why == "No such file or directory"


class _Stranger(Identity):
    """Somebody without an account."""

    def become(self) -> None:
        os.setgroups([])
        os.setgid(54321)
        os.setuid(54321)

    def hand_over(self, folder: Path) -> None:
        os.chown(folder, 54321, 54321)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_a_user_without_an_account_is_told_so(
    second_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not pytest's own folder, which is closed to strangers.
    with tempfile.TemporaryDirectory() as cache:
        Path(cache).chmod(0o755)
        monkeypatch.setenv("XDG_CACHE_HOME", cache)
        with pytest.raises(CannotRun) as refused:
            prepared(second_installation, _Stranger(), "postgres")
    assert refused.value.code == "scratch.no-account"
    assert "54321" in refused.value.why
    assert "/etc/passwd" in refused.value.fix
