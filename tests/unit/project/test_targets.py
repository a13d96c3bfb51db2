"""Targets: which database a name means, and where it was named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.project.settings import Settings, SupabaseConfig
from seatrial.project.targets import named_targets, resolve, session_pooler

if TYPE_CHECKING:
    from pathlib import Path

REF = "abcdefghijklmnopqrst"
OTHER = "tsrqponmlkjihgfedcba"


def settings(**targets: dict[str, str]) -> Settings:
    return Settings.model_validate({"targets": targets})


def remotes(**refs: str) -> SupabaseConfig:
    return SupabaseConfig.model_validate({"remotes": {name: {"project_id": ref} for name, ref in refs.items()}})


def left_by_link(root: Path, ref: str = REF, pooler: str = "") -> None:
    folder = root / "supabase" / ".temp"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "project-ref").write_text(f"{ref}\n", encoding="utf-8")
    if pooler:
        (folder / "pooler-url").write_text(f"{pooler}\n", encoding="utf-8")


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_DB_PASSWORD", "p@ss/w:rd %")


@pytest.mark.parametrize("dsn", ["postgresql://u@h/d", "postgres://h", "host=h dbname=d", "dbname=d"])
def test_a_dsn_is_taken_as_it_is_and_never_shown(dsn: str) -> None:
    target = resolve(dsn, {})
    assert target.dsn == dsn
    assert dsn not in (target.name, target.argument)
    assert dsn not in repr(target)


def test_a_name_is_looked_up_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOATS_URL", "postgresql://here")
    known = named_targets(settings(boats={"dsn": "env(BOATS_URL)"}), SupabaseConfig(), tmp_path)
    target = resolve("boats", known)
    assert (target.name, target.dsn, target.argument) == ("boats", "postgresql://here", "boats")


def test_the_only_target_needs_no_name(tmp_path: Path) -> None:
    one = settings(one={"dsn": "postgresql://one"})
    assert resolve("", named_targets(one, SupabaseConfig(), tmp_path)).name == "one"
    two = settings(one={"dsn": "postgresql://one"}, two={"dsn": "postgresql://two"})
    for known in (named_targets(two, SupabaseConfig(), tmp_path), {}):
        with pytest.raises(CannotRun) as refused:
            resolve("", known)
        assert refused.value.code == "target.unknown"
        assert refused.value.why == f"known targets: {', '.join(known) or 'none'}"


def test_a_project_is_reached_directly_with_its_password_escaped(tmp_path: Path) -> None:
    known = named_targets(settings(boats={"project_ref": REF}), SupabaseConfig(), tmp_path)
    assert resolve("boats", known).dsn == (
        f"postgresql://postgres:p%40ss%2Fw%3Ard%20%25@db.{REF}.supabase.co:5432/postgres?sslmode=require"
    )


def test_a_project_is_reached_through_its_pooler(tmp_path: Path) -> None:
    address = f"postgresql://postgres.{REF}@aws-0-eu.pooler.supabase.com:5432/postgres"
    known = named_targets(settings(boats={"project_ref": REF, "pooler": address}), SupabaseConfig(), tmp_path)
    assert resolve("boats", known).dsn == (
        f"postgresql://postgres.{REF}:p%40ss%2Fw%3Ard%20%25@aws-0-eu.pooler.supabase.com:5432/postgres?sslmode=require"
    )


@pytest.mark.parametrize(
    "left",
    [
        "postgresql://postgres.{ref}@aws.pooler.invalid:6543/postgres",
        "postgres://postgres.{ref}:[YOUR-PASSWORD]@aws.pooler.invalid:6543/postgres",
        "postgresql://postgres.{ref}:s3cr3t@aws.pooler.invalid/postgres",
    ],
)
def test_what_supabase_link_left_is_a_target_through_the_session_pooler(left: str, tmp_path: Path) -> None:
    left_by_link(tmp_path, pooler=left.format(ref=REF))
    address = session_pooler(tmp_path)
    assert address.endswith(f"://postgres.{REF}@aws.pooler.invalid:5432/postgres")
    dsn = resolve("linked", named_targets(Settings(), SupabaseConfig(), tmp_path)).dsn
    assert "@aws.pooler.invalid:5432/postgres" in dsn
    assert "s3cr3t" not in address + dsn


@pytest.mark.parametrize("left", ["", "words", "postgresql://", "postgresql://h:x/d", "postgresql://u@h"])
def test_a_pooler_that_cannot_be_read_is_none(left: str, tmp_path: Path) -> None:
    left_by_link(tmp_path, pooler=left)
    assert session_pooler(tmp_path) == ""
    dsn = resolve("linked", named_targets(Settings(), SupabaseConfig(), tmp_path)).dsn
    assert f"@db.{REF}.supabase.co:5432/" in dsn


def test_a_pooler_is_only_of_its_own_project(tmp_path: Path) -> None:
    left_by_link(tmp_path, pooler=f"postgresql://postgres.{REF}@aws.pooler.invalid:6543/postgres")
    known = named_targets(Settings(), remotes(staging=OTHER), tmp_path)
    assert "aws.pooler.invalid" in resolve("linked", known).dsn
    assert f"db.{OTHER}.supabase.co" in resolve("staging", known).dsn


def test_our_own_settings_win_over_those_of_supabase(tmp_path: Path) -> None:
    known = named_targets(settings(staging={"dsn": "postgresql://ours"}), remotes(staging=OTHER), tmp_path)
    assert resolve("staging", known).dsn == "postgresql://ours"


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("ours", "[targets.ours] in seatrial.toml"),
        ("staging", "[remotes.staging] in supabase/config.toml"),
        ("linked", "supabase/.temp/project-ref, which supabase link left"),
    ],
)
def test_a_missing_password_is_said_with_the_place_that_names_the_target(
    name: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_by_link(tmp_path)
    known = named_targets(settings(ours={"project_ref": REF}), remotes(staging=OTHER), tmp_path)
    monkeypatch.delenv("SUPABASE_DB_PASSWORD")
    with pytest.raises(CannotRun) as refused:
        resolve(name, known)
    assert refused.value.code == "settings.no-variable"
    assert refused.value.where == where


def test_a_reference_that_cannot_be_one_is_said_when_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_by_link(tmp_path, ref="postgresql://u:s3cr3t@h/d")
    known = named_targets(settings(ours={"dsn": "x=1"}), remotes(odd="short", later="env(LATER_REF)"), tmp_path)
    assert resolve("ours", known).dsn == "x=1"
    for name in ("linked", "odd"):
        with pytest.raises(CannotRun) as refused:
            resolve(name, known)
        assert refused.value.code == "target.bad-project"
        assert "s3cr3t" not in str(refused.value.as_record())
    monkeypatch.setenv("LATER_REF", OTHER)
    assert f"db.{OTHER}.supabase.co" in resolve("later", known).dsn


@pytest.mark.parametrize("wanted", ["a b", "ada@harbour", "postgres:s3cr3t@host/d", "s3cr3t;", "-x", "1st"])
def test_what_is_neither_name_nor_dsn_is_not_repeated(wanted: str) -> None:
    with pytest.raises(CannotRun) as refused:
        resolve(wanted, {})
    assert refused.value.code == "target.bad-name"
    assert wanted not in str(refused.value.as_record())
