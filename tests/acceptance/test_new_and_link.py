"""`seatrial new` and `seatrial link`: a file with the next version, a database with a name."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

REF = "abcdefghijklmnopqrst"


def test_new_makes_a_file_that_comes_after_all_others(release: Release, seatrial: Console) -> None:
    before = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    answer = seatrial("new", "Add invoices & more", code=0)
    [made] = release.migrations.iterdir()
    assert re.fullmatch(r"\d{14}_add_invoices_more\.sql", made.name)
    assert before <= made.name[:14] <= datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    assert answer.lines[-1] == f"✓ Made supabase/migrations/{made.name}."
    assert "next: seatrial check" in answer.lines
    assert "! warns FIL005" in seatrial("check", code=0).out, "it is empty until somebody fills it"

    seatrial("new", "second", code=0)
    seatrial("new", "third", code=0)
    names = [path.name[15:] for path in sorted(release.migrations.iterdir())]
    assert names == ["add_invoices_more.sql", "second.sql", "third.sql"]


def test_new_comes_after_a_file_from_the_future(release: Release, seatrial: Console) -> None:
    release.add({"29990101000000_future.sql": "SELECT 1;"})
    seatrial("new", "next", code=0)
    assert (release.migrations / "29990101000001_next.sql").is_file()
    seatrial("check", code=0)


def test_new_goes_to_the_folder_of_the_settings(release: Release, seatrial: Console) -> None:
    release.write("seatrial.toml", '[project]\nmigrations = "db/changes"\n')
    seatrial("new", "first", code=0)
    assert len(list((release.root / "db" / "changes").glob("*_first.sql"))) == 1


@pytest.mark.parametrize("name", ["", "…", "../..", "'\""])
def test_new_needs_a_name(name: str, release: Release, seatrial: Console) -> None:
    answer = seatrial("new", name, code=2)
    assert answer.error["code"] == "new.name"
    assert not release.migrations.exists()


def test_new_where_no_file_can_be_written(release: Release, seatrial: Console) -> None:
    release.write("supabase", "a file, where the folder belongs")
    answer = seatrial("new", "first", code=2)
    assert answer.error["code"] == "new.unwritable"
    assert answer.error["where"] == "supabase/migrations"
    assert answer.error["why"]


# Link ---------------------------------------------------------------------------------------------------------


def test_link_names_a_variable_and_the_name_works(
    release: Release, seatrial: Console, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add(BOATS)
    answer = seatrial("link", "staging", "--dsn-env", "STAGING_URL", code=0)
    assert (release.root / "seatrial.toml").read_text(encoding="utf-8") == (
        '[targets.staging]\ndsn = "env(STAGING_URL)"\n'
    )
    assert "next: seatrial status --target staging" in answer.lines
    monkeypatch.setenv("STAGING_URL", target.dsn)
    assert "pending on staging" in seatrial("status", "--target", "staging", code=0).lines[-1]


def test_link_adds_to_what_is_there(release: Release, seatrial: Console) -> None:
    for existing in ('[project]\nname = "Boats"', "# words\n", '[targets.one]\ndsn = "env(ONE)"\n\n'):
        release.write("seatrial.toml", existing)
        seatrial("link", "two", "--dsn-env", "TWO", code=0)
        text = (release.root / "seatrial.toml").read_text(encoding="utf-8")
        assert text.startswith(existing)
        assert text.endswith('\n[targets.two]\ndsn = "env(TWO)"\n')
        assert seatrial("link", "two", "--dsn-env", "THREE", code=2).error["code"] == "link.taken"


def test_link_refuses_a_name_that_is_taken(release: Release, seatrial: Console) -> None:
    release.write("seatrial.toml", '[targets.production]\ndsn = "env(DATABASE_URL)"\n')
    answer = seatrial("link", "production", "--dsn-env", "OTHER", code=2)
    assert answer.error["code"] == "link.taken"
    assert answer.error["where"] == "seatrial.toml"
    assert "OTHER" not in (release.root / "seatrial.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("production",), "link.how", id="no way in"),
        pytest.param(("production", "--dsn-env", "A", "--project-ref", REF), "link.how", id="two ways in"),
        pytest.param(("1st", "--dsn-env", "A"), "link.value", id="a name that begins with a digit"),
        pytest.param(("a.b", "--dsn-env", "A"), "link.value", id="a name with a dot"),
        pytest.param(("production", "--dsn-env", "A-B"), "link.value", id="no name of a variable"),
        pytest.param(("production", "--project-ref", "short"), "link.value", id="a short reference"),
        pytest.param(("production", "--project-ref", REF.upper()), "link.value", id="capitals"),
        pytest.param(("production", "--project-ref", REF, "--pooler", 'x"\n[evil]'), "link.value", id="no address"),
    ],
)
def test_link_refuses_what_cannot_be_right(
    words: tuple[str, ...], code: str, release: Release, seatrial: Console
) -> None:
    answer = seatrial("link", *words, code=2)
    assert answer.error["code"] == code
    assert answer.error["fix"]
    assert not (release.root / "seatrial.toml").exists()


def test_link_of_a_project_takes_the_pooler_that_supabase_link_left(release: Release, seatrial: Console) -> None:
    release.write("supabase/.temp/project-ref", REF)
    release.write(
        "supabase/.temp/pooler-url", f"postgresql://postgres.{REF}:[YOUR-PASSWORD]@aws-0.pooler.invalid:6543/postgres\n"
    )
    seatrial("link", "production", "--project-ref", REF, code=0)
    assert (release.root / "seatrial.toml").read_text(encoding="utf-8") == (
        f'[targets.production]\nproject_ref = "{REF}"\n'
        f'pooler = "postgresql://postgres.{REF}@aws-0.pooler.invalid:5432/postgres"\n'
    )
    # It is that project's, and nobody else's.
    seatrial("link", "staging", "--project-ref", "t" * 20, code=0)
    assert (release.root / "seatrial.toml").read_text(encoding="utf-8").endswith(f'project_ref = "{"t" * 20}"\n')


def test_a_linked_project_asks_for_the_password_by_the_name_of_its_variable(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add(BOATS)
    release.write("supabase/.temp/project-ref", REF)
    release.write("supabase/.temp/pooler-url", f"postgresql://postgres.{REF}@pooler.invalid:6543/postgres")
    release.write("supabase/config.toml", '[remotes.staging]\nproject_id = "stagingstagingstagin"\n')
    for name in ("linked", "staging"):
        answer = seatrial("status", "--target", name, code=2)
        assert answer.error["code"] == "settings.no-variable"
        assert "SUPABASE_DB_PASSWORD" in answer.error["what"]

    monkeypatch.setenv("SUPABASE_DB_PASSWORD", "s3cr3t/@:word")
    answer = seatrial("status", "--target", "linked", code=2)
    assert answer.error["code"] == "target.unreachable"
    assert answer.error["where"] == f"postgres.{REF}@pooler.invalid:5432/postgres"
    assert "s3cr3t" not in answer.said
