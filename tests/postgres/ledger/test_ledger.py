"""The ledger's tables: made once, written by version, read whoever wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.ledger.folder import apply, migration

from seatrial.catalog.read import read
from seatrial.errors import CannotRun
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.model.narrator import Silent
from seatrial.pg.connection import connect, rows
from seatrial.sql.parse import content_digest

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

ONE = migration("1", "CREATE TABLE public.one ();\nSELECT 1;", "one")


def test_a_target_without_a_ledger_has_an_empty_history_and_stays_without(target: Connection) -> None:
    before = read(target).objects
    history = read_history(target)
    assert (history.applied, dict(history.progress)) == ((), {})
    assert read(target).objects == before


def test_making_it_again_changes_nothing_and_takes_no_lock(target: Connection) -> None:
    write.create(target)
    before = read(target).objects
    target.execute("INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('1')")
    with target.transaction():
        write.create(target)
        held = rows(target, "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND mode LIKE '%Exclusive%'")
    assert [row["mode"] for row in held if row["mode"] != "ExclusiveLock"] == []
    assert read(target).objects == before
    assert [each.version for each in read_history(target).applied] == ["1"]


@pytest.mark.parametrize(
    "older",
    [
        "CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY)",
        "CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[])",
        (
            "CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[], "
            "name text, created_by text, idempotency_key text UNIQUE, rollback text[])"
        ),
    ],
)
def test_a_ledger_of_any_age_is_completed_with_its_rows(older: str, target: Connection) -> None:
    target.execute("CREATE SCHEMA IF NOT EXISTS supabase_migrations")
    target.execute(older.encode())
    target.execute("INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('0')")
    write.create(target)
    apply(target, ONE)
    assert [(each.version, each.name) for each in read_history(target).applied] == [("0", ""), ("1", "one")]


def test_a_row_says_what_when_and_by_whom(ledger: Connection) -> None:
    apply(ledger, ONE)
    [row] = read_history(ledger).applied
    assert (row.version, row.name, row.digest, row.applied_by) == (
        "1",
        "one",
        content_digest(ONE.script.source.text),
        "postgres",
    )
    assert row.applied_at.startswith("20")


def test_versions_are_read_in_text_order(ledger: Connection) -> None:
    for version in ("9", "10", "2", "100"):
        ledger.execute("INSERT INTO supabase_migrations.schema_migrations (version) VALUES (%s)", [version])
    assert [each.version for each in read_history(ledger).applied] == ["10", "100", "2", "9"]


@pytest.mark.parametrize(
    ("statements", "own", "digest"),
    [
        pytest.param(["SELECT 1", "SELECT 2"], None, content_digest("SELECT 1; SELECT 2"), id="of another tool"),
        pytest.param(["SELECT 1"], "mine", content_digest("SELECT 1"), id="of another tool, after ours"),
        pytest.param(None, "mine", "mine", id="only ours"),
        pytest.param(None, None, "", id="nobody's"),
        pytest.param([], None, content_digest(""), id="a file without a statement"),
    ],
)
def test_the_content_is_what_really_ran(
    statements: list[str] | None, own: str | None, digest: str, ledger: Connection
) -> None:
    ledger.execute(
        "INSERT INTO supabase_migrations.schema_migrations (version, name, statements) VALUES ('1', 'x', %s)",
        [statements],
    )
    if own:
        ledger.execute(
            "INSERT INTO seatrial.migrations (version, name, content_digest, duration, tool) "
            "VALUES ('1', 'x', %s, interval '0', 'test')",
            [own],
        )
    [row] = read_history(ledger).applied
    assert row.digest == digest


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1;",
        "SELECT 1",
        "-- before\nSELECT 1; -- after\n",
        "SELECT 1;;;\n;SELECT 2;",
        "/* a; */ SELECT ';'; SELECT $$;$$;",
        "BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;",
        "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;",
        "SELECT '⛵';\r\nSELECT 2;\r\n",
        "-- nothing\n",
        "",
    ],
)
def test_the_stored_statements_mean_the_file(text: str, ledger: Connection) -> None:
    whole = migration("1", text)
    apply(ledger, whole)
    [row] = rows(ledger, "SELECT statements FROM supabase_migrations.schema_migrations")
    assert content_digest(";\n".join(row["statements"])) == whole.script.digest
    assert all(statement.strip() and not statement.endswith(";") for statement in row["statements"])
    assert read_history(ledger).applied[0].digest == whole.script.digest


def test_what_is_forgotten_is_gone_whole_and_can_come_back(ledger: Connection) -> None:
    apply(ledger, migration("1", "SELECT 1"), migration("2", "SELECT 1;\nCOMMIT;\nSELECT 1 / 0;"))
    for version in ("1", "2", "3"):
        write.forget(ledger, version)
    for table in ("supabase_migrations.schema_migrations", "seatrial.migrations", "seatrial.steps"):
        assert rows(ledger, f"SELECT * FROM {table}") == []
    write.record_applied(ledger, ONE, 0.0)
    assert [each.name for each in read_history(ledger).applied] == ["one"]


def test_the_same_version_cannot_be_applied_twice(ledger: Connection) -> None:
    """What protects against a tool that knows nothing of our lock."""
    apply(ledger, ONE)
    execution = apply(ledger, migration("2", "CREATE TABLE public.two ()"))
    assert execution.failure is None
    ledger.execute("DELETE FROM seatrial.migrations")
    again = apply_all(ledger, [migration("2", "CREATE TABLE public.three ()")], {}, Silent())
    assert again.failure is not None
    assert again.failure.sqlstate == "23505"
    assert rows(ledger, "SELECT to_regclass('public.three') AS found") == [{"found": None}]


def test_a_ledger_that_is_held_is_not_waited_for_long(supabase_db: str) -> None:
    with connect(supabase_db) as target, connect(supabase_db) as other:
        write.create(target)
        target.execute("ALTER TABLE supabase_migrations.schema_migrations DROP COLUMN name")
        other.execute("BEGIN; LOCK supabase_migrations.schema_migrations IN SHARE MODE")
        with pytest.raises(CannotRun) as refused:
            write.create(target)
        other.execute("ROLLBACK")
        assert refused.value.code == "ledger.unwritable"
        assert "lock timeout" in refused.value.why
        write.create(target)
