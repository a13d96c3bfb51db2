"""`seatrial docs` and the proof that needs it: what is described, where, and whether that is still true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS

from seatrial.flows.docs import docs
from seatrial.model.narrator import Silent

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST] = BOATS
DESCRIBED = {
    FIRST: """\
create table if not exists public.boats (id integer primary key, name text);
comment on table public.boats is 'What the club sails.';
comment on column public.boats.id is 'The number on the sail.';
comment on column public.boats.name is 'What it is called at the pier.';
"""
}
PAGE = "docs/schema.md"


def page(release: Release, path: str = PAGE) -> str:
    return (release.root / path).read_text(encoding="utf-8")


def test_the_page_is_written_and_is_current_from_then_on(release: Release, seatrial: Console) -> None:
    release.add(DESCRIBED)

    assert seatrial("docs", code=0).lines[-1] == "✓ docs/schema.md is written: 1 relation, 0 functions."

    assert "### public.boats\n\nWhat the club sails.\n" in page(release)
    assert seatrial("docs", "--check", code=0).lines[-1] == "✓ docs/schema.md is current: 1 relation, 0 functions."
    assert seatrial("docs", code=0).lines[-1] == "✓ docs/schema.md is current: 1 relation, 0 functions."


def test_check_says_what_differs_and_what_to_type_and_writes_nothing(release: Release, seatrial: Console) -> None:
    release.add(DESCRIBED)
    assert seatrial("docs", "--check", code=1).lines[-2:] == ["next: seatrial docs", "✗ docs/schema.md is missing."]
    assert not (release.root / PAGE).exists()
    seatrial("docs", code=0)
    release.add({FIRST: DESCRIBED[FIRST].replace("What the club sails.", "Everything afloat.")})
    before = page(release)

    answer = seatrial("docs", "--check", code=1)

    assert "'What the club sails.' and should be 'Everything afloat.'" in answer.out
    assert answer.lines[-2:] == ["next: seatrial docs", "✗ docs/schema.md is out of date."]
    assert page(release) == before


def test_the_settings_say_where_and_out_says_otherwise(release: Release, seatrial: Console) -> None:
    release.add(DESCRIBED)
    release.write("seatrial.toml", '[docs]\nschema = "handbook/tables.md"\n')
    seatrial("docs", code=0)
    seatrial("docs", "--out", "elsewhere.md", code=0)
    assert page(release, "handbook/tables.md") == page(release, "elsewhere.md")
    assert not (release.root / PAGE).exists()


@pytest.mark.parametrize("path", ["/etc/schema.md", "../schema.md", ""])
def test_settings_do_not_reach_out_of_the_folder(release: Release, seatrial: Console, path: str) -> None:
    release.add(DESCRIBED)
    release.write("seatrial.toml", f'[docs]\nschema = "{path}"\n')
    assert seatrial("docs", code=2).error["code"] == "settings.invalid"


def test_a_link_does_not_lead_out_of_the_folder(release: Release, seatrial: Console, tmp_path: Path) -> None:
    release.add(DESCRIBED)
    (release.root / "docs").symlink_to(tmp_path)
    assert seatrial("docs", code=2).error["code"] == "docs.outside"
    assert not (tmp_path / "schema.md").exists()


def test_files_that_do_not_apply_have_no_schema(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "create table public.boats (id nothing);\n"})
    error = seatrial("docs", code=2).error
    assert error["code"] == "docs.does-not-apply"
    assert error["where"].startswith(f"supabase/migrations/{FIRST}:1:")


def test_files_that_cannot_be_run_have_none_either(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "CREATE TABEL public.boats ();\n"})
    for options in ((), ("--check",)):
        error = seatrial("docs", *options, code=2).error
        assert error["code"] == "docs.does-not-apply"
        assert error["where"] == f"supabase/migrations/{FIRST}:1:8"
        assert error["why"].startswith("SYN001 syntax error")
        assert error["fix"].startswith("seatrial check")


def test_a_name_is_no_markup_in_the_page(release: Release, seatrial: Console) -> None:
    release.add({FIRST: 'create table public."<script>alert(1)</script>\nx" (id integer primary key);\n'})
    seatrial("docs", code=0)

    assert '\n### public."&lt;script>alert(1)&lt;/script> x"\n' in page(release)


def test_an_index_of_the_workload_is_found_by_its_spelling_or_missed_by_name(
    release: Release, seatrial: Console
) -> None:
    release.add({FIRST: DESCRIBED[FIRST] + 'create index "Boats by name" on public.boats (name);\n'})
    query = "[[workload]]\nname = '{}'\nrole = 'service_role'\nindex = '{}'\nsql = 'select from public.boats'\n"
    release.write("seatrial.toml", query.format("named", 'public."Boats by name"') + query.format("astray", "gone"))
    seatrial("docs", code=0)
    seatrial("report", "--format", "markdown", "--out", "notes/boats.md", "--no-mutants", code=1)

    missed = "- `astray` asks for `gone`: no index of that name.\n"
    assert missed in page(release)
    assert '| `"Boats by name"` | `btree (name)` | `named` as `service_role`: ' in page(release)
    summary = page(release, "notes/boats-optimization.md")
    assert missed in summary
    assert '| `public."Boats by name"` | `named` | service_role |' in summary


def test_a_newcomer_is_told_what_to_type(release: Release, seatrial: Console) -> None:
    release.add(BOATS)

    answer = seatrial("prove", "documentation", code=1)

    place = f"supabase/migrations/{FIRST}:1:"
    assert "docs/schema.md: the schema page is missing; seatrial docs" in answer.out
    assert "the release note is missing; seatrial report --format markdown --out docs/releases/boats.md" in answer.out
    assert f"{place}1: table public.boats has no comment; comment on table public.boats is '…';" in answer.out
    assert f"{place}28: column public.boats.id has no comment; comment on column public.boats.id is '…';" in answer.out


def test_what_an_edit_makes_untrue_is_noticed(release: Release, seatrial: Console) -> None:
    release.add(DESCRIBED)
    seatrial("docs", code=0)
    words = ("report", "--format", "markdown", "--out", "docs/releases/boats.md", "--no-mutants")
    first, second = seatrial(*words, code=1), seatrial(*words, code=1)
    assert first.lines[-1] == second.lines[-1], "a note that is written is not missing"
    assert "failed" not in first.lines[-1]
    assert seatrial("prove", "documentation", code=0).lines[-1] == "✓ Proved: 1 claim of 1."

    release.add({FIRST: DESCRIBED[FIRST] + "-- Only a comment of the file's author.\n"})
    release.write("seatrial.toml", '[targets.production]\ndsn = "env(DATABASE_URL)"\n')
    seatrial("prove", "documentation", code=0)

    release.add({FIRST: DESCRIBED[FIRST] + "create index boats_name on public.boats (name);\n"})
    answer = seatrial("prove", "documentation", code=1)
    assert "docs/schema.md: the schema page is out of date: line " in answer.out
    assert "docs/releases/boats.md is about other files or settings" in answer.out


def test_of_a_target_only_what_is_new_has_to_be_described(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add({"20250301000100_length.sql": "alter table public.boats add column length numeric;\n"})

    answer = seatrial("prove", "documentation", "--from", target.dsn, code=1)

    assert "column public.boats.length has no comment" in answer.out
    assert "public.boats.id" not in answer.out
    assert "table public.boats has no comment" not in answer.out


def test_the_shipped_page_is_current(repository: Path) -> None:
    outcome = docs(repository, check=True, narrator=Silent())
    assert outcome.summary.endswith("is current: 37 relations, 40 functions.")
