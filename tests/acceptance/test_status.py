"""`seatrial status` and `seatrial repair`: folder and ledger side by side, and the ledger put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

from seatrial.sql.parse import content_digest

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW
V1, V2 = "20250301000000", "20250301000100"


def rows(seatrial: Console, target: Target, code: int) -> list[list[str]]:
    """The lines of the table, cut at wide gaps."""
    answer = seatrial("status", "--target", target.dsn, code=code)
    return [[part.strip() for part in line.split("  ") if part.strip()] for line in answer.lines if line[0] in "✓+!✗"]


def test_a_target_that_knows_nothing(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    with target.untouched():
        found = rows(seatrial, target, code=0)
    assert found == [
        ["+ pending", f"{V1}_boats"],
        ["+ pending", f"{V2}_crew"],
        ["✓ 2 migrations pending on the given DSN; 0 migrations applied."],
    ]
    assert 'next: seatrial deploy --target "$DSN"' in seatrial("status", "--target", target.dsn, code=0).lines


def test_what_is_applied_says_when_and_by_whom(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add(CREW)
    first, second, last = rows(seatrial, target, code=0)
    assert first[:2] == ["✓ applied", f"{V1}_boats"]
    assert first[2].startswith("20")
    assert first[2].endswith(" by postgres")
    assert second == ["+ pending", f"{V2}_crew"]
    assert last == ["✓ 1 migration pending on the given DSN; 1 migration applied."]


def test_every_disagreement_is_named_with_both_names(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add({FIRST: "CREATE TABLE public.boats (id bigint);\n", "20250301000050_late.sql": "SELECT 1;\n"})
    release.remove(SECOND)
    release.add({f"{V2}_sailors.sql": CREW[SECOND]})
    target.execute(
        "INSERT INTO supabase_migrations.schema_migrations (version, name) VALUES ('20250301000200', 'stranger')"
    )
    edited, late, renamed, missing, last = rows(seatrial, target, code=1)
    assert edited[:2] == ["✗ edited", f"{V1}_boats"]
    assert late == ["✗ out of order 20250301000050_late"]
    assert renamed[:3] == ["✗ renamed", f"{V2}_sailors", f"{V2}_crew"]
    assert missing == ["✗ missing", "20250301000200_stranger"]
    assert last[0].startswith("✗ Folder and the given DSN disagree on 4 versions; 0 migrations ")


def test_a_target_by_its_name(
    release: Release, seatrial: Console, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add(BOATS)
    release.write("seatrial.toml", '[targets.production]\ndsn = "env(DATABASE_URL)"\n')
    monkeypatch.setenv("DATABASE_URL", target.dsn)
    answer = seatrial("status", "--target", "production", code=0)
    assert answer.lines[-2:] == [
        "next: seatrial deploy --target production",
        "✓ 1 migration pending on production; 0 migrations applied.",
    ]
    # The only target there is needs no name.
    assert "pending on production" in seatrial("status", code=0).lines[-1]
    release.write("seatrial.toml", "")
    answer = seatrial("status", code=2)
    assert answer.error["code"] == "target.unknown"


# Repair -------------------------------------------------------------------------------------------------------


def test_repair_applied_writes_what_a_deployment_would_have(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    release.add(CREW)
    before = target.evidence().catalog
    answer = seatrial("repair", V1, V2, "--status", "applied", *target.agreed, code=0)
    assert "no migration was run" in answer.out
    assert answer.lines[-1] == "✓ The ledger of the given DSN now says applied of 2 versions."
    evidence = target.evidence()
    made = {name.split(".")[0] for (_, name), one in evidence.catalog.items() if one != before.get(one.identity)}
    assert made <= {"supabase_migrations", "seatrial"}
    assert evidence.ledger["supabase_migrations.schema_migrations"] == [
        {"version": V1, "name": "boats", "statements": [BOATS[FIRST].strip().rstrip(";")]},
        {"version": V2, "name": "crew", "statements": [CREW[SECOND].strip().rstrip(";")]},
    ]
    assert [row["content_digest"] for row in evidence.ledger["seatrial.migrations"]] == [
        content_digest(BOATS[FIRST]),
        content_digest(CREW[SECOND]),
    ]
    assert "up to date" in seatrial("deploy", *target.unrehearsed, code=0).out
    assert not target.has("public.boats")


def test_repair_reverted_forgets_and_touches_nothing_else(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    seatrial("deploy", *target.unrehearsed, code=0)
    before = target.evidence()
    seatrial("repair", V2, "--status", "reverted", *target.agreed, code=0)
    after = target.evidence()
    assert after.catalog == before.catalog
    assert {name: [row["version"] for row in found] for name, found in after.ledger.items()} == {
        "supabase_migrations.schema_migrations": [V1],
        "seatrial.migrations": [V1],
        "seatrial.steps": [],
    }


def test_repair_ends_an_unfinished_migration(release: Release, seatrial: Console, target: Target) -> None:
    release.add({FIRST: "CREATE TABLE public.boats ();\nCOMMIT;\nSELECT 1 / 0;\n"})
    seatrial("deploy", *target.unrehearsed, code=3)
    assert target.steps() == [(V1, 1, True)]
    seatrial("repair", V1, "--status", "reverted", *target.agreed, code=0)
    assert target.steps() == []
    assert rows(seatrial, target, code=0)[0] == ["+ pending", f"{V1}_boats"]


def test_repair_of_a_version_without_a_file_is_refused_whole(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    with target.untouched():
        answer = seatrial("repair", V1, "20990101000000", "--status", "applied", *target.agreed, code=2)
    assert answer.error["code"] == "repair.unknown-version"
    assert "20990101000000" in answer.error["what"]
    assert 'seatrial status --target "$DSN"' in answer.error["fix"]


def test_repair_asks_nobody_without_a_terminal(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    with target.untouched():
        answer = seatrial("repair", V1, "--status", "applied", "--target", target.dsn, code=2)
    assert answer.error["code"] == "ask.no-terminal"


@pytest.mark.parametrize("status", ["", "done"])
def test_repair_needs_one_of_two_words(status: str, release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    options = ["--status", status] if status else []
    with target.untouched():
        answer = seatrial("repair", V1, *options, *target.agreed, code=2)
    assert "--status" in answer.err
