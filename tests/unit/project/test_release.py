"""A release folder is read whole: files as they are, seeds, roles, expectations."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.model.source import Encoding
from seatrial.project.files import read_folder, read_source
from seatrial.project.release import read_release
from seatrial.project.targets import session_pooler

if TYPE_CHECKING:
    from collections.abc import Mapping


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


ONE = {"supabase/migrations/20250301000000_one.sql": "SELECT 1;"}


@pytest.mark.parametrize(
    ("content", "encoding", "text"),
    [
        pytest.param(b"SELECT 1;\n", Encoding.UTF8, "SELECT 1;\n", id="plain"),
        pytest.param(b"", Encoding.UTF8, "", id="empty"),
        pytest.param("SELECT '⛵';".encode(), Encoding.UTF8, "SELECT '⛵';", id="wide"),
        pytest.param(b"\xef\xbb\xbfSELECT 1;", Encoding.UTF8_BOM, "SELECT 1;", id="mark"),
        pytest.param(b"a;\r\nb;\r\n", Encoding.UTF8, "a;\r\nb;\r\n", id="windows line ends stay"),
        pytest.param("SELECT 1;".encode("utf-16"), Encoding.UTF16, "", id="utf-16"),
        pytest.param("SELECT 1;".encode("utf-16-be"), Encoding.UTF16, "", id="utf-16 without mark"),
        pytest.param(b"SELECT '\xe4';", Encoding.BINARY, "", id="latin-1"),
        pytest.param(b"SELECT '\x00';", Encoding.BINARY, "", id="one NUL"),
        pytest.param(b"\x7fELF\x02\x01\x01\x00\xff", Encoding.BINARY, "", id="program"),
    ],
)
def test_what_is_in_a_file(content: bytes, encoding: Encoding, text: str, tmp_path: Path) -> None:
    write(tmp_path, {"20250301000000_one.sql": content})
    source = read_source(tmp_path, tmp_path / "20250301000000_one.sql")
    assert (source.encoding, source.text) == (encoding, text)


@pytest.mark.parametrize(
    ("name", "version", "rest"),
    [
        ("20250301000000_one.sql", "20250301000000", "one"),
        ("0007_one_two.sql", "0007", "one_two"),
        ("20250301000000_.sql", "20250301000000", ""),
        ("20250301000000_a b.c.sql", "20250301000000", "a b.c"),
        ("20250301000000.sql", "", "20250301000000"),
        ("one.sql", "", "one"),
        ("v1_one.sql", "", "v1_one"),
        ("20250301000000_one.SQL", "", "20250301000000_one"),
        ("20250301000000_one.sql.bak", "", "20250301000000_one.sql"),
        ("README", "", "README"),
    ],
)
def test_version_and_name_are_of_the_file_name(name: str, version: str, rest: str, tmp_path: Path) -> None:
    write(tmp_path, {name: "SELECT 1;"})
    source = read_source(tmp_path, tmp_path / name)
    assert (source.version, source.name, source.path) == (version, rest, name)


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    (tmp_path / "20250301000000_one.sql").symlink_to("nowhere")
    source = read_source(tmp_path, tmp_path / "20250301000000_one.sql")
    assert (source.encoding, source.text, source.reason) == (Encoding.UNREADABLE, "", "No such file or directory")


def test_a_name_that_is_no_text_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/20250301000000_caf\xe9.sql"))
    path.write_text("SELECT 1;", encoding="utf-8")
    [source] = read_folder(tmp_path, tmp_path)
    assert source.encoding is Encoding.UNREADABLE
    assert source.path == "20250301000000_caf\\xe9.sql"
    source.path.encode()


def test_files_come_in_text_order_of_their_versions(tmp_path: Path) -> None:
    write(
        tmp_path, dict.fromkeys(["9_a.sql", "10_b.sql", "10_a.sql", "100_a.sql", "z.sql", ".hidden.sql"], "SELECT 1;")
    )
    (tmp_path / "5_folder.sql").mkdir()
    assert [source.path for source in read_folder(tmp_path, tmp_path)] == [
        "z.sql",
        "10_a.sql",
        "10_b.sql",
        "100_a.sql",
        "9_a.sql",
    ]


def test_the_platform_is_supabases_where_its_settings_are(tmp_path: Path) -> None:
    assert read_release(write(tmp_path, ONE)).platform == "postgres"
    write(tmp_path, {"supabase/config.toml": 'project_id = "boats"\n'})
    release = read_release(tmp_path)
    assert (release.platform, release.name) == ("supabase", "boats")
    write(tmp_path, {"seatrial.toml": '[project]\nplatform = "postgres"\nname = "ours"\n'})
    release = read_release(tmp_path)
    assert (release.platform, release.name) == ("postgres", "ours")


def test_a_release_without_a_name_has_its_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "harbour", ONE)
    monkeypatch.chdir(root)
    assert read_release(Path()).name == "harbour"


def test_migrations_may_lie_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere/1_a.sql": "SELECT 1;"})
    for root, place in ((tmp_path, "elsewhere"), (tmp_path / "project", "../elsewhere")):
        root.mkdir(exist_ok=True)
        for folder in (place, str(tmp_path / "elsewhere")):
            write(root, {"seatrial.toml": f'[project]\nmigrations = "{folder}"\n'})
            [source] = read_release(root).sources
            assert source.path == f"{place}/1_a.sql"


def test_seeds_come_in_the_order_of_the_settings(tmp_path: Path) -> None:
    write(tmp_path, ONE | {"supabase/seed.sql": "-- default", "supabase/seeds/b.sql": "", "supabase/seeds/a.sql": ""})
    assert [seed.path for seed in read_release(tmp_path).seeds] == ["supabase/seed.sql"]
    write(tmp_path, {"supabase/config.toml": '[db.seed]\nsql_paths = ["./seeds/*.sql", "seed.sql", "./none.sql"]\n'})
    assert [seed.path for seed in read_release(tmp_path).seeds] == [
        "supabase/seeds/a.sql",
        "supabase/seeds/b.sql",
        "supabase/seed.sql",
    ]
    write(tmp_path, {"supabase/config.toml": "[db.seed]\nenabled = false\n"})
    assert read_release(tmp_path).seeds == ()


@pytest.mark.parametrize("pattern", ["/abs/*.sql", ""])
def test_a_pattern_that_is_none_is_said(pattern: str, tmp_path: Path) -> None:
    write(tmp_path, ONE | {"supabase/config.toml": f'[db.seed]\nsql_paths = ["{pattern}"]\n'})
    with pytest.raises(CannotRun) as refused:
        read_release(tmp_path)
    assert refused.value.code == "settings.seed-pattern"
    assert refused.value.where.endswith("config.toml: db.seed.sql_paths")


@pytest.mark.parametrize("path", ["supabase/seed.sql", "supabase/roles.sql"])
def test_a_seed_or_roles_that_are_no_text_are_not_taken_for_empty(path: str, tmp_path: Path) -> None:
    write(tmp_path, ONE | {path: "CREATE ROLE harbour;".encode("utf-16")})
    with pytest.raises(CannotRun) as refused:
        read_release(tmp_path)
    assert refused.value.code == "release.unreadable"
    assert refused.value.where == path
    assert "utf-16" in refused.value.why


def test_expected_values_are_compared_as_postgresql_writes_them(tmp_path: Path) -> None:
    lists = "".join(
        f'[[expect]]\nname = "{i}"\nsql = "x"\nequals = {v}\n' for i, v in enumerate(["true", "1", '"a"', "1.5"])
    )
    write(tmp_path, ONE | {"seatrial.toml": lists})
    assert [each.equals for each in read_release(tmp_path).expectations] == ["true", "1", "a", "1.5"]


def test_a_functional_check_expects_exactly_one_thing(tmp_path: Path) -> None:
    lists = "".join(
        f'[[functional]]\nname = "{i}"\nsql = "x"\nexpect = {{ {v} }}\n'
        for i, v in enumerate(["rows = 0", "value = true", "error = 42501"])
    )
    write(tmp_path, ONE | {"seatrial.toml": lists})
    assert [(each.rows, each.value, each.error) for each in read_release(tmp_path).functional] == [
        (0, None, None),
        (None, "true", None),
        (None, None, "42501"),
    ]


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "20250301000000_one.sql")
    [source] = read_folder(tmp_path, tmp_path)
    assert (source.encoding, source.reason) == (Encoding.UNREADABLE, "not a regular file")


def test_a_folder_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, ONE)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(CannotRun) as refused:
        read_release(tmp_path)
    assert refused.value.code == "release.unreadable-folder"
    assert (refused.value.where, refused.value.why) == (str(tmp_path / "supabase/migrations"), "Permission denied")


def test_what_supabase_link_left_broken_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, {"supabase/.temp/pooler-url": b"\xff\xfe"})
    assert session_pooler(tmp_path) == ""
