"""A ledger that somebody changed by hand: every disagreement is named, and nothing is done on top of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

if TYPE_CHECKING:
    from typing import LiteralString

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW
V1, V2 = "20250301000000", "20250301000100"
THIRD = {"20250301000200_more.sql": "CREATE TABLE public.more ();\n"}
V3 = "20250301000200"


@pytest.fixture
def deployed(release: Release, seatrial: Console, target: Target) -> Target:
    """Two files applied, one pending."""
    release.add(BOATS)
    release.add(CREW)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add(THIRD)
    return target


def states(seatrial: Console, target: Target) -> dict[str, str]:
    rows = seatrial("status", "--target", target.dsn, "--format", "json").json["result"]["status"]["rows"]
    return {row["version"]: row["state"] for row in rows}


@pytest.mark.parametrize(
    ("edit", "state", "code", "named"),
    [
        pytest.param(
            "INSERT INTO supabase_migrations.schema_migrations (version, name) VALUES ('20250301000150', 'stranger')",
            {"20250301000150": "missing"},
            "deploy.missing-locally",
            "20250301000150_stranger",
            id="a row that the folder lacks",
        ),
        pytest.param(
            "UPDATE supabase_migrations.schema_migrations SET statements = ARRAY['SELECT 1'] "
            "WHERE version = '20250301000100'",
            {V2: "edited"},
            "deploy.edited",
            f"supabase/migrations/{SECOND} (edited)",
            id="other statements",
        ),
        pytest.param(
            "UPDATE supabase_migrations.schema_migrations SET name = 'sailors' WHERE version = '20250301000100'",
            {V2: "renamed"},
            "deploy.edited",
            f"supabase/migrations/{SECOND} (renamed)",
            id="another name",
        ),
        pytest.param(
            "DELETE FROM supabase_migrations.schema_migrations WHERE version = '20250301000000'",
            {V1: "out of order"},
            "deploy.out-of-order",
            f"supabase/migrations/{FIRST}",
            id="an older row deleted",
        ),
        pytest.param(
            "UPDATE supabase_migrations.schema_migrations SET version = '20250301' WHERE version = '20250301000000'",
            {V1: "out of order", "20250301": "missing"},
            "deploy.missing-locally",
            "20250301_boats",
            id="another version",
        ),
    ],
)
def test_a_disagreement_is_named_and_refused(
    edit: LiteralString,
    state: dict[str, str],
    code: str,
    named: str,
    seatrial: Console,
    deployed: Target,
) -> None:
    deployed.execute(edit)

    with deployed.untouched():
        assert states(seatrial, deployed) == {V1: "applied", V2: "applied", V3: "pending"} | state
        answer = seatrial("status", "--target", deployed.dsn, code=1)
        assert "disagree" in answer.lines[-1]
        assert "next: " not in answer.out, "no deployment is offered on top of a disagreement"
        refused = seatrial("deploy", *deployed.unrehearsed, code=1)
        dry = seatrial("deploy", "--target", deployed.dsn, "--dry-run", code=1)
    assert refused.error["code"] == dry.error["code"] == code
    assert named in refused.error["where"]
    assert refused.error["why"]
    assert refused.out == ""


def test_the_newest_row_deleted_is_pending_again_and_fails_where_its_table_stands(
    seatrial: Console, deployed: Target
) -> None:
    """The ledger is believed; the server then says what is true, and nothing is half-done."""
    deployed.execute("DELETE FROM supabase_migrations.schema_migrations WHERE version = '20250301000100'")
    assert states(seatrial, deployed) == {V1: "applied", V2: "pending", V3: "pending"}

    with deployed.untouched():
        answer = seatrial("deploy", *deployed.unrehearsed, code=1)
    assert "✗ 42P07" in answer.out
    assert "nothing of this run remains" in answer.lines[-1]

    seatrial("repair", V2, "--status", "applied", *deployed.agreed, code=0)
    seatrial("deploy", *deployed.unrehearsed, code=0)
    assert states(seatrial, deployed) == dict.fromkeys([V1, V2, V3], "applied")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        pytest.param(
            "INSERT INTO supabase_migrations.schema_migrations (version, name) VALUES ('20250301000150', 'stranger')",
            ("repair", "20250301000150", "--status", "reverted"),
            id="a row that the folder lacks",
        ),
        pytest.param(
            "UPDATE supabase_migrations.schema_migrations SET name = 'sailors' WHERE version = '20250301000100'",
            ("repair", V2, "--status", "applied"),
            id="another name",
        ),
    ],
)
def test_the_way_out_that_is_named_is_one(
    edit: LiteralString, words: tuple[str, ...], seatrial: Console, deployed: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", deployed.dsn)
    seatrial("link", "production", "--dsn-env", "DATABASE_URL", code=0)
    deployed.execute(edit)
    fix = seatrial("deploy", "--target", "production", "--yes", "production", "--unrehearsed", code=1).error["fix"]
    command = (*words, "--target", "production")
    assert f"seatrial {' '.join(command)}" in fix

    seatrial(*command, "--yes", "production", code=0)
    seatrial("deploy", "--target", "production", "--yes", "production", "--unrehearsed", code=0)
    assert states(seatrial, deployed) == dict.fromkeys([V1, V2, V3], "applied")


@pytest.mark.parametrize(
    "array", ["ARRAY['SELECT 1', NULL]", "ARRAY[['SELECT 1', 'SELECT 2']]"], ids=["NULL", "nested"]
)
def test_an_array_of_statements_that_no_tool_writes_is_an_edit(
    array: LiteralString, seatrial: Console, deployed: Target
) -> None:
    update: LiteralString = "UPDATE supabase_migrations.schema_migrations SET statements = "
    deployed.execute(f"{update}{array} WHERE version = '20250301000100'")

    assert states(seatrial, deployed)[V2] == "edited"


def test_a_ledger_of_versions_alone_is_read_and_completed(release: Release, seatrial: Console, target: Target) -> None:
    """As the oldest projects have it, from before names and statements were kept."""
    target.execute(
        "CREATE SCHEMA IF NOT EXISTS supabase_migrations;"
        "CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY);"
        "INSERT INTO supabase_migrations.schema_migrations VALUES ('20250301000000');"
        "CREATE TABLE public.boats (id integer PRIMARY KEY, name text);"
    )
    release.add(BOATS)
    release.add(CREW)
    with target.untouched():
        assert states(seatrial, target) == {V1: "applied", V2: "pending"}
    seatrial("deploy", *target.unrehearsed, code=0)
    kept = target.ask("SELECT version, name, statements IS NULL AS unknown FROM supabase_migrations.schema_migrations")
    assert sorted(tuple(row.values()) for row in kept) == [(V1, None, True), (V2, "crew", False)]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param("DROP TABLE seatrial.steps", id="no table of steps"),
        pytest.param("DROP TABLE seatrial.migrations", id="no facts of our own"),
        pytest.param("DROP SCHEMA seatrial CASCADE", id="nothing of our own"),
        pytest.param("DELETE FROM seatrial.migrations", id="no rows of our own"),
        pytest.param("UPDATE seatrial.migrations SET content_digest = 'changed'", id="other digests of our own"),
        pytest.param("UPDATE supabase_migrations.schema_migrations SET statements = NULL", id="no statements"),
        pytest.param("UPDATE supabase_migrations.schema_migrations SET statements = NULL, name = NULL", id="no names"),
    ],
)
def test_what_only_seatrial_keeps_can_be_lost(edit: LiteralString, seatrial: Console, deployed: Target) -> None:
    """The shared table tells the story; our own facts are made again where they are needed."""
    deployed.execute(edit)
    assert states(seatrial, deployed) == {V1: "applied", V2: "applied", V3: "pending"}
    seatrial("deploy", *deployed.unrehearsed, code=0)
    assert states(seatrial, deployed) == dict.fromkeys([V1, V2, V3], "applied")
    assert deployed.value("SELECT count(*) FROM seatrial.migrations WHERE version = '20250301000200'") == 1
    assert deployed.steps() == []


def test_a_lost_shared_table_is_an_empty_history(seatrial: Console, deployed: Target) -> None:
    deployed.execute("DROP TABLE supabase_migrations.schema_migrations")
    assert states(seatrial, deployed) == dict.fromkeys([V1, V2, V3], "pending")
    answer = seatrial("deploy", *deployed.unrehearsed, code=1)
    assert "✗ 42P07" in answer.out
    assert deployed.versions() == []
    assert not deployed.has("public.more")


def test_a_ledger_that_cannot_be_read_is_no_answer(seatrial: Console, deployed: Target) -> None:
    deployed.execute("ALTER TABLE supabase_migrations.schema_migrations RENAME COLUMN version TO revision")
    with deployed.untouched():
        for words in (("status",), ("deploy", "--yes", deployed.name), ("verify",)):
            answer = seatrial(*words, "--target", deployed.dsn, code=2)
            assert answer.error["code"] == "ledger.unreadable"
            assert answer.error["where"].startswith("postgres@")
            assert "version" in answer.error["why"]
            assert answer.error["fix"]
    assert not deployed.has("public.more")


def test_more_columns_as_hosted_projects_have_them_are_left_alone(seatrial: Console, deployed: Target) -> None:
    deployed.execute(
        "ALTER TABLE supabase_migrations.schema_migrations "
        "ADD COLUMN created_by text, ADD COLUMN idempotency_key text UNIQUE, ADD COLUMN rollback text[];"
        "UPDATE supabase_migrations.schema_migrations SET created_by = 'somebody', idempotency_key = version,"
        " rollback = ARRAY['DROP TABLE x']"
    )
    before = deployed.evidence().ledger["supabase_migrations.schema_migrations"]
    seatrial("deploy", *deployed.unrehearsed, code=0)
    *older, newest = deployed.evidence().ledger["supabase_migrations.schema_migrations"]
    assert older == before
    assert newest == {
        "version": V3,
        "name": "more",
        "statements": ["CREATE TABLE public.more ()"],
        "created_by": None,
        "idempotency_key": None,
        "rollback": None,
    }
