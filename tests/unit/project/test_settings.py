"""Settings: what is misspelt, missing or of the wrong kind is an error that names its place, and shows no value."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.project.settings import environment, read_settings, read_supabase_config

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.project.settings import Settings


def read(folder: Path, text: str | bytes) -> Settings:
    path = folder / "seatrial.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_settings(path)


def test_no_file_has_the_defaults(tmp_path: Path) -> None:
    settings = read_settings(tmp_path / "seatrial.toml")
    assert settings.project.migrations == "supabase/migrations"
    assert settings.project.platform is None
    assert dict(settings.targets) == {}
    assert settings == read(tmp_path, "")


def test_everything_that_can_be_set_is_read(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        """\
[project]
name = "Boats"
platform = "postgres"
migrations = "db/changes"

[targets.one]
dsn = "env(ONE)"

[targets.two]
project_ref = "abcdefghijklmnopqrst"
pooler = "postgresql://u@h:5432/postgres"
password = "env(TWO)"

[[expect]]
name = "a"
sql = "SELECT 1"
equals = 1

[[functional]]
name = "b"
claims = { sub = "x", app_metadata = { admin = true } }
sql = "SELECT 1"
expect = { rows = 1 }

[tenancy]
tenant_table = "public.boats"

[[workload]]
name = "latest"
sql = "SELECT 1"
limit_ms = 5
""",
    )
    assert (settings.project.name, settings.project.platform) == ("Boats", "postgres")
    assert settings.targets["one"].dsn == "env(ONE)"
    assert settings.targets["two"].password == "env(TWO)"
    assert settings.expect[0].equals == 1
    assert settings.functional[0].role == "authenticated"
    assert settings.functional[0].claims == {"sub": "x", "app_metadata": {"admin": True}}
    assert (settings.workload[0].role, settings.workload[0].limit_ms) == ("authenticated", 5)


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    assert read(tmp_path, b'\xef\xbb\xbf[project]\r\nname = "Boats"\r\n').project.name == "Boats"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('[projekt]\nname = "x"\n', "projekt", id="section"),
        pytest.param('[project]\nnmae = "x"\n', "project.nmae", id="key"),
        pytest.param('platform = "postgres"\n', "platform", id="key outside its section"),
        pytest.param('[targets.one]\ndsn = "a"\nuser = "b"\n', "targets.one.user", id="key of a target"),
        pytest.param(
            '[[expect]]\nname = "a"\nsql = "b"\nequals = 1\nrole = "c"\n', "expect.0.role", id="key of a list"
        ),
    ],
)
def test_what_is_misspelt_is_named(text: str, place: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as refused:
        read(tmp_path, text)
    assert refused.value.code == "settings.invalid"
    assert refused.value.where == f"{tmp_path / 'seatrial.toml'}: {place}"
    assert refused.value.why == "there is no such setting"
    assert refused.value.fix


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('[project]\nplatform = "mysql"\n', "project.platform", id="platform"),
        pytest.param("[project]\nname = 1\n", "project.name", id="number for a text"),
        pytest.param("[targets.one]\n", "targets.one", id="target that leads nowhere"),
        pytest.param(
            '[targets.one]\ndsn = "a"\nproject_ref = "abcdefghijklmnopqrst"\n', "targets.one", id="target with two ways"
        ),
        pytest.param('[targets.one]\nproject_ref = "short"\n', "targets.one.project_ref", id="reference"),
        pytest.param('[[expect]]\nname = "a"\nsql = "b"\n', "expect.0.equals", id="expectation of nothing"),
        pytest.param('[[functional]]\nname = "a"\nsql = "b"\nexpect = {}\n', "functional.0.expect", id="no outcome"),
        pytest.param(
            '[[functional]]\nname = "a"\nsql = "b"\nexpect = { rows = 1, value = "x" }\n',
            "functional.0.expect",
            id="two outcomes",
        ),
        pytest.param(
            '[[functional]]\nname = "a"\nsql = "b"\nexpect = { rows = "two" }\n',
            "functional.0.expect",
            id="a number in words",
        ),
        pytest.param(
            '[[functional]]\nname = "a"\nsql = "b"\nexpect = { rows = true }\n',
            "functional.0.expect",
            id="a truth for a number",
        ),
        pytest.param(
            '[[functional]]\nname = "a"\nsql = "b"\nexpect = { rows = 1 }\nclaims = { exp = 2025-01-01 }\n',
            "functional.0.claims",
            id="a date that JSON has not",
        ),
        pytest.param(
            '[[functional]]\nname = "a"\nsql = "b"\nexpect = { rows = 1 }\nclaims = { exp = nan }\n',
            "functional.0.claims",
            id="a number that JSON has not",
        ),
        pytest.param('[project]\nmigrations = "a\\u0000b"\n', "top level", id="NUL"),
        pytest.param(
            '[[functional]]\nname = "a"\nsql = "b"\nexpect = { sum = 1 }\n', "functional.0.expect", id="no such outcome"
        ),
    ],
)
def test_what_cannot_be_used_is_named(text: str, place: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as refused:
        read(tmp_path, text)
    assert refused.value.code == "settings.invalid"
    assert refused.value.where.startswith(f"{tmp_path / 'seatrial.toml'}: {place}")
    assert refused.value.why


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"[project\n", id="bracket"),
        pytest.param(b"name = \n", id="no value"),
        pytest.param(b"[project]\nname = 'a'\nname = 'b'\n", id="twice"),
        pytest.param("[project]\nname = 'ä'\n".encode("latin-1"), id="latin-1"),
        pytest.param("[project]\n".encode("utf-16"), id="utf-16"),
    ],
)
def test_what_is_no_toml_is_said_with_its_file(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as refused:
        read(tmp_path, text)
    assert refused.value.code == "settings.unreadable"
    assert refused.value.where == str(tmp_path / "seatrial.toml")
    assert refused.value.why


def test_no_value_is_shown_as_it_may_be_a_secret(tmp_path: Path) -> None:
    for text in (
        '[targets.one]\ndsn = 7\npassword = "s3cr3t"\n',
        '[targets.one]\nproject_ref = "s3cr3t"\n',
        '[targets.one]\ndsn = "s3cr3t"\nproject_ref = "abcdefghijklmnopqrst"\n',
    ):
        with pytest.raises(CannotRun) as refused:
            read(tmp_path, text)
        assert "s3cr3t" not in str(refused.value.as_record())


def test_the_supabase_file_is_another_tools_and_may_hold_anything(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert read_supabase_config(path).db.seed.sql_paths == ("./seed.sql",)
    path.write_text(
        'project_id = "boats"\n[new_section]\nkey = 1\n[db]\nport = 1\n[db.seed]\nenabled = false\n'
        'sql_paths = ["./a.sql", "./b/*.sql"]\n[remotes.staging]\nproject_id = "ref"\n[remotes.staging.db]\nx = 1\n',
        encoding="utf-8",
    )
    config = read_supabase_config(path)
    assert config.project_id == "boats"
    assert (config.db.seed.enabled, config.db.seed.sql_paths) == (False, ("./a.sql", "./b/*.sql"))
    assert config.remotes["staging"].project_id == "ref"


def test_a_variable_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOATS_URL", "postgresql://here")
    monkeypatch.setenv("EMPTY_URL", "")
    assert environment("env(BOATS_URL)", where="x") == "postgresql://here"
    assert environment(" env(BOATS_URL) ", where="x") == "postgresql://here"
    assert environment("host=env(BOATS_URL)", where="x") == "host=env(BOATS_URL)", "only as the whole value"
    assert environment("postgresql://plain", where="x") == "postgresql://plain"
    for name in ("NO_SUCH_URL", "EMPTY_URL"):
        with pytest.raises(CannotRun) as refused:
            environment(f"env({name})", where="[targets.x] in seatrial.toml")
        assert refused.value.code == "settings.no-variable"
        assert name in refused.value.what
        assert refused.value.where == "[targets.x] in seatrial.toml"
        assert refused.value.fix.startswith(f"export {name}=")


@pytest.mark.parametrize("text", ["a = " + "1" * 5000, "a = " + "[" * 5000], ids=["digits", "brackets"])
def test_what_the_reader_of_toml_stumbles_over_is_said(text: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as refused:
        read(tmp_path, text)
    assert refused.value.code == "settings.unreadable"


def test_a_folder_is_no_settings(tmp_path: Path) -> None:
    (tmp_path / "seatrial.toml").mkdir()
    with pytest.raises(CannotRun) as refused:
        read_settings(tmp_path / "seatrial.toml")
    assert (refused.value.code, refused.value.why) == ("settings.unreadable", "it is not a regular file")


@pytest.mark.parametrize("goes_to", ["nowhere", "seatrial.toml", "pipe"])
def test_a_link_that_leads_to_no_file_is_no_missing_file(goes_to: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = tmp_path / "seatrial.toml"
    path.symlink_to(goes_to)
    for read_file in (read_settings, read_supabase_config):
        with pytest.raises(CannotRun) as refused:
            read_file(path)
        assert refused.value.code == "settings.unreadable"
        assert refused.value.where == str(path)
        assert "Errno" not in refused.value.why


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    (tmp_path / "seatrial.toml").symlink_to("real.toml")
    assert read_settings(tmp_path / "seatrial.toml").project.name == "x"
