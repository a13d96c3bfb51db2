"""`seatrial baseline`: the schema that a folder lacks, as its first migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[SECOND] = CREW
BASELINE = "20250228235959_baseline.sql"


@pytest.fixture
def half(release: Release, target: Target) -> Release:
    """A folder that begins in the middle: the boats were made elsewhere."""
    release.add(CREW)
    target.execute("CREATE TABLE public.boats (id integer PRIMARY KEY, name text)")
    return release


def test_a_folder_that_does_not_start_from_zero_does_then(half: Release, seatrial: Console, target: Target) -> None:
    seatrial("rehearse", code=1)
    with target.untouched():
        answer = seatrial("baseline", "--target", target.dsn, code=0)
    assert answer.lines[-1] == f"✓ Wrote supabase/migrations/{BASELINE}."
    assert "next: seatrial rehearse" in answer.lines
    assert 'next: seatrial repair 20250228235959 --status applied --target "$DSN"' in answer.lines
    assert "CREATE TABLE public.boats (\n" in (half.migrations / BASELINE).read_text(encoding="utf-8")
    seatrial("rehearse", code=0)


def test_the_ledger_then_knows_it_as_applied(half: Release, seatrial: Console, target: Target) -> None:
    seatrial("baseline", "--target", target.dsn, code=0)
    seatrial("repair", "20250228235959", "--status", "applied", *target.agreed, code=0)
    seatrial("deploy", *target.unrehearsed, code=0)
    assert target.versions() == ["20250228235959", SECOND[:14]]
    assert (half.migrations / BASELINE).is_file()


def test_an_empty_folder_gets_all_that_the_target_has(release: Release, seatrial: Console, target: Target) -> None:
    release.write("supabase/config.toml", 'project_id = "boats"\n\n[api]\nschemas = ["api"]\n')
    target.execute("CREATE TABLE public.boats (id integer); CREATE VIEW public.named AS SELECT id FROM public.boats")
    seatrial("baseline", "--target", target.dsn, code=0)
    [made] = release.migrations.iterdir()
    assert made.name.endswith("_baseline.sql")
    seatrial("rehearse", code=0)


def test_nothing_is_missing(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    answer = seatrial("baseline", "--target", target.dsn, code=0)
    assert "Nothing to write" in answer.lines[-1]
    assert [path.name for path in release.migrations.iterdir()] == list(BOATS)


def test_a_second_baseline_is_refused(half: Release, seatrial: Console, target: Target) -> None:
    half.add({BASELINE: "SELECT 'by hand';\n"})
    answer = seatrial("baseline", "--target", target.dsn, code=2)
    assert answer.error["code"] == "baseline.there"
    assert (half.migrations / BASELINE).read_text(encoding="utf-8") == "SELECT 'by hand';\n"


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("20250301000000", "20250228235959"),
        ("20250301", "20250228"),
        ("202503010000", "202502282359"),
        ("2025030100", "2025022899"),
        ("0007", "0006"),
        ("42", "41"),
    ],
)
def test_it_comes_before_the_first_file(
    first: str, expected: str, release: Release, seatrial: Console, target: Target
) -> None:
    release.add({f"{first}_first.sql": "SELECT 1;\n"})
    target.execute("CREATE TABLE public.boats (id integer)")
    seatrial("baseline", "--target", target.dsn, code=0)
    assert sorted(path.name for path in release.migrations.iterdir()) == [
        f"{expected}_baseline.sql",
        f"{first}_first.sql",
    ]


def test_nothing_comes_before_zero(release: Release, seatrial: Console, target: Target) -> None:
    release.add({"0_first.sql": "SELECT 1;\n"})
    target.execute("CREATE TABLE public.boats (id integer)")
    assert seatrial("baseline", "--target", target.dsn, code=2).error["code"] == "baseline.no-version"
